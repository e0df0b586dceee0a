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
import { toPatient } from '../doctor/deps.ts';
import { toConfiguredPatient } from '../doctor/of-config.ts';
import type { Patient } from '../doctor/patient.ts';
import { describeDeed, describeFinding, toDoctorExitCode } from '../doctor/print.ts';
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
    about: 'the route file, whose instances are examined with the logins of their secrets',
  },
  instance: {
    type: 'string',
    value: 'ACE',
    about: 'one instance of the route file; all without it',
  },
  global: {
    type: 'string',
    value: 'NAME',
    about: `the scratch variable; ${defaultCanaryGlobal}, or what the route file names, without it`,
  },
  job: {
    type: 'string',
    value: 'JOB',
    about: 'a job that is read and sent a COMMENT, to see whether its owner lets the user in',
  },
  ...connectionOptions,
  ...ledgerOptions,
} as const;

type DoctorOptions = Values<typeof options>;

/** Says what is wrong between here and an AutoSys, and what to do about it. */
export const doctor = defineCommand({
  name: 'doctor',
  summary: 'says what is wrong on the way to AutoSys, and what to do about it',
  options,
  notes: [
    'Resolves the name, connects, checks the certificate of each endpoint, signs in once, sets a scratch variable and reads it back. It sets nothing but that variable; a job is touched only with --job, by a COMMENT. A refused login is not sent a second time.',
    'Where the wire profile does not work it tries the others with the same variable, and prints the lines for bridge.yaml.',
    'With --config the logins come from Secrets Manager (AWS_REGION, AWS_PROFILE), or from --user and --password-file or the environment; declared maintenance is left in peace, and with --table nobody signs in through a closed gate. A refused login counts towards the limit of all functions with --table; without it refused logins are counted within this command only.',
    'With --table it also lists the instances that the ledger has entries of and FILE does not name, so run it before a deployment that renames or removes one.',
    'Ends with 0 where all is well, 1 where AutoSys or a secret says no, 3 where it was not reached or not seen.',
  ],
  examples: [
    'doctor --url https://aews.example.com:9443 --user bridge --password-file pw --ca ca.pem',
    'doctor --config bridge.yaml --instance ACE',
  ],
  run: async ({ options: given, json, io }) => {
    const job = given.job === undefined ? undefined : parseJobName(given.job);
    const { patients, unknownInstances } =
      given.config === undefined
        ? { patients: [toConnectedPatient(given, job, io)], unknownInstances: undefined }
        : await toConfigured(given.config, given, job, io);
    if (unknownInstances && !json) {
      const paint = createPaint(io.stdout, io.env);
      printLines(io.stdout, describeUnknownInstances(unknownInstances, paint));
    }
    const examined: Examined[] = [];
    printDirectCalls(io, [...new Set(patients.flatMap(({ deps }) => deps.endpoints))], json);
    for (const patient of patients) {
      await using one = patient;
      examined.push(await tell(one, { io, json }));
    }
    if (json) printJson(io.stdout, { doctor: examined, ...toLedgerDocument(unknownInstances) });
    const code = toDoctorExitCode(examined.flatMap(({ findings }) => findings));
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

/** One AutoSys and what was found, as `--json` has it. */
interface Examined {
  readonly instance?: string;
  readonly scratchVariable: string;
  readonly findings: readonly Finding[];
}

async function tell(
  { instance, deps }: Patient,
  { io, json }: Pick<CommandInvocation, 'io' | 'json'>,
): Promise<Examined> {
  const { globalVariable, job } = deps;
  const paint = createPaint(io.stdout, io.env);
  if (!json) {
    const title = instance === undefined ? 'AutoSys' : `AutoSys ${instance}`;
    printLines(io.stdout, [`${paint('bold', title)}: ${describeDeed(globalVariable, job)}`]);
  }
  const findings: Finding[] = [];
  for await (const finding of examine(deps, io.signal)) {
    findings.push(finding);
    if (!json) printLines(io.stdout, describeFinding(finding, paint));
  }
  return { ...(instance !== undefined && { instance }), scratchVariable: globalVariable, findings };
}

function toConnectedPatient(given: DoctorOptions, job: JobName | undefined, io: Io): Patient {
  if (given.instance !== undefined) {
    throw new CommandLineError('doctor', [
      '--instance: found without --config, whose instances it chooses from',
    ]);
  }
  const connection = connect('doctor', given, io);
  const { endpoints, certificateAuthority, profile, speaking, credentials } = connection;
  const signIn = createGivenSignIn(credentials);
  const { global: globalVariable } = given;
  return toPatient(
    { endpoints, certificateAuthority, profile, speaking, signIn, globalVariable, job },
    io,
  );
}

/** What the route file says, so that a flag would say it twice. */
const saidByFile = ['url', 'ca', 'profile', 'timezone'] as const;

/** What a route file says is to be examined, and what the ledger knows beside it. */
interface Configured {
  readonly patients: readonly Patient[];
  /** `undefined` where no ledger was named. */
  readonly unknownInstances: UnknownInstances | undefined;
}

async function toConfigured(
  path: string,
  given: DoctorOptions,
  job: JobName | undefined,
  io: Io,
): Promise<Configured> {
  const twice = saidByFile.filter((name) => given[name] !== undefined && given[name].length > 0);
  if (twice.length > 0) {
    const found = twice.map((name) => `--${name}: found together with --config, which says it`);
    throw new CommandLineError('doctor', found);
  }
  const { config } = await readConfig(io, path);
  const instances = choose(config.instances, given.instance);
  const credentials = readLogin(given, io);
  if (instances.length > 1 && (credentials ?? job) !== undefined) {
    throw new CommandLineError('doctor', [
      `--instance: expected one of ${instances.map(({ name }) => name).join(', ')}, since ${credentials ? 'a login (--user, $AUTOSYS_USER)' : '--job'} belongs to one AutoSys; found none`,
    ]);
  }
  const table =
    (given.table ?? io.env['LEDGER_TABLE']) ? openLedger('doctor', given, io) : undefined;
  const now = () => io.clock.now();
  const slots = createLoginSlots({ table: table ?? createMemoryTable({ now }), now });
  const beside = { credentials, table, slots, globalVariable: given.global, job, io };
  const names = config.instances.map(({ name }) => name);
  return {
    unknownInstances: table && (await findUnknownInstances(table, names)),
    patients: instances.map((instance) => toConfiguredPatient(instance, beside)),
  };
}

function choose(
  instances: readonly InstanceConfig[],
  wanted: string | undefined,
): readonly InstanceConfig[] {
  if (wanted === undefined) return instances;
  const chosen = instances.filter(({ name }) => name === wanted);
  if (chosen.length > 0) return chosen;
  const names = instances.map(({ name }) => name);
  throw new CommandLineError('doctor', [
    `--instance: expected one of ${names.join(', ')}, found ${JSON.stringify(wanted)}${didYouMean(wanted, names)}`,
  ]);
}

function readLogin(given: DoctorOptions, io: Io): SecretCredentials | undefined {
  const username = given.user ?? io.env['AUTOSYS_USER'];
  const password = readPassword(given['password-file'], io);
  if (username && password) return { username, password };
  if (!username && !password) return undefined;
  throw new CommandLineError('doctor', [
    username
      ? '--password-file: expected a password for --user, found neither it nor $AUTOSYS_PASSWORD'
      : '--user: expected the user of the password, found neither it nor $AUTOSYS_USER',
  ]);
}
