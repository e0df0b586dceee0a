import { randomBytes } from 'node:crypto';
import { ServiceRefusal } from '../refusal.ts';

/** How a task that waits for its token ends. */
export type TaskOutcome =
  /** SendTaskSuccess. `output` is JSON text. */
  | { readonly kind: 'succeeded'; readonly output: string }
  /** SendTaskFailure. */
  | {
      readonly kind: 'failed';
      readonly error: string | undefined;
      readonly cause: string | undefined;
    };

/** A task of an execution that waits for an answer under its token. */
export interface TaskWithToken {
  /** A secret: its holder can answer the task. */
  readonly token: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** False once the task was answered, has timed out, or its execution has ended. */
  readonly isOpen: boolean;
}

/** What happens to a waiting task. */
export interface TaskListener {
  readonly onOutcome: (outcome: TaskOutcome) => void;
  readonly onHeartbeat: () => void;
}

interface KnownTask extends TaskWithToken {
  isOpen: boolean;
  readonly listener: TaskListener;
}

/** Real tokens have some hundreds of characters; the limit of the API model is 2,048. */
const tokenBytes = 480;

/**
 * The task tokens of the executions. A token is never used twice.
 *
 * Errors of a call with a token:
 *
 * - `InvalidToken` for a text that is no token of this account and Region. Observed in AWS, with
 *   its message, for a text that Step Functions has not made.
 * - `TaskTimedOut` for a task that is closed: answered, timed out, or of an execution that was
 *   stopped or has ended. Documented for closed tasks (API reference, SendTaskSuccess); observed in
 *   AWS, with its message, for stopped executions and late answers.
 * - `TaskDoesNotExist` for a task of a deleted execution. Inferred: the API reference names the
 *   error for activities only.
 */
export class TaskTokens {
  readonly #tasks = new Map<string, KnownTask>();
  readonly #deleted = new Set<string>();

  /** Creates the token of a task that is about to start. */
  open(
    execution: Pick<TaskWithToken, 'executionArn' | 'stateMachineArn'>,
    listener: TaskListener,
  ): TaskWithToken {
    const token = `AQCE${randomBytes(tokenBytes).toString('base64')}`;
    const { executionArn, stateMachineArn } = execution;
    const task = { token, executionArn, stateMachineArn, isOpen: true, listener };
    this.#tasks.set(token, task);
    return task;
  }

  /** Ends a task. Its token is refused from now on. */
  close(token: string): void {
    const task = this.#tasks.get(token);
    if (task) task.isOpen = false;
  }

  /** Deletes an execution: its tokens exist no more. */
  forget(executionArn: string): void {
    this.#deleted.add(executionArn);
  }

  /** Answers a task. The token has to be open: see {@link requireOpen}. */
  settle(token: string, outcome: TaskOutcome): void {
    const { listener } = this.requireOpen(token);
    this.close(token);
    listener.onOutcome(outcome);
  }

  /** Restarts the heartbeat clock of a task. @throws {ServiceRefusal} */
  beat(token: string): void {
    this.requireOpen(token).listener.onHeartbeat();
  }

  /** State machine of the execution that waits; undefined for an unknown token. */
  findStateMachine(token: string): string | undefined {
    return this.#tasks.get(token)?.stateMachineArn;
  }

  /** Every task so far, the oldest first. For tests: AWS shows no tokens. */
  list(): readonly TaskWithToken[] {
    return [...this.#tasks.values()].map(({ listener: _, ...task }) => task);
  }

  /** @throws {ServiceRefusal} `InvalidToken`, `TaskDoesNotExist` or `TaskTimedOut` */
  requireOpen(token: string): KnownTask {
    const task = this.#tasks.get(token);
    // None of the messages quotes the token.
    if (task === undefined) {
      throw new ServiceRefusal('InvalidToken', "Invalid Token: 'Invalid token'");
    }
    if (this.#deleted.has(task.executionArn)) {
      throw new ServiceRefusal(
        'TaskDoesNotExist',
        "Task Does Not Exist: 'Provided task does not exist'",
      );
    }
    if (!task.isOpen) {
      const message = "Task Timed Out: 'Provided task does not exist anymore'";
      throw new ServiceRefusal('TaskTimedOut', message);
    }
    return task;
  }
}
