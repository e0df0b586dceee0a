import { toRequestKey } from '../../../../lambda/request/request-row.ts';
import type { TrueRun } from '../autosys/requested-autosys.ts';
import type { RequestSystem } from '../simulate-requests.ts';
import type { WatchedRequest } from './watch-requests.ts';

/** Longest time from the reading of the job to the send: the lease of an entry, and a call. */
const decideMs = 120_000;

/**
 * A kill ends the run of its request only. AutoSys kills by the name of the job, so a kill may meet
 * the next run if the own one ended while the kill was on its way.
 */
export function judgeKills({ autosys, watched, world }: RequestSystem): readonly string[] {
  return autosys.kills.flatMap(({ atMs, request: id, run, job }) => {
    const known = watched.find(id);
    if (run === undefined || known === undefined) return [];
    const { request } = known;
    const own =
      autosys.runs.find((one) => one.request === id) ??
      autosys.findRun(job, request.wait?.run?.run);
    world.count('runs of gone executions killed');
    if (own?.run === run || isAwaited(known, run, autosys.runs)) return [];
    // Of two starts that were under way when the run began, either may get it.
    const killed = autosys.findRun(job, run);
    if (killed && isGivenTo(killed, id, watched)) return [];
    const sentMs = watched.sent.findLast(
      (one) => one.id === id && one.event.kind === 'KILLJOB',
    )?.sentMs;
    const endedMs = own?.tries.at(-1)?.ends[0]?.atMs ?? 0;
    if (own !== undefined && endedMs >= (sentMs ?? atMs) - decideMs) return [];
    return [
      `the kill of ${toRequestKey(request)} ended run ${run} of ${job}; its own was ${own?.run}`,
    ];
  });
}

/** Whether the ledger attributes a run to the start of a request that was under way when it began. */
function isGivenTo(
  { job, run, startedMs }: TrueRun,
  id: string | undefined,
  watched: RequestSystem['watched'],
): boolean {
  if (watched.findOwner(job, run)?.id !== id) return false;
  return watched.sent.some(
    (one) => one.id === id && one.event.kind.endsWith('STARTJOB') && one.sentMs < startedMs + 5_000,
  );
}

/** Whether the run is the first one that began while a request that sends nothing waited for it. */
function isAwaited(
  { request: { wait }, readMs }: WatchedRequest,
  run: number,
  runs: readonly TrueRun[],
): boolean {
  if (wait === undefined || readMs === undefined) return false;
  if (wait.start !== 'next' && wait.start !== 'current') return false;
  // Clocks of functions and AutoSys differ by seconds.
  const first = runs
    .filter(({ job, startedMs }) => job === wait.job && startedMs > readMs - 2_000)
    .toSorted((one, other) => one.startedMs - other.startedMs)[0];
  return first?.run === run && first.startedMs < wait.untilMs + 5_000;
}
