import type { Night, NightJob, NightLane, NightRun } from '../night.ts';

/** Rows that a page shows at first: runs, jobs and lanes. 2,000 jobs of a lane fit. */
const mostRows = 5_000;

/** Maximum size of a page in bytes. A browser draws it within seconds. */
export const mostPageBytes = 5_000_000;

/**
 * Formats a night as the longest page that has at most a number of bytes. What does not fit is left
 * out, and the page says how much. Pure.
 *
 * @param format formats a night as a page
 */
export function formatWithin(
  night: Night,
  format: (night: Night) => string,
  mostBytes: number = mostPageBytes,
): string {
  let most = mostRows;
  for (;;) {
    const page = format(limitNight(night, most));
    const bytes = Buffer.byteLength(page);
    if (most === 0 || bytes <= mostBytes) return page;
    // Few tries, because formatting a page that is much too long takes seconds.
    most = Math.floor(most * Math.min(0.8, mostBytes / bytes));
  }
}

/**
 * A night with at most a number of rows: runs, jobs and lanes. Each lane has the same share at most.
 * Open runs, waiting jobs and the newest runs stay. Pure.
 */
export function limitNight(night: Night, most: number): Night {
  const kept = keepLanes(night.lanes, Math.floor(most / 2));
  const share = toShare(kept.map(sizeOf), most - kept.length);
  const lanes = kept.map((lane) => limitLane(lane, share));
  const leftOut = {
    lanes: night.lanes.length - lanes.length,
    runs: count(kept, lanes, ({ runs }) => runs.length),
    jobs: count(kept, lanes, ({ jobs }) => jobs.length),
  };
  const isWhole = Object.values(leftOut).every((number) => number === 0);
  return isWhole ? night : { ...night, lanes, leftOut };
}

function count(
  from: readonly NightLane[],
  to: readonly NightLane[],
  of: (lane: NightLane) => number,
): number {
  const sum = (lanes: readonly NightLane[]) => lanes.reduce((total, lane) => total + of(lane), 0);
  return sum(from) - sum(to);
}

/** Lanes with an open run first, in their order. */
function keepLanes(lanes: readonly NightLane[], most: number): readonly NightLane[] {
  if (lanes.length <= most) return lanes;
  const open = lanes.filter(({ runs }) => runs.some(isOpen));
  const others = lanes.filter(({ runs }) => !runs.some(isOpen));
  const kept = new Set([...open, ...others].slice(0, most));
  return lanes.filter((lane) => kept.has(lane));
}

/** The largest number of rows per lane with which all lanes together have at most `most`. */
function toShare(sizes: readonly number[], most: number): number {
  let left = most;
  for (const [index, size] of sizes.toSorted((one, other) => one - other).entries()) {
    const share = Math.floor(left / (sizes.length - index));
    if (size > share) return share;
    left -= size;
  }
  return most;
}

function limitLane(lane: NightLane, share: number): NightLane {
  if (sizeOf(lane) <= share) return lane;
  const { runs, jobs } = lane;
  const runsShare = Math.max(share - jobs.length, Math.floor(share / 2));
  const keptRuns = keep(runs, (run) => isOpen(run), runsShare, 'newest');
  const isWaiting = ({ startedMs }: NightJob) => startedMs === undefined;
  return {
    ...lane,
    runs: keptRuns,
    jobs: keep(jobs, isWaiting, share - keptRuns.length, 'first'),
  };
}

/** Keeps the wanted items, then others, in their order. */
function keep<Item>(
  items: readonly Item[],
  isWanted: (item: Item) => boolean,
  most: number,
  end: 'first' | 'newest',
): readonly Item[] {
  if (items.length <= most) return items;
  const inOrder = end === 'first' ? items : items.toReversed();
  const wanted = inOrder.filter(isWanted);
  const others = inOrder.filter((item) => !isWanted(item));
  const kept = new Set([...wanted, ...others].slice(0, Math.max(0, most)));
  return items.filter((item) => kept.has(item));
}

function sizeOf({ runs, jobs }: NightLane): number {
  return runs.length + jobs.length;
}

/** Whether a person must decide on a change of a run, or it waits. */
function isOpen({ marks }: NightRun): boolean {
  return marks.some(({ parked, wait }) => parked !== undefined || wait !== undefined);
}
