import type { GlobalName, JobName } from '../../autosys/names.ts';

/** What reacts to the workload today: a polling job, or the variable that it sets. */
export type OldReaction = { readonly job: JobName } | { readonly variable: GlobalName };

/**
 * How a route is observed. The route is matched and recorded, and sends nothing. The sweep reads
 * the job or the variable after the end of a run, for the comparison.
 */
export type RouteObservation = OldReaction & {
  /** Interval in which the polling job asks AWS, in milliseconds. */
  readonly pollsEveryMs: number;
};
