import { type ApiErrorBody, nothingStarted } from './api.ts';

/** Facts of a refused request. */
interface RefusedRequest extends Pick<ApiErrorBody, 'code' | 'message' | 'fix' | 'faults'> {
  /** HTTP status, 400 or more. */
  readonly status: number;
  /** Exit code of the command if it gives up. */
  readonly exit: number;
  /** Seconds after which the command asks again. @default - it does not ask again */
  readonly retryAfter?: number;
}

/** A request that the launch API refuses. Nothing was started. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly fix: string;
  readonly exit: number;
  readonly faults?: ApiErrorBody['faults'];
  readonly retryAfter?: number;

  constructor({ status, code, message, fix, exit, faults, retryAfter }: RefusedRequest) {
    super(message);
    this.status = status;
    this.code = code;
    this.fix = fix;
    this.exit = exit;
    if (faults !== undefined) this.faults = faults;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}

/** A fault of the request's input: where, what was found and what is allowed; never a value. */
export interface InputFault {
  readonly path: string;
  readonly message: string;
}

/** Maximum faults of an answer, and characters of a path in it: names come from the request. */
const maxFaults = 20;
const maxPath = 80;

/** 400 with all faults of the input, of which the first 20 are listed. */
export function toInvalidInput(found: readonly InputFault[]): ApiError {
  const faults = found.slice(0, maxFaults).map(({ path, message }) => ({
    path: path.length > maxPath ? `${path.slice(0, maxPath)}…` : path,
    message,
  }));
  const more = found.length - faults.length;
  if (more > 0) faults.push({ path: 'request', message: `${more} more faults` });
  return new ApiError({
    status: 400,
    code: 'INVALID_INPUT',
    message: faults.map(({ path, message }) => `${path}: ${message}`).join('; '),
    fix: 'correct the request',
    exit: nothingStarted.input,
    faults,
  });
}

/**
 * 503: the ledger, AWS or AutoSys cannot serve the request now. The command repeats it.
 *
 * @param message what is not available, with the reason
 */
export function toNotAvailable(message: string, retryAfter = 5): ApiError {
  return new ApiError({
    status: 503,
    code: 'NOT_AVAILABLE',
    message,
    fix: 'repeat the request; if it stays, look at the log of the launch function',
    exit: nothingStarted.notReached,
    retryAfter,
  });
}

/** 404 for a call that the function does not answer. */
export function toUnknownCall(method: string, resource: string): ApiError {
  return new ApiError({
    status: 404,
    code: 'UNKNOWN_CALL',
    message: `the launch API has no ${method} ${resource}`,
    fix: 'update the command, or look at docs/launch-api.json',
    exit: nothingStarted.usage,
  });
}
