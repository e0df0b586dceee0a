import { type AutosysInstance, parseAutosysInstance } from '../../autosys/names.ts';
import type { Run } from '../ledger/run.ts';
import { createRuns, parseRun, toRunKey, toRunRow } from '../ledger/run-row.ts';
import type { Table } from '../ledger/table.ts';
import { toPartition } from '../routing/partition.ts';
import type { Home } from '../routing/routes.ts';
import { toTargetRouteName } from '../routing/target-routes.ts';
import type { LaunchTarget } from '../routing/targets.ts';
import { isOver, type WorkloadEvent } from '../workload/workload.ts';
import type { BoundRun } from './bound-run.ts';
import type { Launch } from './launch.ts';
import { toRunOfLaunch } from './restart/run-of-launch.ts';

/** The run rows of launches. */
export interface LaunchedRuns {
  /**
   * Reads the row of the run, as far as the run belongs to the launch. `undefined` before AWS has
   * accepted the start, or without a row.
   */
  read(launch: Launch): Promise<Run | undefined>;
  /**
   * Records that the run exists, so that the sweep asks AWS about it even if every event is lost.
   *
   * Does nothing if the row has the start already.
   */
  record(launch: Launch): Promise<void>;
  /** Has the sweep ask AWS about an open run within ten minutes, because a command waits for it. */
  askSoon(run: Run): Promise<void>;
}

export interface LaunchedRunsDeps {
  readonly table: Table;
  readonly now: () => Date;
  readonly home: Home;
  readonly targets: readonly LaunchTarget[];
}

/** Time after which AWS is asked about a run whose target is no longer in the route file. */
const defaultEndsWithinMs = 60 * 60_000;

/** Maximum time until the sweep asks AWS about a run for which a command waits. */
const askWithinMs = 10 * 60_000;

/** Creates the access to the run rows of launches. Every method rejects with a `LedgerError`. */
export function createLaunchedRuns({ table, now, home, targets }: LaunchedRunsDeps): LaunchedRuns {
  const openRunRow = createRuns({ table, now });
  return {
    async read(launch) {
      const { aws } = launch;
      if (aws === undefined) return undefined;
      const row = await table.get(toRunKey({ run: aws.id, beganMs: aws.beganMs }));
      return row && toRunOfLaunch(launch, parseRun(row));
    },
    async record(launch) {
      if (launch.aws === undefined) return;
      const target = targets.find(({ name }) => name === launch.target);
      const { endsWithinMs = defaultEndsWithinMs } = target ?? {};
      const event = toStartEvent(launch, { run: launch.aws, target, home });
      const name = toTargetRouteName(launch.target);
      const run = openRunRow(event, [{ name, endsWithinMs, ...toInstance(launch) }]);
      const what = launch.aws.redrive === undefined ? 'started' : 'continued';
      await run.record([{ text: `${what} for ${launch.caller} as ${launch.name}` }]);
    },
    async askSoon({ version, askMs }) {
      const nowMs = now().getTime();
      if (askMs === undefined || askMs <= nowMs + askWithinMs) return;
      const row = await table.get(toRunKey(version));
      const known = row && parseRun(row);
      if (known?.askMs === undefined || known.askMs <= nowMs + askWithinMs) return;
      // Losing the conditional write is fine: the next mark does it again.
      await table.put(toRunRow({ ...known, askMs: nowMs + askWithinMs }, nowMs), row?.revision);
    },
  };
}

/** The AutoSys instance of a launch, by which the run is found in the hour index. */
function toInstance({ identity }: Launch): { readonly to?: AutosysInstance } {
  return identity.kind === 'jobTry' ? { to: parseAutosysInstance(identity.instance) } : {};
}

/** When the run ended, in epoch milliseconds. `undefined` while it is not known to have ended. */
export function toEndMs(run: Run | undefined): number | undefined {
  return run !== undefined && isOver(run.version.status) ? run.version.changedMs : undefined;
}

/**
 * The first event of a run, from the answer to its start or redrive. AWS emits RUNNING of an
 * execution as well; no event reports that a Batch job was submitted (documented).
 */
export function toStartEvent(
  { name, workload, batch }: Launch,
  { run, target, home }: { run: BoundRun; target: LaunchTarget | undefined; home: Home },
): WorkloadEvent {
  const beganAt = new Date(run.beganMs);
  const changedAt = new Date(run.redrivenMs ?? run.beganMs);
  const base = { eventId: `launch ${name}`, ...home, emittedAt: changedAt, changedAt, beganAt };
  const toArn = (service: string, resource: string) =>
    `arn:${toPartition(home.region)}:${service}:${home.region}:${home.account}:${resource}`;
  if (workload === 'execution') {
    // The execution that a launch continues has the name of an earlier launch.
    const [, , , , , , stateMachineName = '', executionName = ''] = run.id.split(':');
    return {
      ...base,
      kind: 'execution',
      status: 'RUNNING',
      executionArn: run.id,
      executionName,
      stateMachineArn: toArn('states', `stateMachine:${stateMachineName}`),
      stateMachineName,
      qualifiedArns: [],
      redriveCount: run.redrive ?? 0,
      output: { kind: 'none' },
    };
  }
  const ofTarget = target?.kind === 'batchJob' ? target.jobQueue : '';
  const jobQueueName = batch?.jobQueue ?? ofTarget;
  return {
    ...base,
    kind: 'batchJob',
    status: 'SUBMITTED',
    batchJobId: run.id,
    batchJobName: name,
    jobQueueArn: toArn('batch', `job-queue/${jobQueueName}`),
    jobQueueName,
    role: batch?.arraySize === undefined ? 'job' : 'arrayParent',
    attempt: 1,
  };
}
