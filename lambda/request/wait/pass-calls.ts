import type { TaskCallAnswer, TaskCalls, WaitingTask } from '../../aws/task-answer.ts';

/** The calls of one pass. */
export type PassCalls = TaskCalls;

/**
 * The calls of one pass with task tokens. After Step Functions has throttled a call, no further call
 * is made in the account and Region until the next pass.
 */
export function createPassCalls(calls: TaskCalls): PassCalls {
  const throttled = new Map<string, TaskCallAnswer>();
  return {
    succeed: (task, output, signal) => call(task, () => calls.succeed(task, output, signal)),
    fail: (task, failure, signal) => call(task, () => calls.fail(task, failure, signal)),
    heartbeat: (task, signal) => call(task, () => calls.heartbeat(task, signal)),
  };

  async function call(
    { execution = '' }: WaitingTask,
    make: () => Promise<TaskCallAnswer>,
  ): Promise<TaskCallAnswer> {
    const location = execution.split(':').slice(3, 5).join(' ');
    const known = throttled.get(location);
    if (known) return known;
    const answer = await make();
    if (answer.kind === 'throttled') throttled.set(location, answer);
    return answer;
  }
}
