import {
  AutosysError,
  AutosysOutcomeUnknownError,
  AutosysUnauthorizedError,
  AutosysUnreachableError,
  NameError,
} from '../../autosys/errors.ts';
import { BridgeError } from '../errors.ts';

/** Whether AutoSys refused the login of a request. */
export function isLoginRefusal(error: unknown): error is AutosysUnauthorizedError {
  return error instanceof AutosysUnauthorizedError && error.httpStatus === 401;
}

/** Whether AutoSys may have refused the login of a failed request in a reply that was lost. */
export function isReplyLost(error: unknown): boolean {
  if (error instanceof AutosysUnreachableError) return error.wasSent;
  if (error instanceof AutosysOutcomeUnknownError) return !error.wasAnswered;
  // Every other error of AutoSys has a reply, and with an error of the bridge or of a name nothing was sent.
  const isSaid = [AutosysError, BridgeError, NameError].some((kind) => error instanceof kind);
  return !isSaid;
}
