import type { NoAnswer } from '../../lambda/aws/lookup.ts';
import { nothingStarted, type RunAnswer } from '../../lambda/launch/api.ts';
import { ApiError } from '../../lambda/launch/api-error.ts';
import type { StartResult } from '../../lambda/launch/launch.ts';
import { adviseAfterRefusal } from '../../lambda/launch/nothing-started.ts';
import { AgentError } from '../agent/agent-error.ts';
import type { ApiOutcome } from '../agent/api/outcome.ts';

/** An outcome without an answer, of any call. */
type Failure = Exclude<ApiOutcome<never>, { readonly kind: 'answer' }>;
type NotStarted = Exclude<StartResult, { readonly kind: 'started' }>;

/** A refusal with its lines for stderr. */
export function refuseDirect(exit: number, lines: readonly string[]): Failure {
  return { kind: 'refused', status: 0, exit, lines, isFinal: true };
}

/** What an error of a call came to. @throws the error, if it is a defect */
export function toFailedOutcome(error: unknown): Failure {
  // The route file has become invalid since the command began.
  if (error instanceof AgentError) return refuseDirect(error.exit, error.lines);
  if (!(error instanceof ApiError)) throw error;
  const { status, code, message, fix, exit, faults = [], retryAfter } = error;
  if (status === 429 || status === 503) {
    const retryAfterMs = retryAfter === undefined ? undefined : retryAfter * 1_000;
    return { kind: 'busy', words: message, retryAfterMs, hadNoEffect: true };
  }
  // The message of a wrong input repeats its faults. Each is printed once.
  const listed = faults.map((fault) => `  ${fault.path}: ${fault.message}`);
  const [only, ...others] = faults;
  const isOne = only !== undefined && others.length === 0;
  const head = faults.length > 1 ? `the request has ${faults.length} faults` : message;
  return refuseDirect(exit, [`error: ${head} (${code})`, ...(isOne ? [] : listed), fix]);
}

/** A lookup that AWS did not answer. A denial may end, such as after expired credentials. */
export function toUnanswered(call: string, { kind, reason }: NoAnswer): Failure {
  switch (kind) {
    case 'throttled':
      return { kind: 'throttled', retryAfterMs: undefined, reason: `${call}: ${reason}` };
    case 'denied':
    case 'noRole':
      return {
        kind: 'refused',
        status: 403,
        exit: nothingStarted.notAllowed,
        lines: toDenial(call, reason),
        isFinal: false,
      };
    case 'unavailable':
      return { kind: 'failed', reason: `${call}: ${reason}`, isSent: true };
    default:
      return kind satisfies never;
  }
}

/** A start without a run. @param call such as `StartExecution` */
export function toNotStarted(call: string, result: NotStarted): ApiOutcome<RunAnswer> {
  if (result.kind === 'refused' || result.kind === 'withheld') {
    const { message, code, exit } = result;
    const text = message.includes(code) ? message : `${message} (${code})`;
    return refuseDirect(exit, [`error: nothing was started: ${text}`, adviseAfterRefusal(code)]);
  }
  const { reason } = result;
  if (isThrottle(reason)) {
    return { kind: 'throttled', retryAfterMs: undefined, reason: `${call}: ${reason}` };
  }
  if (isDenial(reason)) {
    return { ...refuseDirect(nothingStarted.notAllowed, toDenial(call, reason)) };
  }
  return { kind: 'failed', reason: `${call}: ${reason}`, isSent: result.kind === 'unknown' };
}

/** Whether the name of a failure means too many calls. */
function isThrottle(reason: string): boolean {
  return /throttl|TooManyRequests/i.test(reason);
}

/** Whether the name of a failure means that the credentials are not accepted, or not sufficient. */
function isDenial(reason: string): boolean {
  return /AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|NotAuthorized/.test(reason);
}

function toDenial(call: string, reason: string): readonly string[] {
  return [
    `error: ${call} was denied: ${reason}`,
    'allow it in the IAM policy of this host (section Direct mode of docs/launch.md), or renew the credentials',
  ];
}
