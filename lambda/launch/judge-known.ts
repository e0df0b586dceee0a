import type { CheckedStart } from './intend.ts';
import type { Launch } from './launch.ts';
import { type DoubtStep, judgeDoubt } from './launch-doubt.ts';
import { mirrorNotShown } from './mirror/mirror-refusals.ts';
import { isStopping } from './stop/stop-record.ts';

/** What to do with a request whose identity has a launch already. */
export type KnownLaunch =
  /** It is the answer to the request. */
  | { readonly kind: 'found' }
  /** AWS must be asked: the launch is intended and no function holds the lease. */
  | { readonly kind: 'resume' }
  /** AWS may have accepted a SubmitJob: the job is looked up before anything else. */
  | { readonly kind: 'lookUp'; readonly ifNotFound: DoubtStep }
  /** Another function calls AWS at the moment. */
  | { readonly kind: 'busy' }
  /** The request is for the next start of the identity. */
  | { readonly kind: 'next' }
  /** Nothing was started, so it may be requested anew, also with other input. */
  | { readonly kind: 'renew' }
  | {
      readonly kind: 'conflict';
      readonly why: 'otherCaller' | 'otherInput' | 'otherTarget' | 'longEnded';
    };

/**
 * Decides on a request whose identity has a launch. Pure.
 *
 * @param ended when its run ended, in epoch milliseconds; absent while it is not known to have ended
 * @param foundForMs how long after its end a launch is found again
 */
export function judgeKnown(
  known: Launch,
  request: CheckedStart,
  {
    endedMs,
    nowMs,
    foundForMs,
  }: { endedMs?: number | undefined; nowMs: number; foundForMs: number },
): KnownLaunch {
  // Only the caller that started a run with a key may see it, so no other one is answered with it.
  if (known.identity.kind === 'key' && known.caller !== request.caller) {
    return { kind: 'conflict', why: 'otherCaller' };
  }
  const isSameRequest = known.launchId === request.launchId;
  if (request.again && !isSameRequest) return { kind: 'next' };
  const isOther = known.target !== request.target || known.inputDigest !== request.inputDigest;
  // A stop that came before the start stays in force for every request of the identity.
  const isStopped = known.stage === 'refused' && known.stop?.state === 'proven';
  if (isOther && isNothingStarted(known, nowMs) && !isStopped) return { kind: 'renew' };
  if (known.target !== request.target) return { kind: 'conflict', why: 'otherTarget' };
  if (isOther) return { kind: 'conflict', why: 'otherInput' };
  switch (known.stage) {
    case 'refused':
      if (isStopped) return { kind: 'found' };
      return isSameRequest && known.refusal?.code !== mirrorNotShown
        ? { kind: 'found' }
        : { kind: 'renew' };
    case 'intended':
      // A start that is to be stopped is looked up, never requested again.
      if (isStopping(known.stop)) return { kind: 'busy' };
      return (known.lease?.untilMs ?? 0) > nowMs ? { kind: 'busy' } : judgeDoubt(known, nowMs);
    case 'started':
      return !isSameRequest && endedMs !== undefined && nowMs - endedMs > foundForMs
        ? { kind: 'conflict', why: 'longEnded' }
        : { kind: 'found' };
    default:
      return known.stage satisfies never;
  }
}

/** Whether AWS has certainly started nothing: it refused, or no call has reached it. */
function isNothingStarted({ stage, lease: held, unknownCalls }: Launch, nowMs: number): boolean {
  if (stage !== 'intended') return stage === 'refused';
  const isUnasked = held === undefined || (held.unasked === true && held.untilMs <= nowMs);
  return isUnasked && unknownCalls === undefined;
}
