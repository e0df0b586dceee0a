import { type AutosysEvent, toTrait } from '../../autosys/event.ts';
import { toKey } from '../ledger/entry-row.ts';
import type { Route } from '../routing/routes.ts';
import { type Effect, toEffect } from '../routing/translate.ts';
import { isEarlier, toVersion, type Version } from '../workload/version.ts';
import type { WorkloadEvent, WorkloadStatus } from '../workload/workload.ts';

/**
 * Number of earlier attempts whose one-shots are predecessors. Each one costs a read of the ledger.
 */
const attemptsBack = 3;

/**
 * Keys of the one-shots to the same job that the route sends on earlier statuses of the run. Pure.
 *
 * Example: a route starts a job when a run begins, and kills it or puts it on hold when the run
 * ends. The start is sent first, also after an outage.
 */
export function findPredecessors(
  { event: autosysEvent, to }: Effect,
  event: WorkloadEvent,
  route: Route,
): readonly string[] {
  const job = toJob(autosysEvent);
  if (job === undefined) return [];
  return earlierVersions(toVersion(event), Object.keys(route.actions)).flatMap((version) =>
    effectsOnJob(job, event, route, version.status)
      .filter((predecessor) => toTrait(predecessor.event.kind).sets === undefined)
      .map((predecessor) => toKey({ kind: 'once', to, event: predecessor.event, version })),
  );
}

/**
 * Later statuses in which the route acts on the job of a one-shot. The one-shot must not be sent
 * after them. Pure.
 */
export function findOvertakingStatuses(
  { event: autosysEvent }: Effect,
  event: WorkloadEvent,
  route: Route,
): readonly WorkloadStatus[] {
  const job = toJob(autosysEvent);
  if (job === undefined || toTrait(autosysEvent.kind).sets !== undefined) return [];
  return (Object.keys(route.actions) as WorkloadStatus[]).filter(
    (status) =>
      isEarlier(event.status, status) && effectsOnJob(job, event, route, status).length > 0,
  );
}

/** Effects of a route on a job in another status of the same workload. Templates may contain it. */
export function effectsOnJob(
  job: string,
  event: WorkloadEvent,
  route: Route,
  status: WorkloadStatus,
): readonly Effect[] {
  // The statuses of a route are all of its own kind of workload, so the cast is safe.
  const other = { ...event, status } as WorkloadEvent;
  return (route.actions[status] ?? [])
    .map((template) => toEffect(other, route, template))
    .filter((one) => one.kind === 'effect')
    .filter((one) => toJob(one.event) === job);
}

/** Versions of the run before `newest` that have a status of the route. Oldest first. */
function earlierVersions(newest: Version, statuses: readonly string[]): readonly Version[] {
  const { final, ...version } = newest;
  const routeStatuses = statuses as readonly WorkloadStatus[];
  // The end of a Batch job may or may not list its last attempt.
  const last = final ? version.attempt + 1 : version.attempt;
  const attempts = Array.from({ length: attemptsBack + 1 }, (_, at) => last - attemptsBack + at);
  return attempts
    .filter((attempt) => attempt >= 0)
    .flatMap((attempt) =>
      routeStatuses
        .filter((status) =>
          !final && attempt < version.attempt ? true : isEarlier(status, version.status),
        )
        .map((status) => ({ ...version, attempt, status })),
    );
}

/** The job that an event acts on. COMMENT and ALARM do not change a job. */
export function toJob(event: AutosysEvent): string | undefined {
  if (event.kind === 'COMMENT' || event.kind === 'ALARM') return undefined;
  return 'job' in event ? event.job : undefined;
}
