import type { Disposition } from './disposition.ts';
import type { GlobalName, JobName } from './names.ts';

export type { Disposition } from './disposition.ts';
export { NameError } from './name-error.ts';

/**
 * Base class of the errors of a request to AutoSys.
 *
 * Holds no request, header, body or option, so that its text and its JSON show no password.
 */
export abstract class AutosysError extends Error {
  abstract readonly code: string;
  abstract readonly disposition: Disposition;
}

/**
 * No endpoint answered: name not resolved, connection refused, TLS handshake failed, or no reply to
 * a read.
 *
 * A change was not sent.
 */
export class AutosysUnreachableError extends AutosysError {
  override readonly name = 'AutosysUnreachableError';
  readonly code = 'AUTOSYS_UNREACHABLE';
  readonly disposition = 'retry';
  /** Host and port of the endpoint, without path or user. */
  readonly endpoint: string;
  /** The team to contact and what to check. Undefined if the cause is unknown. */
  readonly advice: string | undefined;
  /** Whether a read was sent and no reply arrived. */
  readonly wasSent: boolean;

  constructor({
    endpoint,
    reason,
    cause,
    advice,
    wasSent = false,
  }: {
    endpoint: string;
    reason: string;
    cause?: Error;
    advice?: string | undefined;
    wasSent?: boolean;
  }) {
    super(`AutoSys at ${endpoint} was not reached: ${reason}`, { cause });
    this.endpoint = endpoint;
    this.advice = advice;
    this.wasSent = wasSent;
  }
}

/**
 * AutoSys is unavailable and did not accept the request.
 *
 * Thrown for 408, 429 and 503, and for an HTML page with 403, 404, 405, 407, 415, 421 or 426. Such
 * a page comes from the web server or a proxy, not from AEWS. Also thrown for a read that failed
 * with 500, 502 or 504.
 */
export class AutosysUnavailableError extends AutosysError {
  override readonly name = 'AutosysUnavailableError';
  readonly code = 'AUTOSYS_UNAVAILABLE';
  readonly disposition = 'retry';
  readonly httpStatus: number;
  /** From the header `Retry-After`, in milliseconds. Undefined if AutoSys sent none. */
  readonly retryAfterMs: number | undefined;
  /** Whether the reply is a page of the web server or of a proxy, not a reply of AEWS. */
  readonly fromWebServer: boolean;

  constructor({
    doing,
    httpStatus,
    said,
    retryAfterMs,
    fromWebServer = false,
  }: {
    doing: string;
    httpStatus: number;
    said: string;
    retryAfterMs?: number | undefined;
    fromWebServer?: boolean;
  }) {
    super(
      fromWebServer
        ? `${doing}: AEWS is unavailable, the web server or a proxy answered ${httpStatus} with its own page${quote(said)}`
        : `${doing}: AutoSys is unavailable, it answered ${httpStatus}${quote(said)}`,
    );
    this.httpStatus = httpStatus;
    this.retryAfterMs = retryAfterMs;
    this.fromWebServer = fromWebServer;
  }
}

/**
 * A 404 of unknown sender: no body, or a text that is neither JSON, nor HTML, nor a `CAUAJM` line.
 *
 * AEWS may not be started yet, or it has no such job or address. AutoSys accepted nothing, so the
 * request is retried. The circuit breaker does not count this error, because it is no evidence
 * about the instance.
 */
export class UnexplainedNotFoundError extends AutosysError {
  override readonly name = 'UnexplainedNotFoundError';
  readonly code = 'AUTOSYS_NOT_FOUND_UNEXPLAINED';
  readonly disposition = 'retry';

  constructor({ doing, said }: { doing: string; said: string }) {
    super(
      `${doing}: the response is 404${said === '' ? ' without a body' : quote(said)}; AEWS may not be started yet, or it has no such job or address`,
    );
  }
}

/**
 * The request was sent and no conclusive reply arrived: AutoSys may or may not have acted.
 *
 * Thrown after a timeout or a connection reset once the body was sent, and for 500, 502 and 504. If
 * the request was not sent, the error is {@link AutosysUnreachableError}.
 */
export class AutosysOutcomeUnknownError extends AutosysError {
  override readonly name = 'AutosysOutcomeUnknownError';
  readonly code = 'AUTOSYS_OUTCOME_UNKNOWN';
  readonly disposition = 'confirm';

  /** Whether a reply arrived: 500, 502 or 504. */
  readonly wasAnswered: boolean;

  constructor({
    doing,
    reason,
    cause,
    wasAnswered = false,
  }: {
    doing: string;
    reason: string;
    cause?: Error;
    wasAnswered?: boolean;
  }) {
    super(`${doing}: the outcome is unknown, ${reason}; check AutoSys before sending it again`, {
      cause,
    });
    this.wasAnswered = wasAnswered;
  }
}

/**
 * AutoSys rejected the login (401) or denied the permission (403). Retries may lock the account.
 */
export class AutosysUnauthorizedError extends AutosysError {
  override readonly name = 'AutosysUnauthorizedError';
  readonly code = 'AUTOSYS_UNAUTHORIZED';
  readonly disposition = 'reject';
  readonly httpStatus: 401 | 403;

  constructor({ doing, httpStatus, said }: { doing: string; httpStatus: 401 | 403; said: string }) {
    super(
      httpStatus === 401
        ? `${doing}: AutoSys rejected the login (401)${quote(said)}; check user and password in the secret`
        : `${doing}: AutoSys denied the permission (403)${quote(said)}; check the user's EEM policies (as-job, as-owner, as-sendevent, GLOBAL_VAR)`,
    );
    this.httpStatus = httpStatus;
  }
}

/** AutoSys has no such job: `CAUAJM_E_50027`, or 404 for the address of a job. */
export class JobNotFoundError extends AutosysError {
  override readonly name = 'JobNotFoundError';
  readonly code = 'AUTOSYS_JOB_NOT_FOUND';
  readonly disposition = 'reject';
  readonly job: JobName;

  constructor({ job }: { job: JobName }) {
    super(`AutoSys has no job ${job}; names are case-sensitive, compare with autorep -J ${job}`);
    this.job = job;
  }
}

/** AutoSys has no such global variable. */
export class GlobalVariableNotFoundError extends AutosysError {
  override readonly name = 'GlobalVariableNotFoundError';
  readonly code = 'AUTOSYS_GLOBAL_VARIABLE_NOT_FOUND';
  readonly disposition = 'reject';
  readonly globalVariable: GlobalName;

  constructor({ globalVariable }: { globalVariable: GlobalName }) {
    super(
      `AutoSys has no global variable ${globalVariable}; SET_GLOBAL creates it, names are case-sensitive`,
    );
    this.globalVariable = globalVariable;
  }
}

/** AutoSys rejected the request: another 4xx, or a CAUAJM error in the reply. */
export class AutosysRefusedError extends AutosysError {
  override readonly name = 'AutosysRefusedError';
  readonly code = 'AUTOSYS_REFUSED';
  readonly disposition = 'reject';
  readonly httpStatus: number;
  /** Message of AutoSys: one line of at most 300 characters. */
  readonly said: string;
  /** Output lines of `jil`, without secrets. Empty for other requests. */
  readonly messages: readonly string[];

  constructor({
    doing,
    httpStatus,
    said,
    messages = [],
  }: {
    doing: string;
    httpStatus: number;
    said: string;
    messages?: readonly string[];
  }) {
    super(`${doing}: AutoSys rejected it with ${httpStatus}${quote(said)}`);
    this.httpStatus = httpStatus;
    this.said = said;
    this.messages = messages;
  }
}

/** A 2xx reply of a form that the wire profile does not expect. */
export class AutosysProtocolError extends AutosysError {
  override readonly name = 'AutosysProtocolError';
  readonly code = 'AUTOSYS_PROTOCOL';
  readonly disposition = 'confirm';

  constructor({ doing, expected, found }: { doing: string; expected: string; found: string }) {
    super(
      `${doing}: expected ${expected}, found ${found}; this AutoSys may need another wire profile`,
    );
  }
}

/** The wire profile has no request for this. Another profile or an override may have one. */
export class UnsupportedByProfileError extends AutosysError {
  override readonly name = 'UnsupportedByProfileError';
  readonly code = 'AUTOSYS_UNSUPPORTED_BY_PROFILE';
  readonly disposition = 'reject';

  constructor({ doing, profile }: { doing: string; profile: string }) {
    super(
      `${doing}: the wire profile ${profile} has no request for it; choose another profile or override this entry`,
    );
  }
}

function quote(said: string): string {
  return said === '' ? '' : ` (${said})`;
}
