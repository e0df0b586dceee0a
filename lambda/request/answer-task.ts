import type { TaskCallAnswer, TaskCalls } from '../aws/task-answer.ts';
import { RequestError } from './request-error.ts';
import type { RequestResult } from './result.ts';
import type { StoredRequest } from './stored-request.ts';

/**
 * Answers the state that waits under a task token.
 *
 * @returns whether it took the answer. Otherwise it does not wait any more: the wait function may have
 *   answered this token
 * @throws {RequestError} if Step Functions cannot be asked now
 */
export type AnswerTask = (
  request: Pick<StoredRequest, 'execution'>,
  answer: { readonly token: string; readonly result: RequestResult },
  signal: AbortSignal,
) => Promise<boolean>;

/**
 * Creates the answer to a state that asks again for a request which has ended: its earlier attempt was
 * not answered.
 */
export function createAnswerTask({
  succeed,
  fail,
}: Pick<TaskCalls, 'succeed' | 'fail'>): AnswerTask {
  return async function answerTask({ execution }, { token, result }, signal) {
    const task = { token, ...(execution !== undefined && { execution }) };
    const sent: TaskCallAnswer =
      result.kind === 'answer'
        ? await succeed(task, JSON.stringify(result.answer), signal)
        : await fail(task, { error: result.failure, cause: result.cause }, signal);
    if (sent.kind === 'taken' || sent.kind === 'gone') return sent.kind === 'taken';
    throw new RequestError(
      sent.kind === 'invalid' ? 'AutoSys.InvalidRequest' : 'AutoSys.Pending',
      `the request has ended, and Step Functions did not take the answer (${sent.reason}); send the same request again`,
    );
  };
}
