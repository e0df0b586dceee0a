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

const closedDoors: ReadonlySet<Meaning> = new Set([
  'redirect',
  'login refused',
  'permission refused',
]);

/** What was asked, as far as an error needs it. */
export interface RequestDescription {
  /** Such as `FORCE_STARTJOB etl_load`. */
  readonly doing: string;
  /** Whether AutoSys may have changed something; a broken read is only a read to repeat. */
  readonly changes: boolean;
  /** The job it is about. */
  readonly job?: JobName | undefined;
  /** The address is the job's own, so that 404 speaks of the job. */
  readonly jobAddress?: boolean | undefined;
  /** Whether it asks for a start, which a job that runs already may refuse. */
  readonly starts?: boolean | undefined;
}

/** Turns an answer that is not 2xx into its error; `undefined` for 2xx, whose body the caller reads. */
export function toError(reply: Reply, asked: RequestDescription): AutosysError | undefined {
  const { doing, job } = asked;
  const { httpStatus, said, retryAfterMs } = reply;
  const meaning = toMeaning(reply);
  if (meaning === 'done') return undefined;
  // It knows no such job, whatever number it put in front; only a closed door goes first.
  if (!closedDoors.has(meaning) && namesUnknownJob(reply) && job !== undefined) {
    return new JobNotFoundError({ job });
  }
  if (meaning === 'broken' && saysAlreadyRunning(reply, asked)) return toRefusal(reply, asked);
  switch (meaning) {
    case 'login refused':
      return new AutosysUnauthorizedError({ doing, httpStatus: 401, said });
    case 'permission refused':
      return new AutosysUnauthorizedError({ doing, httpStatus: 403, said });
    case 'redirect':
      return new AutosysProtocolError({
        doing,
        expected: 'an answer',
        found: `a redirect (${httpStatus}) to ${reply.redirectsTo ?? 'nowhere'}, not followed with a login`,
      });
    case 'absent':
      if (job !== undefined && asked.jobAddress) return new JobNotFoundError({ job });
      return toRefusal(reply, asked);
    case 'refused':
      return toRefusal(reply, asked);
    case 'unexplained':
      return new UnexplainedNotFoundError({ doing, said });
    case 'unavailable': {
      const fromWebServer = pageStatuses.has(httpStatus);
      return new AutosysUnavailableError({ doing, httpStatus, said, retryAfterMs, fromWebServer });
    }
    case 'broken':
      return asked.changes
        ? new AutosysOutcomeUnknownError({
            doing,
            reason: `AutoSys answered ${describeAnswer(reply)}`,
            wasAnswered: true,
          })
        : new AutosysUnavailableError({ doing, httpStatus, said, retryAfterMs });
  }
}

/** A refusal in words: the job is unknown, or AutoSys said something else. */
export function toRefusal(reply: Reply, { doing, job }: RequestDescription): AutosysError {
  if (namesUnknownJob(reply) && job !== undefined) return new JobNotFoundError({ job });
  const { httpStatus, said, messages } = reply;
  return new AutosysRefusedError({ doing, httpStatus, said, messages });
}

/** A 2xx answer nobody can read. */
export function toProtocolError(reply: Reply, doing: string, expected: string): AutosysError {
  return new AutosysProtocolError({ doing, expected, found: describeAnswer(reply) });
}

/** Whether a 2xx answer to an event is an acceptance; `undefined` when it is, else the error. */
export function toAcceptanceError(
  reply: Reply,
  rule: SuccessRule,
  asked: RequestDescription,
): AutosysError | undefined {
  if (saysNo(reply) || saysAlreadyRunning(reply, asked)) return toRefusal(reply, asked);
  if (reply.shape === 'page' || reply.shape === 'unreadable') {
    return toProtocolError(reply, asked.doing, 'an empty answer or text');
  }
  switch (rule.kind) {
    case 'status':
      return undefined;
    case 'text':
      return reply.text.includes(rule.contains)
        ? undefined
        : toProtocolError(reply, asked.doing, `the text "${rule.contains}"`);
    case 'stdOut':
      return readCommandOutput(reply) === undefined
        ? toProtocolError(reply, asked.doing, 'stdOut or stdErr')
        : undefined;
  }
}

/** Whether a 2xx answer to a change is a refusal all the same: `command/run` and `jil` answer 200 to what failed. */
export function saysNo(reply: Reply): boolean {
  const status = fieldOf(reply.json, 'status');
  // The whole word: an answer that repeats a job's status FAILURE is no failure.
  return (
    answerLines(reply).some(isErrorLine) ||
    complainsInStdErr(reply) ||
    (typeof status === 'string' && /^(failed|error)$/i.test(status.trim()))
  );
}

/** Whether a 2xx answer holds a line that begins with `CAUAJM_E`, or anything but remarks in stdErr. */
export function complains(reply: Reply): boolean {
  return ownLines(reply).some(isErrorLine) || complainsInStdErr(reply);
}

/** Whether a 2xx answer holds anything but remarks in stdErr. */
export function complainsInStdErr(reply: Reply): boolean {
  return toLines(fieldOf(reply.json, 'stdErr')).some(isComplaint);
}

/**
 * Whether AutoSys answers a start by saying that the job runs already, so that nothing was started.
 *
 * `CAUAJM_I_60001 Job (X) has already started. FORCE_STARTJOB has no effect.` with RESTRICT_FORCE_STARTJOB=1 is
 * documented; that such words may come in the answer, and in other words, is inferred.
 */
function saysAlreadyRunning(reply: Reply, { starts }: RequestDescription): boolean {
  if (!starts) return false;
  return answerLines(reply).some((line) => alreadyRunning.test(line));
}

/** "an already running box" is no refusal: CAUAJM_W_19102 says so of a start that was made (documented). */
const alreadyRunning = /\balready\s+(?:running|starting|started|active|executing)\b(?!\s+box)/i;

/** The JIL in a 2xx answer: the body itself, or the lines that `command/run` printed. */
export function readJilText(reply: Reply, asked: RequestDescription): string {
  // Only the beginning: a job's description may well quote an error code.
  if (isErrorLine(reply.text)) throw toRefusal(reply, asked);
  if (reply.shape === 'text') return reply.text;
  const output = readCommandOutput(reply);
  if (output === undefined) throw toProtocolError(reply, asked.doing, 'JIL');
  if (output.stdErr.some(isComplaint)) throw toRefusal(reply, asked);
  return output.stdOut.join('\n');
}

/** What `command/run` printed: its JSON, the older `output`, or bare text; `undefined` for anything else. */
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

/** `200 with a page (Sign in)`, for the end of a sentence. */
export function describeAnswer({ httpStatus, shape, said }: Reply): string {
  const body = bodies[shape];
  return said === '' ? `${httpStatus} with ${body}` : `${httpStatus} with ${body} (${said})`;
}

/** `CAUAJM_E_50027 Invalid Job Name`, at the start of a line. */
function namesUnknownJob(reply: Reply): boolean {
  return hasCode(reply, 'CAUAJM_E_50027');
}

/** `CAUAJM_I_` lines in stdErr are remarks (inferred); every other line there is a failure. */
function isComplaint(line: string): boolean {
  return line.trim() !== '' && !line.trim().startsWith('CAUAJM_I_');
}
