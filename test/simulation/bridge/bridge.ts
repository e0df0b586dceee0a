import type { SQSEvent } from 'aws-lambda';
import { decideNext } from '../../../autosys/client/index.ts';
import { createDrain } from '../../../lambda/delivery/drain.ts';
import { agendaLists } from '../../../lambda/ledger/entry-row.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { LoginSlotsRegistry } from '../../../lambda/login/slots-registry.ts';
import {
  circuitBelievedMs,
  circuitPolicy,
  leaseMs,
  observationMs,
  retryPolicy,
  settlePolicy,
  telemetryReserveMs,
} from '../../../lambda/policies.ts';
import { createBatch } from '../../../lambda/report/batch.ts';
import { createReport, type ReportDeps } from '../../../lambda/report/report.ts';
import { createAsk } from '../../../lambda/sweep/ask.ts';
import { createHealth } from '../../../lambda/sweep/health.ts';
import { createRecheck } from '../../../lambda/sweep/recheck.ts';
import { createSweep } from '../../../lambda/sweep/sweep.ts';
import { createSweepTelemetry } from '../../../lambda/sweep/telemetry.ts';
import { createParkUnknown } from '../../../lambda/sweep/unknown-instances.ts';
import {
  createDrainTelemetry,
  createFailureTelemetry,
  createReportTelemetry,
} from '../../../lambda/telemetry/report-telemetry.ts';
import type { Installation } from '../autosys/installation.ts';
import type { Describer } from '../aws/describe.ts';
import type { Deployment } from '../deployment.ts';
import { hearBeginnings, type Pace } from '../judge/pace.ts';
import type { Speech } from '../judge/speech.ts';
import {
  bendCircuitBreakers,
  bendDeployment,
  bendDeps,
  bendLoginTable,
  bendMessages,
  bendVerdict,
  type Without,
} from '../protections/without.ts';
import { bendTable } from '../protections/without-ledger.ts';
import type { World } from '../world.ts';
import { connect } from './connect.ts';
import type { Ledger } from './ledger.ts';
import { createNewReadGroup } from './read-groups.ts';
import type { Sandbox } from './sandbox.ts';
import type { Secrets } from './secrets.ts';

/** What the bridge of a night stands in. */
export interface Surroundings {
  readonly world: World;
  readonly dynamo: Ledger;
  readonly secrets: Secrets;
  /** What the functions are deployed with now; a sandbox keeps what it was opened with. */
  readonly deployed: { current: Deployment };
  readonly installations: ReadonlyMap<string, Installation>;
  readonly describer: Describer;
  readonly speech: Speech;
  readonly pace: Pace;
  /** What is kept from it. */
  readonly without: Without;
}

/** Binds the real report and sweep inside one sandbox, as their handlers bind them. */
export function bindBridge(sandbox: Sandbox, surroundings: Surroundings) {
  const { speech, world, without } = surroundings;
  const deployment = bendDeployment(surroundings.deployed.current, without);
  const { deps, slots } = bindDeps(sandbox, deployment, surroundings);
  const metrics = {
    count: (name: string) => world.count(`metric ${name}`),
    milliseconds: () => {},
    gauge: () => {},
  };
  const report = createReport(deps);
  const account = createReportTelemetry({ log: speech, metrics });
  const takeBatch = createBatch({
    report,
    account: (messageId, told) => bendVerdict(account(messageId, told), told, without),
    onUnexpected: createFailureTelemetry({ log: speech }),
    newReadGroup: createNewReadGroup(sandbox),
  });
  return {
    report: (event: SQSEvent, signal: AbortSignal) =>
      slots.during(() => takeBatch(bendMessages(event, without), signal)),
    sweep: async (signal: AbortSignal, timeMs: number) => {
      const sweep = bindSweep({
        sandbox,
        deployment,
        surroundings,
        deps,
        report,
        account,
        metrics,
      });
      const untilMs = sandbox.now().getTime() + timeMs - telemetryReserveMs;
      await slots.during(() => sweep({ untilMs, signal }));
    },
  };
}

/** As the route file says, whatever the functions keep to. */
function drainPerSecondOf({ config }: Deployment, name: string): number {
  return config.instances.find((instance) => instance.name === name)?.drainPerSecond ?? 0;
}

interface SweepParts {
  readonly sandbox: Sandbox;
  readonly deployment: Deployment;
  readonly surroundings: Surroundings;
  readonly deps: ReportDeps;
  readonly report: ReturnType<typeof createReport>;
  readonly account: ReturnType<typeof createReportTelemetry>;
  readonly metrics: Parameters<typeof createReportTelemetry>[0]['metrics'];
}

function bindSweep(parts: SweepParts) {
  const { sandbox, deployment, surroundings, deps, report, account, metrics } = parts;
  const { describer, dynamo, pace, speech, world, without } = surroundings;
  const standing = createHealth(deps);
  const newReadGroup = createNewReadGroup(sandbox);
  // It only reads, so it can do no harm; each time it would cost a third of the night.
  const stands = world.chance(0.1);
  return createSweep({
    instances: deployment.config.instances,
    drain: async function* drain(name, signal) {
      if (without === 'drain' || !dynamo.isWorkDue(agendaLists.due(name))) return;
      const table = hearBeginnings(
        deps.table,
        pace.watch(drainPerSecondOf(deployment, name), name),
      );
      yield* createDrain({ ...deps, table, newReadGroup })(name, signal);
    },
    recheck: async function* recheck(instance, signal) {
      if (without === 're-assert' || !dynamo.isWorkDue(agendaLists.reread(instance.name))) return;
      yield* createRecheck({ ...deps, newReadGroup })(instance, signal);
    },
    parkUnknown: async function* parkUnknown(pass) {
      if (without === 'unknown instances') return;
      const names = deployment.config.instances.map(({ name }) => name);
      yield* createParkUnknown({ ...deps, names })(pass);
    },
    ask: async (pass, tell) => {
      if (without === 'sweep' || !dynamo.isWorkDue(agendaLists.open)) return;
      const ask = createAsk({
        ...deps,
        report,
        describeExecution: (arn) =>
          sandbox.call(`describing ${arn}`, () => describer.execution(arn)),
        describeBatchJobs: ({ batchJobIds }) =>
          sandbox.call('describing Batch jobs', () => describer.batchJobs(batchJobIds)),
      });
      await ask(pass, tell);
    },
    health: {
      runs: () => (stands ? standing.runs() : Promise.resolve({ open: 0, lateSeconds: 0 })),
      instance: (instance) =>
        stands
          ? standing.instance(instance)
          : Promise.resolve({ instance, oldestDueSeconds: 0, circuitIsOpen: false }),
    },
    telemetry: {
      ...createSweepTelemetry({ log: speech, metrics, recordReport: account }),
      drained: createDrainTelemetry({ log: speech, metrics }),
    },
  });
}

function bindDeps(sandbox: Sandbox, deployment: Deployment, surroundings: Surroundings) {
  const { config, maintenance, routes } = deployment;
  const { world, without } = surroundings;
  const now = () => sandbox.now();
  const jitter = () => world.random();
  const table = bendTable(toEdge(sandbox, surroundings.dynamo), now, without);
  const gatesDeps = {
    table,
    now,
    jitter,
    policy: circuitPolicy,
    believedMs: circuitBelievedMs,
    maintenance,
  };
  let names = 0;
  const slots = new LoginSlotsRegistry({
    table: bendLoginTable(table, now, without),
    now,
    sleep: (ms) => sandbox.sleep(ms, new AbortController().signal),
    random: jitter,
    newName: () => {
      names += 1;
      return `sandbox ${sandbox.id}, name ${names}`;
    },
  });
  const autosysByName = new Map(
    config.instances.map((instance) => [
      instance.name,
      connect(deployment, instance, { sandbox, slots }, surroundings),
    ]),
  );
  let holders = 0;
  const deps: ReportDeps = {
    routes,
    isAllowed: () => true,
    table,
    circuitBreakers: bendCircuitBreakers(gatesDeps, without),
    autosysFor: (name) => {
      const autosys = autosysByName.get(name);
      if (autosys === undefined) throw new Error(`${name} is no instance`);
      return autosys;
    },
    now,
    jitter,
    sleep: (ms, signal) => sandbox.sleep(ms, signal),
    decideNext: (facts) => decideNext({ ...facts, jitter: jitter() }, retryPolicy),
    newLeaseId: () => {
      holders += 1;
      return `sandbox ${sandbox.id}, holder ${holders}`;
    },
    leaseMs,
    observationMs,
    settlePolicy,
  };
  return { deps: bendDeps(deps, without), slots };
}

/** The table as a sandbox reaches it. */
function toEdge(sandbox: Sandbox, { table, isWorkDue }: Ledger): Table {
  return {
    get: (key) => sandbox.call(`get ${key}`, () => table.get(key)),
    put: async (row, seen) => {
      const revision = await sandbox.call(`put ${row.key}`, () => table.put(row, seen));
      if (/^(state|switch|once) /.test(row.key)) await sandbox.standStill();
      return revision;
    },
    agenda: async (list, options) =>
      // A list with nothing on it is asked for a hundred times a night, and the asking was half the price of the night.
      isWorkDue(list)
        ? sandbox.call(`agenda ${list}`, () => table.agenda(list, options))
        : { entries: [] },
  };
}
