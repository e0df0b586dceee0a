import { type JobName, parseJobName } from '../../autosys/names.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import type { SecretCredentials } from '../../lambda/aws/secret-login.ts';
import { examine } from '../../lambda/canary/examine.ts';
import type { Finding } from '../../lambda/canary/finding.ts';
import { createGivenSignIn } from '../../lambda/canary/sign-in.ts';
import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import { createLoginSlots } from '../../lambda/login/carried-login.ts';
import { defaultCanaryGlobal, type InstanceConfig } from '../../lambda/routing/routes.ts';
import { type CommandInvocation, defineCommand, type Values } from '../command.ts';
import { readConfig } from '../config.ts';
import { connect, connectionOptions, readPassword } from '../connection.ts';
import { createConfiguredTarget } from '../doctor/configured-target.ts';
import { createDoctorTarget } from '../doctor/create-target.ts';
import { describeChanges, describeFinding, toDoctorExitCode } from '../doctor/print.ts';
import type { DoctorTarget } from '../doctor/target.ts';
import {
  describeUnknownInstances,
  findUnknownInstances,
  type UnknownInstances,
} from '../doctor/unknown-instances.ts';
import { CommandLineError, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { ledgerOptions, openLedger } from '../ledger/open.ts';
import { printDirectCalls } from '../proxy.ts';
import { createPaint, printJson, printLines } from '../render.ts';

const options = {
  config: {
    type: 'string',
    value: 'FILE',
    about: 'route file; its instances are checked with the logins in their secrets',
  },
  instance: {
    type: 'string',
    value: 'ACE',
    about: 'check only this instance of the route file (default: all)',
  },
  global: {
    type: 'string',
    value: 'NAME',
    about: `scratch variable to set (default: canaryGlobal of the route file, or ${defaultCanaryGlobal})`,
  },
  job: {
    type: 'string',
    value: 'JOB',
    about: 'job that is read and receives a COMMENT, to check the permissions of the user',
  },
  ...connectionOptions,
  ...ledgerOptions,
} as const;

type DoctorOptions = Values<typeof options>;

/**
 * `doctor`: checks the connection to AutoSys step by step, and prints what to do about problems.
 */
export const doctor = defineCommand({
  name: 'doctor',
  summary: 'checks the connection to AutoSys, and prints problems and what to do about them',
  options,
  notes: [
    'Resolves the host name, connects and checks the certificate of each endpoint. Then signs in once, sets a scratch variable and reads it back. Nothing else changes in AutoSys, except that --job adds a COMMENT to a job. A rejected login is not sent again.',
    'If the wire profile does not work, doctor tries the others with the same variable, and prints the lines for bridge.yaml.',
    'With --config the logins come from Secrets Manager (AWS_REGION, AWS_PROFILE), unless --user and --password-file or the environment give one. During a declared maintenance window nothing is sent.',
    'With --table no login is sent while the circuit breaker is open, and a rejected login counts towards the limit that all functions share. Without --table rejected logins are counted in this command only.',
    'With --config and --table doctor also lists instances that have entries in the ledger but are missing in FILE. Run it before a deployment that renames or removes an instance.',
    'Ends with 0 if every check passed, with 1 if AutoSys or Secrets Manager rejected a request, and with 3 if a step could not be completed.',
  ],
  examples: [
    'doctor --url https://aews.example.com:9443 --user bridge --password-file pw --ca ca.pem',
    'doctor --config bridge.yaml --instance ACE',
  ],
  run: async ({ options: given, json, io }) => {
    const job = given.job === undefined ? undefined : parseJobName(given.job);
    const { targets, unknownInstances } =
      given.config === undefined
        ? { targets: [createConnectedTarget(given, job, io)], unknownInstances: undefined }
        : await createConfiguredTargets(given.config, given, job, io);
    if (unknownInstances && !json) {
      const paint = createPaint(io.stdout, io.env);
      printLines(io.stdout, describeUnknownInstances(unknownInstances, paint));
    }
    const results: DoctorResult[] = [];
    printDirectCalls(io, [...new Set(targets.flatMap(({ deps }) => deps.endpoints))], json);
    for (const target of targets) {
      await using one = target;
      results.push(await examineTarget(one, { io, json }));
    }
    if (json) printJson(io.stdout, { doctor: results, ...toLedgerDocument(unknownInstances) });
    const code = toDoctorExitCode(results.flatMap(({ findings }) => findings));
    return code === exitCodes.done && unknownInstances?.kind === 'unread'
      ? exitCodes.unknown
      : code;
  },
});

function toLedgerDocument(found: UnknownInstances | undefined) {
  if (found === undefined) return {};
  return found.kind === 'read'
    ? { unknownInstances: found.unknown }
    : { ledgerUnread: found.reason };
}

/** The findings of one AutoSys, for `--json`. */
interface DoctorResult {
  readonly instance?: string;
  readonly scratchVariable: string;
  readonly findings: readonly Finding[];
}

async function examineTarget(
  { instance, deps }: DoctorTarget,
  { io, json }: Pick<CommandInvocation, 'io' | 'json'>,
): Promise<DoctorResult> {
  const { globalVariable, job } = deps;
  const paint = createPaint(io.stdout, io.env);
  if (!json) {
    const title = instance === undefined ? 'AutoSys' : `AutoSys ${instance}`;
    printLines(io.stdout, [`${paint('bold', title)}: ${describeChanges(globalVariable, job)}`]);
  }
  const findings: Finding[] = [];
  for await (const finding of examine(deps, io.signal)) {
    findings.push(finding);
    if (!json) printLines(io.stdout, describeFinding(finding, paint));
  }
  return { ...(instance !== undefined && { instance }), scratchVariable: globalVariable, findings };
}

function createConnectedTarget(
  given: DoctorOptions,
  job: JobName | undefined,
  io: Io,
): DoctorTarget {
  if (given.instance !== undefined) {
    throw new CommandLineError('doctor', [
      '--instance: requires --config, which names the route file with the instances',
    ]);
  }
  const connection = connect('doctor', given, io);
  const { endpoints, certificateAuthority, profile, withProfile, credentials } = connection;
  const signIn = createGivenSignIn(credentials);
  const { global: globalVariable } = given;
  return createDoctorTarget(
    { endpoints, certificateAuthority, profile, withProfile, signIn, globalVariable, job },
    io,
  );
}

/** Options that the route file replaces. They are not allowed together with `--config`. */
const routeFileOptions = ['url', 'ca', 'profile', 'timezone'] as const;

/** The instances of a route file, and what the ledger shows about other instances. */
interface ConfiguredTargets {
  readonly targets: readonly DoctorTarget[];
  /** `undefined` without a ledger table. */
  readonly unknownInstances: UnknownInstances | undefined;
}

async function createConfiguredTargets(
  path: string,
  given: DoctorOptions,
  job: JobName | undefined,
  io: Io,
): Promise<ConfiguredTargets> {
  const duplicates = routeFileOptions.filter(
    (name) => given[name] !== undefined && given[name].length > 0,
  );
  if (duplicates.length > 0) {
    const found = duplicates.map(
      (name) => `--${name}: not allowed with --config, because the route file has this setting`,
    );
    throw new CommandLineError('doctor', found);
  }
  const { config } = await readConfig(io, path);
  const instances = selectInstances(config.instances, given.instance);
  const credentials = readLogin(given, io);
  if (instances.length > 1 && (credentials ?? job) !== undefined) {
    throw new CommandLineError('doctor', [
      `--instance: missing, expected one of ${instances.map(({ name }) => name).join(', ')}, because ${credentials ? 'a login (--user, $AUTOSYS_USER)' : '--job'} applies to one instance only`,
    ]);
  }
  const table =
    (given.table ?? io.env['LEDGER_TABLE']) ? openLedger('doctor', given, io) : undefined;
  const now = () => io.clock.now();
  const slots = createLoginSlots({ table: table ?? createMemoryTable({ now }), now });
  const common = { credentials, table, slots, globalVariable: given.global, job, io };
  const names = config.instances.map(({ name }) => name);
  return {
    unknownInstances: table && (await findUnknownInstances(table, names)),
    targets: instances.map((instance) => createConfiguredTarget(instance, common)),
  };
}

function selectInstances(
  instances: readonly InstanceConfig[],
  instanceName: string | undefined,
): readonly InstanceConfig[] {
  if (instanceName === undefined) return instances;
  const chosen = instances.filter(({ name }) => name === instanceName);
  if (chosen.length > 0) return chosen;
  const names = instances.map(({ name }) => name);
  throw new CommandLineError('doctor', [
    `--instance: expected one of ${names.join(', ')}, found ${JSON.stringify(instanceName)}${didYouMean(instanceName, names)}`,
  ]);
}

function readLogin(given: DoctorOptions, io: Io): SecretCredentials | undefined {
  const username = given.user ?? io.env['AUTOSYS_USER'];
  const password = readPassword(given['password-file'], io);
  if (username && password) return { username, password };
  if (!username && !password) return undefined;
  throw new CommandLineError('doctor', [
    username
      ? '--password-file: missing, and $AUTOSYS_PASSWORD is not set; give the password of --user'
      : '--user: missing, and $AUTOSYS_USER is not set; give the user of the password',
  ]);
}
