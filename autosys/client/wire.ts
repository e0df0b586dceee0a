import {
  type AutosysError,
  AutosysOutcomeUnknownError,
  AutosysProtocolError,
  AutosysRefusedError,
  AutosysUnauthorizedError,
  AutosysUnavailableError,
  JobNotFoundError,
  UnexplainedNotFoundError,
} from '../errors.ts';
import type { JobName } from '../names.ts';
import { isErrorLine } from './code-line.ts';
import { type Meaning, pageStatuses, toMeaning } from './meaning.ts';
import { answerLines, hasCode, ownLines } from './own-lines.ts';
import type { SuccessRule } from './profile.ts';
import type { CommandOutput } from './readings.ts';
import { fieldOf, type Reply, toLines } from './reply.ts';

/** Meanings that take precedence over a text about an unknown job. */
const loginMeanings: ReadonlySet<Meaning> = new Set([
  'redirect',
  'login rejected',
  'permission denied',
]);

/** The facts about a request that its errors need. */
export interface RequestDescription {
  /** Such as `FORCE_STARTJOB etl_load`. */
  readonly doing: string;
  /** Whether it may change AutoSys. A failed read can always be repeated. */
  readonly changes: boolean;
  /** The job of the request. */
  readonly job?: JobName | undefined;
  /** Whether the address contains the job, so that 404 means an unknown job. */
  readonly jobAddress?: boolean | undefined;
  /** Whether it requests a start, which AutoSys may reject if the job is already running. */
  readonly starts?: boolean | undefined;
}

/** Converts a reply to its error. `undefined` for 2xx, whose body the caller reads. */
export function toError(reply: Reply, request: RequestDescription): AutosysError | undefined {
  const { doing, job } = request;
  const { httpStatus, said, retryAfterMs } = reply;
  const meaning = toMeaning(reply);
  if (meaning === 'done') return undefined;
  // A text about an unknown job is used for every status, except for logins and redirects.
  if (!loginMeanings.has(meaning) && namesUnknownJob(reply) && job !== undefined) {
    return new JobNotFoundError({ job });
  }
  if (meaning === 'broken' && isAlreadyRunning(reply, request)) return toRejection(reply, request);
  switch (meaning) {
    case 'login rejected':
      return new AutosysUnauthorizedError({ doing, httpStatus: 401, said });
    case 'permission denied':
      return new AutosysUnauthorizedError({ doing, httpStatus: 403, said });
    case 'redirect':
      return new AutosysProtocolError({
        doing,
        expected: 'an answer',
        found: `a redirect (${httpStatus}) to ${reply.redirectsTo ?? 'no address'}, not followed because of the login`,
      });
    case 'absent':
      if (job !== undefined && request.jobAddress) return new JobNotFoundError({ job });
      return toRejection(reply, request);
    case 'rejected':
      return toRejection(reply, request);
    case 'unexplained':
      return new UnexplainedNotFoundError({ doing, said });
    case 'unavailable': {
      const fromWebServer = pageStatuses.has(httpStatus);
      return new AutosysUnavailableError({ doing, httpStatus, said, retryAfterMs, fromWebServer });
    }
    case 'broken':
      return request.changes
        ? new AutosysOutcomeUnknownError({
            doing,
            reason: `AutoSys answered ${describeReply(reply)}`,
            wasAnswered: true,
          })
        : new AutosysUnavailableError({ doing, httpStatus, said, retryAfterMs });
  }
}

/** Converts a rejection to its error: an unknown job, or another rejection. */
export function toRejection(reply: Reply, { doing, job }: RequestDescription): AutosysError {
  if (namesUnknownJob(reply) && job !== undefined) return new JobNotFoundError({ job });
  const { httpStatus, said, messages } = reply;
  return new AutosysRefusedError({ doing, httpStatus, said, messages });
}

/** Converts a 2xx reply of an unexpected form to its error. */
export function toProtocolError(reply: Reply, doing: string, expected: string): AutosysError {
  return new AutosysProtocolError({ doing, expected, found: describeReply(reply) });
}

/** The error of a 2xx reply to an event. `undefined` if the reply is an acceptance. */
export function toAcceptanceError(
  reply: Reply,
  rule: SuccessRule,
  request: RequestDescription,
): AutosysError | undefined {
  if (isRejection(reply) || isAlreadyRunning(reply, request)) return toRejection(reply, request);
  if (reply.shape === 'page' || reply.shape === 'unreadable') {
    return toProtocolError(reply, request.doing, 'an empty body, text or JSON');
  }
  switch (rule.kind) {
    case 'status':
      return undefined;
    case 'text':
      return reply.text.includes(rule.contains)
        ? undefined
        : toProtocolError(reply, request.doing, `the text "${rule.contains}"`);
    case 'stdOut':
      return readCommandOutput(reply) === undefined
        ? toProtocolError(reply, request.doing, 'stdOut or stdErr')
        : undefined;
  }
}

/**
 * Whether a 2xx reply to a change is a rejection. `command/run` and `jil` answer 200 to failures.
 */
export function isRejection(reply: Reply): boolean {
  const status = fieldOf(reply.json, 'status');
  // The exact word: a reply that repeats the job status FAILURE is not a rejection.
  return (
    answerLines(reply).some(isErrorLine) ||
    hasStdErrOutput(reply) ||
    (typeof status === 'string' && /^(failed|error)$/i.test(status.trim()))
  );
}

/** Whether a 2xx reply has a line that begins with `CAUAJM_E`, or an error in stdErr. */
export function hasErrorOutput(reply: Reply): boolean {
  return ownLines(reply).some(isErrorLine) || hasStdErrOutput(reply);
}

/** Whether a 2xx reply has lines in stdErr that are not remarks. */
export function hasStdErrOutput(reply: Reply): boolean {
  return toLines(fieldOf(reply.json, 'stdErr')).some(isComplaint);
}

/**
 * Whether the reply to a start states that the job is already running, so that it was not started.
 *
 * `CAUAJM_I_60001 Job (X) has already started. FORCE_STARTJOB has no effect.` with
 * RESTRICT_FORCE_STARTJOB=1 is documented. That a reply may contain this or a similar text is
 * inferred.
 */
function isAlreadyRunning(reply: Reply, { starts }: RequestDescription): boolean {
  if (!starts) return false;
  return answerLines(reply).some((line) => alreadyRunningText.test(line));
}

/**
 * "an already running box" is no rejection: CAUAJM_W_19102 is about a start that was made
 * (documented).
 */
const alreadyRunningText = /\balready\s+(?:running|starting|started|active|executing)\b(?!\s+box)/i;

/** Reads the JIL in a 2xx reply: the body, or the output of `command/run`. */
export function readJilText(reply: Reply, request: RequestDescription): string {
  // Only the beginning is checked, because the description of a job may contain an error code.
  if (isErrorLine(reply.text)) throw toRejection(reply, request);
  if (reply.shape === 'text') return reply.text;
  const output = readCommandOutput(reply);
  if (output === undefined) throw toProtocolError(reply, request.doing, 'JIL');
  if (output.stdErr.some(isComplaint)) throw toRejection(reply, request);
  return output.stdOut.join('\n');
}

/** Reads the output of `command/run`: JSON, the older `output`, or plain text. Else `undefined`. */
export function readCommandOutput(reply: Reply): CommandOutput | undefined {
  if (reply.shape === 'text') {
    const lines = toLines(reply.text);
    return lines.some(isErrorLine) ? { stdOut: [], stdErr: lines } : { stdOut: lines, stdErr: [] };
  }
  const stdOut = fieldOf(reply.json, 'stdOut') ?? fieldOf(reply.json, 'output');
  const stdErr = fieldOf(reply.json, 'stdErr');
  if (stdOut === undefined && stdErr === undefined) return undefined;
  return { stdOut: toLines(stdOut), stdErr: toLines(stdErr) };
}

const bodies: Readonly<Record<Reply['shape'], string>> = {
  empty: 'an empty body',
  json: 'JSON',
  text: 'text',
  page: 'a page',
  unreadable: 'a body that cannot be read',
};

/** Describes a reply as the end of a sentence: `200 with a page (Sign in)`. */
export function describeReply({ httpStatus, shape, said }: Reply): string {
  const body = bodies[shape];
  return said === '' ? `${httpStatus} with ${body}` : `${httpStatus} with ${body} (${said})`;
}

/** Whether a line begins with `CAUAJM_E_50027 Invalid Job Name`. */
function namesUnknownJob(reply: Reply): boolean {
  return hasCode(reply, 'CAUAJM_E_50027');
}

/** Whether a line of stdErr is an error: every line except remarks, `CAUAJM_I_` (inferred). */
function isComplaint(line: string): boolean {
  return line.trim() !== '' && !line.trim().startsWith('CAUAJM_I_');
}
