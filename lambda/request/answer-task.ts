import type { AnswerTask } from './answer-request.ts';
import { RequestError } from './request-error.ts';

/** The state that waits: its task token and the ARN of its execution. */
export interface AskingTask {
  readonly token: string;
  readonly execution?: string;
}

/**
 * Sends SendTaskSuccess. `gone`: the state does not wait any more. Every other answer means that it
 * may still wait.
 */
export type SucceedTask = (
  task: AskingTask,
  output: string,
  signal: AbortSignal,
) => Promise<{ readonly kind: string; readonly reason?: string }>;

/**
 * Creates the answer to a state that asks again for a request which has succeeded: its earlier
 * attempt was not answered. A failure needs no call, because the failed invocation fails the state.
 */
export function createAnswerTask({
  succeedTask,
}: {
  readonly succeedTask: SucceedTask;
}): AnswerTask {
  return async function answerTask({ execution }, token, result, signal) {
    if (result.kind !== 'answer') return;
    const task = { token, ...(execution !== undefined && { execution }) };
    const sent = await succeedTask(task, JSON.stringify(result.answer), signal);
    // The wait function may have answered this token meanwhile.
    if (sent.kind === 'taken' || sent.kind === 'gone') return;
    throw new RequestError(
      sent.kind === 'invalid' ? 'AutoSys.InvalidRequest' : 'AutoSys.Pending',
      `the request has succeeded, and Step Functions did not take the answer (${sent.reason ?? sent.kind}); send the same request again`,
    );
  };
}
