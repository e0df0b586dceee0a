import type { SQSEvent } from 'aws-lambda';
import { createDrain } from '../../../lambda/delivery/drain.ts';
import { agendaLists } from '../../../lambda/ledger/agenda.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { telemetryReserveMs } from '../../../lambda/policies.ts';
import { createBatch } from '../../../lambda/report/batch.ts';
import { createReport, type ReportDeps } from '../../../lambda/report/report.ts';
import { createSendGroupState } from '../../../lambda/report/send-group-state.ts';
import { createAsk } from '../../../lambda/sweep/ask.ts';
import {
  createCheckObserved,
  findObservedTimezones,
} from '../../../lambda/sweep/check-observed.ts';
import { createHealth } from '../../../lambda/sweep/health.ts';
import { createOpenGroupDays } from '../../../lambda/sweep/open-group-days.ts';
import { createRecheck } from '../../../lambda/sweep/recheck.ts';
import { createReconcileOutages } from '../../../lambda/sweep/reconcile-outages.ts';
import { createSweep } from '../../../lambda/sweep/sweep.ts';
import { createSweepTelemetry } from '../../../lambda/sweep/telemetry.ts';
import { createParkUnknown } from '../../../lambda/sweep/unknown-instances.ts';
import {
  createDrainTelemetry,
  createFailureTelemetry,
  createReportTelemetry,
} from '../../../lambda/telemetry/report-telemetry.ts';
import type { DescribeApi } from '../aws/describe-api.ts';
import type { Deployment } from '../deployment.ts';
import { type DrainRateWatch, watchFirstReads } from '../judge/drain-rate.ts';
import type { LogWatch } from '../judge/log-watch.ts';
import { weakenDeployment, weakenMessages, weakenVerdict } from '../protections/weaken.ts';
import { weakenCutoff } from '../protections/weaken-group-rows.ts';
import { weakenTable } from '../protections/weaken-table.ts';
import { bindDeps } from './bind-deps.ts';
import type { AutosysServices } from './connect.ts';
import { createNewReadGroup } from './read-groups.ts';
import type { SimulatedEnvironment } from './simulated-environment.ts';
import type { SimulatedTable } from './simulated-table.ts';

/** The simulated services around the bridge. */
export interface SimulatedServices extends AutosysServices {
  readonly dynamo: SimulatedTable;
  /** The current deployment. An execution environment keeps the one that it started with. */
  readonly deployed: { current: Deployment };
  readonly describeApi: DescribeApi;
  readonly logWatch: LogWatch;
  readonly drainRate: DrainRateWatch;
}

/**
 * Binds the real report and sweep functions inside one execution environment, as their handlers do.
 */
export function bindBridge(environment: SimulatedEnvironment, services: SimulatedServices) {
  const { logWatch, world, without } = services;
  const deployment = weakenDeployment(services.deployed.current, without);
  const table = weakenTable(
    createEnvironmentTable(environment, services.dynamo),
    () => environment.now(),
    without,
  );
  const sleep = (ms: number, signal: AbortSignal) => environment.sleep(ms, signal);
  const { deps, slots } = bindDeps(environment, deployment, { ...services, table, sleep });
  const metrics = {
    count: (name: string) => world.count(`metric ${name}`),
    milliseconds: () => {},
    gauge: () => {},
  };
  const report = createReport(deps);
  const telemetry = createReportTelemetry({ log: logWatch, metrics });
  const handleBatch = createBatch({
    report,
    telemetry: (messageId, result) => weakenVerdict(telemetry(messageId, result), result, without),
    onUnexpected: createFailureTelemetry({ log: logWatch }),
    newReadGroup: createNewReadGroup(environment),
  });
  return {
    report: (event: SQSEvent, signal: AbortSignal) =>
      slots.during(() => handleBatch(weakenMessages(event, without), signal)),
    sweep: async (signal: AbortSignal, timeMs: number) => {
      const sweep = bindSweep({
        environment,
        deployment,
        services,
        deps,
        report,
        telemetry,
        metrics,
      });
      const untilMs = environment.now().getTime() + timeMs - telemetryReserveMs;
      await slots.during(() => sweep({ untilMs, signal }));
    },
  };
}

/** The drain rate of the route file, also when the protection `drain rate` is disabled. */
function drainPerSecondOf({ config }: Deployment, name: string): number {
  return config.instances.find((instance) => instance.name === name)?.drainPerSecond ?? 0;
}

interface SweepParts {
  readonly environment: SimulatedEnvironment;
  readonly deployment: Deployment;
  readonly services: SimulatedServices;
  readonly deps: ReportDeps;
  readonly report: ReturnType<typeof createReport>;
  readonly telemetry: ReturnType<typeof createReportTelemetry>;
  readonly metrics: Parameters<typeof createReportTelemetry>[0]['metrics'];
}

function bindSweep(parts: SweepParts) {
  const { environment, deployment, services, deps, report, telemetry, metrics } = parts;
  const { describeApi, dynamo, drainRate, logWatch, world, without } = services;
  const health = createHealth(deps);
  const newReadGroup = createNewReadGroup(environment);
  // Health metrics only read. Computing them in every sweep would take a third of the time of the
  // scenario.
  const measuresHealth = world.chance(0.1);
  return createSweep({
    instances: deployment.config.instances,
    drain: async function* drain(name, signal) {
      if (without === 'drain' || !dynamo.isWorkDue(agendaLists.due(name))) return;
      const table = watchFirstReads(deps.table, {
        nowMs: () => world.nowMs,
        onFirstRead: drainRate.watch(drainPerSecondOf(deployment, name), name),
      });
      yield* createDrain({ ...deps, table, newReadGroup })(name, signal);
    },
    recheck: async function* recheck(instance, signal) {
      if (without === 'recheck' || !dynamo.isWorkDue(agendaLists.reread(instance.name))) return;
      yield* createRecheck({ ...deps, newReadGroup })(instance, signal);
    },
    checkObserved: async function* checkObserved(name, signal) {
      if (!dynamo.isWorkDue(agendaLists.observed(name))) return;
      const timezones = findObservedTimezones(deployment.config);
      yield* createCheckObserved({ ...deps, timezones })(name, signal);
    },
    parkUnknown: async function* parkUnknown(sweepRun) {
      if (without === 'unknown instances') return;
      const { instances } = deployment.config;
      const names = instances.map(({ name }) => name);
      const timezones = Object.fromEntries(instances.map(({ name, timezone }) => [name, timezone]));
      yield* createParkUnknown({ ...deps, names, timezones })(sweepRun);
    },
    ask: async (sweepRun, notify) => {
      if (without === 'AWS lookup' || !dynamo.isWorkDue(agendaLists.open)) return;
      const ask = createAsk({
        ...deps,
        report,
        describeExecution: (arn) =>
          environment.call(`DescribeExecution ${arn}`, () => describeApi.execution(arn)),
        describeBatchJobs: ({ batchJobIds }) =>
          environment.call('DescribeJobs', () => describeApi.batchJobs(batchJobIds)),
      });
      await ask(sweepRun, notify);
    },
    openDays: createOpenGroupDays({
      ...deps,
      table: weakenCutoff(deps.table, without),
      groups: without === 'state at the cutoff' ? [] : (deployment.config.groups ?? []),
      home: { account: '111122223333', region: 'eu-west-1' },
      send: createSendGroupState(deps),
    }),
    checkLaunches: async () => undefined,
    reconcileOutages: async (name) => {
      if (measuresHealth)
        await createReconcileOutages({ ...deps, maintenance: deployment.maintenance })(name);
    },
    health: {
      runs: () => (measuresHealth ? health.runs() : Promise.resolve({ open: 0, lateSeconds: 0 })),
      instance: (instance) =>
        measuresHealth
          ? health.instance(instance)
          : Promise.resolve({ instance, oldestDueSeconds: 0, circuitIsOpen: false }),
    },
    telemetry: {
      ...createSweepTelemetry({ log: logWatch, metrics, recordReport: telemetry }),
      drained: createDrainTelemetry({ log: logWatch, metrics }),
      dayOpened: () => world.count('days opened'),
    },
  });
}

/** Wraps the table in calls of the execution environment. */
function createEnvironmentTable(
  environment: SimulatedEnvironment,
  { table, isWorkDue }: SimulatedTable,
): Table {
  return {
    get: (key) => environment.call(`get ${key}`, () => table.get(key)),
    put: async (row, seen) => {
      const revision = await environment.call(`put ${row.key}`, () => table.put(row, seen));
      if (/^(state|switch|once) /.test(row.key)) await environment.maybePause();
      return revision;
    },
    agenda: async (list, options) =>
      // An agenda list without due rows is not queried. These queries took half the time of a
      // scenario.
      isWorkDue(list)
        ? environment.call(`agenda ${list}`, () => table.agenda(list, options))
        : { entries: [] },
  };
}
