import type { Launch, LaunchRefusal, StartResult } from '../launch.ts';

/** Code of a refusal: AutoSys did not show RUNNING in time. The same start may be requested again. */
export const mirrorNotShown = 'MIRROR_NOT_SHOWN';
/**
 * Code of a refusal: AutoSys does not show RUNNING yet, and a request for the mirror may still take
 * effect. The start stays intended, and the next request for it goes on.
 */
export const mirrorInDoubt = 'MIRROR_IN_DOUBT';
/** Code of a refusal: AutoSys has rejected the mirror. */
export const mirrorRejected = 'MIRROR_REJECTED';

/**
 * The result of a start that waits for its mirror: nothing was sent now. AWS may have the run if the
 * outcome of an earlier call is unknown. Pure.
 *
 * `notSent`: the mirror stays as it is, and the launch too.
 */
export function toWithheld({ unknownCalls }: Launch, refusal: LaunchRefusal): StartResult {
  return unknownCalls === undefined && refusal.code !== mirrorInDoubt
    ? { kind: 'withheld', ...refusal }
    : { kind: 'notSent', reason: refusal.message };
}
