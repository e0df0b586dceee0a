import type { FoundBatchJob } from '../aws/lookup.ts';
import { type Launch, type StartResult, settleLaunch, withLine } from './launch.ts';

/**
 * The launch after the answer to the call of one lease owner. Pure.
 *
 * An answer that comes after the lease has ended counts as well, if it says that AWS has accepted
 * the start: the run exists.
 */
export function settleCall(
  launch: Launch,
  owner: string,
  { result, nowMs }: { readonly result: StartResult; readonly nowMs: number },
): Launch {
  if (launch.lease?.owner === owner) return settleLaunch(launch, result, nowMs);
  if (result.kind !== 'started') return launch;
  if (launch.stage !== 'started') return settleLaunch(launch, result, nowMs);
  return noteDuplicates(launch, [result.id], nowMs);
}

/**
 * The launch after its Batch job was found by name, the oldest first. Pure.
 *
 * The oldest job is bound: it is the one that the first call has started. A launch that is bound
 * already stays bound.
 *
 * @param jobs at least one
 */
export function settleFound(
  launch: Launch,
  jobs: readonly [FoundBatchJob, ...FoundBatchJob[]],
  nowMs: number,
): Launch {
  const [{ id, createdMs }] = jobs;
  const bound =
    launch.stage === 'started'
      ? launch
      : settleLaunch(launch, { kind: 'started', id, beganMs: createdMs, found: true }, nowMs);
  return noteDuplicates(
    bound,
    jobs.map((one) => one.id),
    nowMs,
  );
}

/**
 * Adds a line about further Batch jobs of the same name.
 *
 * They come from a call of unknown outcome that AWS accepted after all. The bridge does not end
 * them. Both may have done part of the same work, and the job that is bound need not be the one
 * that got further, so a person decides.
 */
function noteDuplicates(launch: Launch, ids: readonly string[], nowMs: number): Launch {
  const others = ids.filter((id) => id !== launch.aws?.id);
  if (others.length === 0) return launch;
  const text = `duplicate in AWS: ${others.join(', ')}; decide by hand which of the jobs to end`;
  return launch.history.some((line) => line.text === text) ? launch : withLine(launch, nowMs, text);
}
