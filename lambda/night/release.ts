import { atomsOf } from '../../autosys/condition/index.ts';
import type { NightMark } from './night.ts';
import type { DrawnLane, ListedJob } from './night-facts.ts';

/** The change of the bridge after which a job started. */
export interface Release {
  readonly lane: DrawnLane;
  readonly mark: NightMark;
  /** When AutoSys showed the change, or accepted it. */
  readonly atMs: number;
}

/** AutoSys shows whole seconds, and its clock differs from that of the bridge by seconds. */
const toleranceMs = 5_000;
/**
 * Longest time from the change that lets a job start to its start. AutoSys processes a change within
 * seconds, and the agent starts the job within a minute (inferred).
 */
const startsWithinMs = 120_000;

/** Whether the condition of a job names the lane, or the bridge sets or starts the job itself. Pure. */
export function concernsLane(
  { name, condition }: ListedJob,
  lane: Pick<DrawnLane, 'kind' | 'name'>,
): boolean {
  if (lane.kind === 'job' && lane.name === name) return true;
  return (condition ? atomsOf(condition) : []).some((atom) =>
    atom.kind === 'value'
      ? lane.kind === 'global' && !atom.instance && atom.globalVariable === lane.name
      : lane.kind === 'job' && !atom.job.instance && atom.job.job === lane.name,
  );
}

/**
 * When a change could let a job start. The read-back shows a change seconds after AutoSys has processed
 * it. `undefined` if AutoSys has not taken it. Pure.
 */
export function toReleaseMs({ acceptedMs, shownMs }: NightMark): number | undefined {
  return acceptedMs ?? shownMs;
}

/**
 * The last change of the bridge before a job started that its condition names, or that is the start of
 * the job itself. `undefined` if there was none shortly before. Pure.
 */
export function findRelease(
  job: ListedJob,
  startedMs: number,
  lanes: readonly DrawnLane[],
): Release | undefined {
  return lanes
    .filter((lane) => concernsLane(job, lane))
    .flatMap((lane) => lane.runs.flatMap(({ marks }) => marks.map((mark) => ({ lane, mark }))))
    .flatMap(({ lane, mark }) => {
      const atMs = toReleaseMs(mark);
      return atMs === undefined ? [] : [{ lane, mark, atMs }];
    })
    .filter(({ atMs }) => atMs <= startedMs + toleranceMs && startedMs - atMs <= startsWithinMs)
    .toSorted((one, other) => one.atMs - other.atMs)
    .at(-1);
}
