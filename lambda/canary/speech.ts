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
import { LoginHeldError } from '../errors.ts';
import { type Finding, type FindingVerdict, found } from './finding.ts';

/** What AutoSys says of a global variable; as the AEWS client has it. */
export type GlobalReading =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'unset' }
  | { readonly kind: 'unreadable'; readonly reason: string };

interface Options {
  readonly signal: AbortSignal;
}

/** One AutoSys in one wire profile: the AEWS client as far as an examination needs it. */
export interface CanaryClient {
  sendEvent(event: AutosysEvent, options: Options): Promise<unknown>;
  readGlobalVariable(name: GlobalName, options: Options): Promise<GlobalReading>;
  readJob(job: JobName, options: Options): Promise<{ readonly status: string }>;
  /** How far its clock is ahead of ours, where the difference is more than two minutes. @default - not known to differ */
  readonly clockDifference?: { readonly ms: number } | undefined;
}

/**
 * The verdict on a failed request, where permission and refusal have a name of their own.
 *
 * @throws what is no failure of AutoSys
 */
export function toFailureFinding(
  error: unknown,
  own: { readonly forbidden: FindingVerdict; readonly refused: FindingVerdict },
): Finding {
  if (error instanceof LoginHeldError) return found('requestRefused', error.message);
  if (!(error instanceof AutosysError)) throw error;
  return found(toVerdict(error, own), error.message);
}

/** The release knows no such request. */
const unspoken: ReadonlySet<number> = new Set([404, 405, 406, 501]);

function toVerdict(
  error: unknown,
  { forbidden, refused }: { readonly forbidden: FindingVerdict; readonly refused: FindingVerdict },
): FindingVerdict {
  if (error instanceof AutosysUnauthorizedError) {
    return error.httpStatus === 401 ? 'loginRefused' : forbidden;
  }
  if (error instanceof AutosysRefusedError) {
    return unspoken.has(error.httpStatus) ? 'noSuchEntry' : refused;
  }
  if (error instanceof UnsupportedByProfileError) return 'noSuchEntry';
  if (error instanceof UnexplainedNotFoundError) return 'noSuchEntry';
  if (error instanceof AutosysProtocolError) return 'notUnderstood';
  if (error instanceof AutosysUnavailableError) {
    return error.fromWebServer && unspoken.has(error.httpStatus) ? 'noSuchEntry' : 'unavailable';
  }
  if (error instanceof AutosysUnreachableError) return 'unanswered';
  return error instanceof AutosysOutcomeUnknownError ? 'outcomeUnknown' : 'unanswered';
}
