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
    if (own?.run === run || isAwaited(known, autosys.findRun(job, run))) return [];
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

/** Whether a run of others began while a request that sends nothing, or that joins, waited for it. */
function isAwaited(
  { request: { wait }, readMs = 0 }: WatchedRequest,
  run: TrueRun | undefined,
): boolean {
  if (wait === undefined || run === undefined) return false;
  const takesOthers = wait.start === 'next' || wait.start === 'current' || wait.start === 'join';
  // Clocks of functions and AutoSys differ by seconds.
  const isInTime = run.startedMs > readMs - 2_000 && run.startedMs < wait.untilMs + 5_000;
  return takesOthers && readMs > 0 && isInTime;
}
