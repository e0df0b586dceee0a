import { AutosysClient, decideNext } from '../../../autosys/client/index.ts';
import {
  createAccount,
  createDrainAccount,
  type LogFields,
} from '../../../lambda/report/account.ts';
import { createBatch } from '../../../lambda/report/batch.ts';
import type { Autosys } from '../../../lambda/report/bring-about.ts';
import { createDrain } from '../../../lambda/report/drain.ts';
import { createGates } from '../../../lambda/report/gates.ts';
import { Login, withLogin } from '../../../lambda/report/login.ts';
import { createRefusedLogins } from '../../../lambda/report/refused-logins.ts';
import { createReport, type ReportPowers } from '../../../lambda/report/report.ts';
import { createReadCredentials } from '../../../lambda/shared/credentials.ts';
import { describeError } from '../../../lambda/shared/errors.ts';
import type { InstanceConfig } from '../../../lambda/shared/routes.ts';
import type { Table } from '../../../lambda/shared/table.ts';
import { createAsk } from '../../../lambda/sweep/ask.ts';
import type { Installation } from '../autosys/installation.ts';
import type { Describer } from '../aws/describe.ts';
import { config, maintenance, routes } from '../night.ts';
import type { Protection } from '../protections/protections.ts';
import { bendPowers, bendTable } from '../protections/without.ts';
import type { World } from '../world.ts';
import { createCarrier } from './carrier.ts';
import type { Sandbox } from './sandbox.ts';
import type { Secrets } from './secrets.ts';

/** What the bridge of a night stands in. */
export interface Surroundings {
  readonly world: World;
  readonly table: Table;
  readonly secrets: Secrets;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly describer: Describer;
  /** Every line that is logged, as the fields that are written. */
  readonly onLine: (level: string, message: string, fields: LogFields) => void;
  /** What is kept from it. */
  readonly without: Protection | undefined;
}

/** How patient the bridge is; what `lambda/compose.ts` says. */
const retryPolicy = { maxAttempts: 3, firstDelayMs: 200, maxDelayMs: 2_000 };
const gatePolicy = { failuresToClose: 3, firstWaitMs: 10_000, maxWaitMs: 300_000, probeMs: 60_000 };
const settlePolicy = { firstWaitMs: 15_000, maxWaitMs: 300_000 };
/** Kept of the sweep's time after its last question. */
const tellMs = 15_000;
const secretMaxAgeMs = 5 * 60_000;
const refusalPolicy = { firstWaitMs: secretMaxAgeMs, maxWaitMs: 30 * 60_000 };

/** Binds the real report and sweep inside one sandbox, as their handlers bind them. */
export function bindBridge(sandbox: Sandbox, surroundings: Surroundings) {
  const { world, onLine, without } = surroundings;
  const table = bendTable(toEdge(sandbox, surroundings.table), without);
  const now = () => sandbox.now();
  const noise = () => world.random();
  const autosysByName = new Map(
    config.instances.map((instance) => [
      instance.name,
      connect(instance, { sandbox, table }, surroundings),
    ]),
  );
  let holders = 0;
  const powers: ReportPowers = bendPowers(
    {
      routes,
      table,
      gates: createGates({ table, now, noise, policy: gatePolicy, believedMs: 5_000, maintenance }),
      autosysFor: (name) => {
        const autosys = autosysByName.get(name);
        if (autosys === undefined) throw new Error(`${name} is no instance`);
        return autosys;
      },
      now,
      noise,
      pause: (ms, signal) => sandbox.pause(ms, signal),
      decideNext: (facts) => decideNext({ ...facts, noise: noise() }, retryPolicy),
      nameHolder: () => {
        holders += 1;
        return `sandbox ${sandbox.id}, holder ${holders}`;
      },
      leaseMs: 90_000,
      lookForMs: 600_000,
      settlePolicy,
    },
    without,
  );
  const write = (level: string) => (message: string, fields: LogFields) =>
    onLine(level, message, fields);
  const accountPowers = {
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    metrics: { count: () => {}, milliseconds: () => {}, gauge: () => {} },
  };
  const drain = createDrain(powers);
  const report = createReport(powers);
  const account = createAccount(accountPowers);
  const ask = createAsk({
    ...powers,
    report,
    describeExecution: (arn) =>
      sandbox.call(`describing ${arn}`, () => surroundings.describer.execution(arn)),
    describeBatchJobs: ({ batchJobIds }) =>
      sandbox.call('describing Batch jobs', () => surroundings.describer.batchJobs(batchJobIds)),
  });
  const accountDrained = createDrainAccount(accountPowers);
  return {
    report: createBatch({
      report,
      account,
      onUnexpected: (messageId, error) =>
        write('error')('again', { messageId, ...describeError(error) }),
    }),
    sweep: async (signal: AbortSignal, timeMs: number) => {
      const untilMs = now().getTime() + timeMs - tellMs;
      const asking = ask({ account: '111122223333', untilMs, signal }, (asked) => {
        if (asked.kind === 'recovered') world.count('recovered by the sweep');
        if (asked.kind === 'recovered') account('sweep', asked.report);
      });
      await Promise.all([
        asking,
        ...config.instances.map(async ({ name }) => {
          for await (const drained of drain(name, signal)) accountDrained(drained);
        }),
      ]);
    },
  };
}

/** The table as a sandbox reaches it. */
function toEdge(sandbox: Sandbox, table: Table): Table {
  return {
    get: (key) => sandbox.call(`get ${key}`, () => table.get(key)),
    put: (row, seen) => sandbox.call(`put ${row.key}`, () => table.put(row, seen)),
    agenda: (list, options) => sandbox.call(`agenda ${list}`, () => table.agenda(list, options)),
  };
}

function connect(
  { name, endpoints, secret, confirmWithinMs, deadlineMs, drainPerSecond }: InstanceConfig,
  { sandbox, table }: { readonly sandbox: Sandbox; readonly table: Table },
  { world, installations, secrets }: Surroundings,
): Autosys {
  const installation = installations.get(name);
  if (installation === undefined) throw new Error(`${name} is not installed`);
  const now = () => sandbox.now();
  const login = new Login({
    secret,
    readCredentials: createReadCredentials((wanted, stage) =>
      sandbox.call(`reading ${stage} of secret ${wanted}`, () => secrets.read(wanted, stage)),
    ),
    refusedLogins: createRefusedLogins({ table, instance: name, now, policy: refusalPolicy }),
    now,
    maxAgeMs: secretMaxAgeMs,
  });
  const client = new AutosysClient({
    endpoints,
    credentials: () => login.credentials(),
    carrier: createCarrier(sandbox, { world, installation }),
  });
  return { confirmWithinMs, deadlineMs, drainPerSecond, port: withLogin(login, client) };
}
