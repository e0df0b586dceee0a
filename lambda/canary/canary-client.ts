import {
  AutosysError,
  AutosysOutcomeUnknownError,
  AutosysProtocolError,
  AutosysRefusedError,
  AutosysUnauthorizedError,
  AutosysUnavailableError,
  AutosysUnreachableError,
  UnexplainedNotFoundError,
  UnsupportedByProfileError,
} from '../../autosys/errors.ts';
import type { AutosysEvent } from '../../autosys/event.ts';
import type { GlobalName, JobName } from '../../autosys/names.ts';
import { LoginHeldError } from '../login-errors.ts';
import { createFinding, type Finding, type FindingVerdict } from './finding.ts';

/** Result of reading a global variable, as the AEWS client returns it. */
export type GlobalReading =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'unset' }
  | { readonly kind: 'unreadable'; readonly reason: string };

interface Options {
  readonly signal: AbortSignal;
}

/** The methods of the AEWS client that an examination needs. It uses one wire profile. */
export interface CanaryClient {
  sendEvent(event: AutosysEvent, options: Options): Promise<unknown>;
  readGlobalVariable(name: GlobalName, options: Options): Promise<GlobalReading>;
  readJob(job: JobName, options: Options): Promise<{ readonly status: string }>;
  /**
   * How far the clock of AutoSys is ahead of ours, if by more than two minutes. Negative: behind.
   * @default - not known to differ
   */
  readonly clockDifference?: { readonly ms: number } | undefined;
}

/**
 * Converts a failed request to a finding.
 *
 * @param own verdicts for a missing permission and for a rejected request
 * @throws any error that is not a failure of AutoSys
 */
export function toFailureFinding(
  error: unknown,
  own: { readonly forbidden: FindingVerdict; readonly refused: FindingVerdict },
): Finding {
  if (error instanceof LoginHeldError) return createFinding('requestRefused', error.message);
  if (!(error instanceof AutosysError)) throw error;
  return createFinding(toVerdict(error, own), error.message);
}

/** HTTP statuses of a release that does not know the request. */
const unknownRequest: ReadonlySet<number> = new Set([404, 405, 406, 501]);

function toVerdict(
  error: unknown,
  { forbidden, refused }: { readonly forbidden: FindingVerdict; readonly refused: FindingVerdict },
): FindingVerdict {
  if (error instanceof AutosysUnauthorizedError) {
    return error.httpStatus === 401 ? 'loginRefused' : forbidden;
  }
  if (error instanceof AutosysRefusedError) {
    return unknownRequest.has(error.httpStatus) ? 'noSuchEntry' : refused;
  }
  if (error instanceof UnsupportedByProfileError) return 'noSuchEntry';
  if (error instanceof UnexplainedNotFoundError) return 'noSuchEntry';
  if (error instanceof AutosysProtocolError) return 'unexpectedAnswer';
  if (error instanceof AutosysUnavailableError) {
    return error.fromWebServer && unknownRequest.has(error.httpStatus)
      ? 'noSuchEntry'
      : 'unavailable';
  }
  if (error instanceof AutosysUnreachableError) return 'unanswered';
  return error instanceof AutosysOutcomeUnknownError ? 'outcomeUnknown' : 'unanswered';
}
