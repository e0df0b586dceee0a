import { isDeepStrictEqual } from 'node:util';
import type { TaskCallAnswer } from '../../aws/task-answer.ts';
import { withHistory } from '../../ledger/entry.ts';
import { withoutToken } from '../end-request.ts';
import { toRequestKey } from '../request-row.ts';
import type { RequestResult } from '../result.ts';
import type { JobWait, StoredRequest } from '../stored-request.ts';
import { type AnswerWaitDeps, createAnswerWait, type KnownWait, toTask } from './answer-wait.ts';
import type { DecidedWait } from './decide-known.ts';
import type { PassCalls } from './pass-calls.ts';
import type { KnownStart } from './start-facts.ts';
import { createStopStart, type StopStartDeps } from './stop-start.ts';
import { type JobWaitStep, toAbout } from './wait-step.ts';

/**
 * Time without a valid task token after which the execution counts as gone. An attempt that failed,
 * such as by a lost answer, is followed by the next one of the Retrier, five minutes later at most
 * (`AutosysTask`).
 */
export const goneAfterMs = 6 * 60_000;

/** How Step Functions is called. */
interface CallOptions {
  readonly calls: PassCalls;
  readonly signal: AbortSignal;
}

/** Creates the end of a wait: the result is written, and then sent if there is a task token. */
export function createEndWait(deps: AnswerWaitDeps) {
  const { requests, now } = deps;
  const answerWait = createAnswerWait(deps);

  /** @throws {LedgerError} */
  return async function endWait(
    known: KnownWait,
    { wait, result, endedMs }: Extract<DecidedWait, { readonly kind: 'end' }>,
    options: CallOptions,
  ): Promise<JobWaitStep> {
    const nowMs = now().getTime();
    const about = toAbout(known.request, toRequestKey(known.request));
    const { failure: _, ...over } = wait;
    const hasToken = wait.token !== undefined;
    const ended = {
      ...known.request,
      stage: 'ended' as const,
      result,
      // Without a token, the next attempt of the caller receives it.
      ...(!hasToken && result.kind === 'failure' && { undelivered: true as const }),
      wait: { ...over, nextMs: nowMs, ...(hasToken && { answering: { sinceMs: nowMs } }) },
    };
    const request = withHistory<typeof ended>(ended, nowMs, describeResult(result));
    const written = await requests.write(request, known.revision);
    if (written === undefined) return { kind: 'raced', about };
    if (!hasToken) return { kind: 'decided', about, result };
    const { revision } = written;
    return answerWait({ request, revision }, { ...options, isFirst: true, endedMs });
  };
}

/**
 * Creates the continuation of a wait: a heartbeat says that the job is still awaited, and what
 * was learnt is recorded. If the state no longer waits, the wait ends.
 */
export function createContinueWait(deps: AnswerWaitDeps & StopStartDeps) {
  const { requests, now, mayKill } = deps;
  const stopStart = createStopStart(deps);

  /** @throws {LedgerError} */
  return async function continueWait(
    known: KnownWait,
    wait: JobWait,
    { calls, signal, start }: CallOptions & { readonly start: KnownStart },
  ): Promise<JobWaitStep> {
    const { request, revision } = known;
    const about = toAbout(request, toRequestKey(request));
    const { token } = wait;
    const answer =
      token === undefined ? undefined : await calls.heartbeat(toTask(request, token), signal);
    const nowMs = now().getTime();
    const goneMs = answer?.kind === 'gone' ? (wait.goneMs ?? nowMs) : undefined;
    const isGone = goneMs !== undefined && nowMs - goneMs >= goneAfterMs;
    if (answer?.kind === 'invalid' || (answer?.kind === 'gone' && isGone)) {
      const result = toGoneResult(answer.reason);
      if (await stopStart(start, { wait, result })) return endGone(known, wait, answer);
    }
    const learnt = toLearnt(wait, answer, goneMs);
    if (!isDeepStrictEqual(learnt, request.wait)) {
      const beat = answer?.kind === 'taken' ? { heartbeatMs: nowMs } : {};
      const changed = { ...request, wait: { ...learnt, ...beat } };
      const noted = withHistory<StoredRequest>(changed, nowMs, describeProgress(learnt));
      if ((await requests.write(noted, revision)) === undefined) return { kind: 'raced', about };
    }
    if (answer === undefined || answer.kind === 'taken' || answer.kind === 'gone') {
      return { kind: 'waiting', about };
    }
    return { kind: 'notTaken', about, call: 'heartbeat', reason: answer.reason };
  };

  /** The execution was aborted or has ended. An invalid token proves neither, so nothing is killed. */
  async function endGone(
    { request, revision }: KnownWait,
    wait: JobWait,
    { kind, reason }: { readonly kind: 'gone' | 'invalid'; readonly reason: string },
  ): Promise<JobWaitStep> {
    const nowMs = now().getTime();
    const about = toAbout(request, toRequestKey(request));
    const result = toGoneResult(reason);
    const isToKill = kind === 'gone' && wait.onAbort === 'kill' && mayKill(request.entry);
    const ended = {
      ...request,
      stage: 'ended' as const,
      result,
      // If the state asks after all, it receives this before a new request begins.
      undelivered: true as const,
      wait: {
        ...{ ...withoutToken(wait), nextMs: nowMs },
        ...(isToKill && { kill: { tries: 0, sinceMs: wait.goneMs ?? nowMs } }),
      },
    };
    const noted = withHistory<StoredRequest>(ended, nowMs, describeResult(result));
    const written = await requests.write(noted, revision);
    if (written === undefined) return { kind: 'raced', about };
    return { kind: 'gone', about, reason, mayBeAnswered: false };
  }
}

function toGoneResult(reason: string): RequestResult {
  const cause = `the state no longer waits (${reason}): its execution has ended, or its heartbeat was late`;
  return { kind: 'failure', failure: 'AutoSys.Timeout', cause };
}

/** The wait with what the heartbeat showed: since when its token is not valid. Pure. */
function toLearnt(
  { goneMs: before, ...wait }: JobWait,
  answer: TaskCallAnswer | undefined,
  goneMs: number | undefined,
): JobWait {
  if (answer?.kind === 'taken') return wait;
  const since = goneMs ?? before;
  return { ...wait, ...(since !== undefined && { goneMs: since }) };
}

function describeResult(result: RequestResult): string {
  if (result.kind === 'failure') return `${result.failure}: ${result.cause}`;
  return 'status' in result.answer ? `the job is ${result.answer.status}` : 'answered';
}

function describeProgress({ run, failure, goneMs }: JobWait): string {
  if (goneMs !== undefined) return 'the state does not wait with this task token; it may ask again';
  if (failure) return 'AutoSys shows FAILURE; a second read decides';
  if (run?.run === undefined) return 'AutoSys shows the run';
  return `AutoSys shows run ${run.run}${run.try === undefined ? '' : `, try ${run.try}`}`;
}
