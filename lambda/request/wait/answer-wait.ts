import type { NoAnswer } from '../../aws/lookup.ts';
import type { TaskCallAnswer, WaitingTask } from '../../aws/task-answer.ts';
import { withHistory } from '../../ledger/entry.ts';
import { withoutToken } from '../end-request.ts';
import { toRequestKey } from '../request-row.ts';
import type { KnownRequest, StoredRequests } from '../requests.ts';
import type { StoredRequest } from '../stored-request.ts';
import type { PassCalls } from './pass-calls.ts';
import type { WaitingRequest } from './start-facts.ts';
import { type JobWaitStep, toAbout } from './wait-step.ts';

/**
 * Time for which another function may be sending an answer. A row whose answer was not taken by then
 * is answered again.
 */
export const resendAfterMs = 15_000;
/** Time after which an answer that Step Functions does not take is given up. */
export const giveUpAfterMs = 24 * 3_600_000;

export interface AnswerWaitDeps {
  readonly requests: Pick<StoredRequests, 'write' | 'change'>;
  readonly now: () => Date;
  /** Whether an entry of the route file allows a request to have its job killed. */
  readonly mayKill: (entry: string) => boolean;
}

/** A request with the revision of its row, and with a wait. */
export type KnownWait = KnownRequest & { readonly request: WaitingRequest };

/** How an answer is sent. */
interface AnswerOptions {
  readonly calls: PassCalls;
  readonly signal: AbortSignal;
  /** Whether this function has just decided it, so that no earlier call can have arrived. */
  readonly isFirst: boolean;
  /** When the job ended, in epoch milliseconds. @default - AutoSys shows no end */
  readonly endedMs?: number | undefined;
}

/** Creates the sending of the result that stands in the row. */
export function createAnswerWait({ requests, now, mayKill }: AnswerWaitDeps) {
  return async function answerWait(known: KnownWait, options: AnswerOptions): Promise<JobWaitStep> {
    const { request } = known;
    const { isFirst, endedMs } = options;
    const about = toAbout(request, toRequestKey(request));
    const { token, answering } = request.wait;
    const nowMs = now().getTime();
    const sinceMs = answering?.sinceMs ?? nowMs;
    if (token === undefined || request.result === undefined) {
      await close(known, 'there is no task token to answer with');
      return { kind: 'undeliverable', about, reason: 'the row holds no task token' };
    }
    if (!isFirst && nowMs - sinceMs < resendAfterMs) return { kind: 'raced', about };
    const answer = await send(toTask(request, token), request, options);
    switch (answer.kind) {
      case 'taken': {
        await close(known, 'the state has taken the answer');
        const afterMs = endedMs === undefined ? undefined : now().getTime() - endedMs;
        return { kind: 'answered', about, ...(afterMs !== undefined && { afterMs }) };
      }
      case 'gone':
      case 'invalid': {
        const { reason } = answer;
        const text = isFirst
          ? `the answer was not delivered: the state no longer waits (${reason})`
          : `an earlier call has delivered the answer, or the state no longer waits (${reason})`;
        const isGone = answer.kind === 'gone';
        await close(known, text, { isToKill: isFirst && isGone, isUndelivered: isGone });
        return { kind: 'gone', about, reason, mayBeAnswered: !isFirst };
      }
      default:
        return later(known, answer, nowMs - sinceMs);
    }
  };

  async function later(
    known: KnownWait,
    { reason }: NoAnswer,
    triedForMs: number,
  ): Promise<JobWaitStep> {
    const about = toAbout(known.request, toRequestKey(known.request));
    if (triedForMs < giveUpAfterMs) return { kind: 'notTaken', about, call: 'answer', reason };
    await close(known, `the answer was given up after 24 h: ${reason}`);
    return { kind: 'undeliverable', about, reason };
  }

  /** Removes the token. The run of a wait that has timed out is still active, so it may be killed. */
  function close(
    known: KnownWait,
    text: string,
    { isToKill: isGone = false, isUndelivered = false } = {},
  ): Promise<KnownRequest> {
    const nowMs = now().getTime();
    return requests.change(known, (request) => {
      const { wait, result } = request;
      if (wait?.answering === undefined) return request;
      const isActive = result?.kind === 'failure' && result.failure === 'AutoSys.Timeout';
      const isToKill = isGone && isActive && wait.onAbort === 'kill' && mayKill(request.entry);
      const over = {
        ...withoutToken(wait),
        ...(isToKill && { kill: { tries: 0, sinceMs: wait.goneMs ?? nowMs } }),
      };
      // Whether an earlier call has arrived is unknown; a second run without a reason would be worse.
      const undelivered =
        isUndelivered && result?.kind === 'failure' && ({ undelivered: true } as const);
      return withHistory<StoredRequest>({ ...request, ...undelivered, wait: over }, nowMs, text);
    });
  }
}

function send(
  task: WaitingTask,
  { result }: WaitingRequest,
  { calls, signal }: AnswerOptions,
): Promise<TaskCallAnswer> {
  if (result?.kind === 'failure') {
    const { failure: error, cause } = result;
    return calls.fail(task, { error, cause }, signal);
  }
  return calls.succeed(task, JSON.stringify(result?.answer ?? {}), signal);
}

/** The state that waits for a request. */
export function toTask(
  { execution }: Pick<StoredRequest, 'execution'>,
  token: string,
): WaitingTask {
  return { token, ...(execution !== undefined && { execution }) };
}
