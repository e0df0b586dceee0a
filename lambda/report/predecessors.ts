import { type AutosysEvent, toTrait } from '../../autosys/event.ts';
import { toKey } from '../ledger/entry-row.ts';
import type { Route } from '../routing/routes.ts';
import { type Effect, toEffect } from '../routing/translate.ts';
import { isEarlier, toVersion, type Version } from '../workload/version.ts';
import type { WorkloadEvent, WorkloadStatus } from '../workload/workload.ts';

/** How many attempts back the one-shots of a run are looked for; each costs a read of the ledger. */
const attemptsBack = 3;

/**
 * Keys of the one-shots to the same job that its route sends on earlier statuses of the run; pure.
 *
 * A job that is started when a run begins, and killed, held or given a status when the run ends, is started first, also where
 * both have waited out an outage.
 */
export function findPredecessors(
  { event: effect, to }: Effect,
  event: WorkloadEvent,
  route: Route,
): readonly string[] {
  const job = toJob(effect);
  if (job === undefined) return [];
  return earlierVersions(toVersion(event), Object.keys(route.say)).flatMap((version) =>
    effectsOnJob(job, event, route, version.status)
      .filter((predecessor) => toTrait(predecessor.event.kind).sets === undefined)
      .map((predecessor) => toKey({ kind: 'once', to, event: predecessor.event, version })),
  );
}

/** The later statuses in which a route acts on the job of a one-shot, which must not follow them; pure. */
export function findOvertakingStatuses(
  { event: said }: Effect,
  event: WorkloadEvent,
  route: Route,
): readonly WorkloadStatus[] {
  const job = toJob(said);
  if (job === undefined || toTrait(said.kind).sets !== undefined) return [];
  return (Object.keys(route.say) as WorkloadStatus[]).filter(
    (status) =>
      isEarlier(event.status, status) && effectsOnJob(job, event, route, status).length > 0,
  );
}

/** What a route sends to a job in another status of the same workload; templates may name the status. */
export function effectsOnJob(
  job: string,
  event: WorkloadEvent,
  route: Route,
  status: WorkloadStatus,
): readonly Effect[] {
  // A route names statuses of its own kind of workload only.
  const other = { ...event, status } as WorkloadEvent;
  return (route.say[status] ?? [])
    .map((template) => toEffect(other, route, template))
    .filter((one) => one.kind === 'effect')
    .filter((one) => toJob(one.event) === job);
}

/** The versions of a run, among the statuses of a route, that come before one of its versions; the oldest first. */
function earlierVersions(newest: Version, statuses: readonly string[]): readonly Version[] {
  const { final, ...version } = newest;
  const words = statuses as readonly WorkloadStatus[];
  // The end of a Batch job may list its last attempt, or not yet.
  const last = final ? version.attempt + 1 : version.attempt;
  const attempts = Array.from({ length: attemptsBack + 1 }, (_, at) => last - attemptsBack + at);
  return attempts
    .filter((attempt) => attempt >= 0)
    .flatMap((attempt) =>
      words
        .filter((status) =>
          !final && attempt < version.attempt ? true : isEarlier(status, version.status),
        )
        .map((status) => ({ ...version, attempt, status })),
    );
}

/** The job that an event acts on. A comment or an alarm changes nothing of it. */
export function toJob(event: AutosysEvent): string | undefined {
  if (event.kind === 'COMMENT' || event.kind === 'ALARM') return undefined;
  return 'job' in event ? event.job : undefined;
}
