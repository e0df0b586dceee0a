import type { AnswerTask } from './answer-task.ts';
import type { EffectPayload } from './find-request.ts';
import { RequestError } from './request-error.ts';
import type { KnownRequest, StoredRequests } from './requests.ts';
import type { RequestAnswer, RequestResult } from './result.ts';
import { isUndelivered, withDelivered } from './undelivered-failure.ts';

export interface AnswerEndedDeps {
  readonly requests: Pick<StoredRequests, 'change'>;
  readonly answerTask: AnswerTask;
  readonly now: () => Date;
}

/**
 * Creates the answer to an attempt whose request has ended.
 *
 * A state that waits under a task token is answered with the token, also after a failure: if the function
 * was invoked twice, the state has seen the first result, which said that the job is awaited. After the
 * failure of a job its Retrier may start the job again, so the failure counts as delivered only if the
 * state took it.
 */
export function createAnswerEnded({ requests, answerTask, now }: AnswerEndedDeps) {
  /** @throws {RequestError} with the failure of the request @throws {LedgerError} */
  return async function answerEnded(
    known: KnownRequest,
    { ask, context }: EffectPayload,
    signal: AbortSignal,
  ): Promise<RequestAnswer> {
    const { request } = known;
    const { result } = request;
    if (result === undefined) throw new Error('a request has ended without a result');
    const token = ask.action === 'runJob' ? ask.token : undefined;
    const isDelivered =
      token === undefined || (await answerTask(request, { token, result }, signal));
    if (isDelivered && isUndelivered(request)) {
      const nowMs = now().getTime();
      await requests.change(known, (latest) => withDelivered(latest, context?.retry, nowMs));
    }
    return toAnswer(result);
  };
}

/** The answer of a request. @throws {RequestError} if its result is a failure */
export function toAnswer(result: RequestResult): RequestAnswer {
  if (result.kind === 'answer') return result.answer;
  throw new RequestError(result.failure, result.cause);
}
