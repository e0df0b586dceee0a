import type { SubmitJob } from '../../../../lambda/aws/start-result.ts';
import type { Launch } from '../../../../lambda/launch/launch.ts';
import { toLaunchRow } from '../../../../lambda/launch/launch-row.ts';
import type { StopCalls } from '../../../../lambda/launch/stop/stop-calls.ts';
import type { Row, SearchableTable, StoredRow } from '../../../../lambda/ledger/table.ts';
import { launchLeaseMs } from '../../../../lambda/policies.ts';
import type { LaunchTarget } from '../../../../lambda/routing/targets.ts';
import type { LaunchProtection } from '../launch-protections.ts';

/** The protection that is disabled, if any. */
export type DisabledLaunchProtection = LaunchProtection | undefined;

/** Wraps the table of an execution environment without a protection. */
export function weakenLaunchTable(
  table: SearchableTable,
  now: () => Date,
  without: DisabledLaunchProtection,
): SearchableTable {
  switch (without) {
    case 'intent':
      return deferWrites(table, ({ stage, lease }) => stage === 'intended' && lease !== undefined);
    case 'stop record':
      return deferWrites(
        table,
        ({ stop }) => stop?.state === 'requested' && stop.tree.length === 0,
      );
    case 'command watch beside a mirror job':
      return {
        ...table,
        put: (row, seen) => table.put(isLaunchRow(row) ? withoutWatch(row, now) : row, seen),
      };
    case 'mark of a redriven run':
      return {
        ...table,
        put: (row, seen) => table.put(isLaunchRow(row) ? withoutMark(row) : row, seen),
      };
    case 'lease before SubmitJob':
      return {
        ...table,
        put: (row, seen) => table.put(isLaunchRow(row) ? shortenLease(row, now) : row, seen),
      };
    default:
      return table;
  }
}

function withoutWatch(row: Row, now: () => Date): Row {
  const { watch: _, ...launch } = row.body as Launch;
  return launch.mirror?.kind === 'job' ? toLaunchRow(launch, now().getTime()) : row;
}

function withoutMark(row: Row): Row {
  const { continuedBy: _, ...body } = row.body as Launch;
  return { ...row, body };
}

/** The row of a launch with the usual lease, while its owner assumes an hour. */
function shortenLease(row: Row, now: () => Date): Row {
  const launch = row.body as Launch;
  const nowMs = now().getTime();
  // Other writes keep the lease as it is.
  if ((launch.lease?.untilMs ?? 0) <= nowMs + launchLeaseMs) return row;
  const { owner = '' } = launch.lease ?? {};
  return toLaunchRow({ ...launch, lease: { owner, untilMs: nowMs + launchLeaseMs } }, nowMs);
}

/**
 * Keeps writes of some launches in the memory of the execution environment, until a later write of
 * the same row stores them as well.
 */
function deferWrites(
  table: SearchableTable,
  isDeferred: (launch: Launch) => boolean,
): SearchableTable {
  const deferred = new Map<
    string,
    { readonly row: StoredRow; readonly seen: number | undefined }
  >();
  return {
    ...table,
    get: async (key) => deferred.get(key)?.row ?? table.get(key),
    put: async (row, seen) => {
      const before = deferred.get(row.key);
      const base = before && before.row.revision === seen ? before.seen : seen;
      if (isLaunchRow(row) && isDeferred(row.body as Launch)) {
        const revision = (seen ?? 1_000) + 0.5;
        deferred.set(row.key, { row: { ...row, revision }, seen: base });
        return revision;
      }
      deferred.delete(row.key);
      return table.put(row, base);
    },
  };
}

function isLaunchRow({ body }: Row): boolean {
  return typeof body === 'object' && body !== null && Reflect.get(body, 'kind') === 'launch';
}

/** Returns SubmitJob without its protections: the SDK repeats a call without an answer. */
export function weakenSubmitJob(
  submitJob: SubmitJob,
  without: DisabledLaunchProtection,
): SubmitJob {
  if (without !== 'single attempt') return submitJob;
  return async (submission, signal) => {
    const first = await submitJob(submission, signal);
    return first.kind === 'unknown' ? submitJob(submission, signal) : first;
  };
}

/** Returns the calls of a stop without a protection. */
export function weakenStopCalls(calls: StopCalls, without: DisabledLaunchProtection): StopCalls {
  switch (without) {
    case 'children of a stop':
      return {
        ...calls,
        readHistory: async () => ({ kind: 'found', items: [{ kind: 'ended' }] }),
        listMapRuns: async () => ({ kind: 'found', items: [] }),
      };
    case 'ended children of maps':
      return {
        ...calls,
        describeMapRun: async () => ({ kind: 'found', executionArn: '', notAborted: 0 }),
      };
    default:
      return calls;
  }
}

/** Returns the targets without a protection. */
export function weakenTargets(
  targets: readonly LaunchTarget[],
  without: DisabledLaunchProtection,
): readonly LaunchTarget[] {
  if (without !== 'named children') return targets;
  const every = { stateMachines: ['*'], jobQueues: ['*'], jobDefinitions: ['*'] };
  return targets.map((target) => ({ ...target, children: every }));
}
