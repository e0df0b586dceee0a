import {
  AutosysError,
  AutosysOutcomeUnknownError,
  AutosysUnauthorizedError,
  AutosysUnreachableError,
  NameError,
} from '../../autosys/errors.ts';
import { BridgeError } from '../errors.ts';

/** Whether AutoSys refused the login of a request with 401. */
export function isLoginRefusal(error: unknown): error is AutosysUnauthorizedError {
  return error instanceof AutosysUnauthorizedError && error.httpStatus === 401;
}

/** A reply that takes longer is probably no refusal, which needs no work of AutoSys (inferred). */
const refusedWithinMs = 10_000;

/**
 * Whether a function ended its wait for a reply so early that a refusal may have been on its way.
 *
 * @param signal ends the work of the function
 */
export function isCutShort(signal: AbortSignal | undefined, waitedMs: number): boolean {
  return signal?.aborted === true && waitedMs < refusedWithinMs;
}

/** Whether the reply to a failed request was lost, so that AutoSys may have refused its login. */
export function isReplyLost(error: unknown): boolean {
  if (error instanceof AutosysUnreachableError) return error.wasSent;
  if (error instanceof AutosysOutcomeUnknownError) return !error.wasAnswered;
  // Any other AutoSys error carries a reply. For a bridge error or a name error nothing was sent.
  const isKnown = [AutosysError, BridgeError, NameError].some((kind) => error instanceof kind);
  return !isKnown;
}
