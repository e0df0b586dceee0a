import type { NoAnswer } from './lookup.ts';

/** What Step Functions answered to a call with a task token. The call is made once. */
export type TaskCallAnswer =
  | { readonly kind: 'taken' }
  /**
   * The state no longer waits: its execution has ended or its heartbeat is late, or the task was
   * answered before. `reason` is the name of the error.
   */
  | { readonly kind: 'gone'; readonly reason: string }
  /** The text is no task token. */
  | { readonly kind: 'invalid'; readonly reason: string }
  | NoAnswer;

/** The state that waits. */
export interface WaitingTask {
  /** Task token. Never logged. */
  readonly token: string;
  /**
   * ARN of the execution, whose account and Region get the call.
   * @default - those of the function
   */
  readonly execution?: string | undefined;
}

/** Calls of Step Functions with a task token. No method rejects. */
export interface TaskCalls {
  /** @param output JSON text, at most 262,144 characters */
  succeed(task: WaitingTask, output: string, signal: AbortSignal): Promise<TaskCallAnswer>;
  /** Ends the state with a failure. `error` is cut to 256 characters, `cause` to 32,768. */
  fail(
    task: WaitingTask,
    failure: { readonly error: string; readonly cause: string },
    signal: AbortSignal,
  ): Promise<TaskCallAnswer>;
  heartbeat(task: WaitingTask, signal: AbortSignal): Promise<TaskCallAnswer>;
}
