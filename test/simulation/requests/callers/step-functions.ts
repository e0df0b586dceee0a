import type { TaskCallAnswer, TaskCalls, WaitingTask } from '../../../../lambda/aws/task-answer.ts';
import type { SimulatedEnvironment } from '../../bridge/simulated-environment.ts';
import type { World } from '../../world.ts';

/** How a task ended. `by`: what ended it. */
export type TaskEnd = {
  readonly by: 'callback' | 'invocation' | 'timeout' | 'heartbeat' | 'abort';
  readonly atMs: number;
} & (
  | { readonly kind: 'success'; readonly output: unknown }
  | { readonly kind: 'failure'; readonly error: string; readonly cause: string }
);

/** A task of a state that waits under a token. */
export interface SimulatedTask {
  readonly token: string;
  readonly startedMs: number;
  lastBeatMs: number;
  end?: TaskEnd;
}

/** A call with a result that arrived at Step Functions, whether or not it was taken. */
export interface ResultCall {
  readonly token: string;
  readonly atMs: number;
  readonly content: string;
  readonly isTaken: boolean;
}

/** The faults of Step Functions: probabilities for each call. */
export interface TaskFaults {
  readonly throttled: number;
  /** No answer, and no effect. */
  readonly lostBefore: number;
  /** No answer after the effect. */
  readonly lostAfter: number;
}

export const noTaskFaults: TaskFaults = { throttled: 0, lostBefore: 0, lostAfter: 0 };

/** `HeartbeatSeconds` of a state, in milliseconds. */
const heartbeatMs = 300_000;

/** The simulated tokens of Step Functions. */
export class StepFunctions {
  faults = noTaskFaults;
  readonly tasks = new Map<string, SimulatedTask>();
  readonly calls: ResultCall[] = [];
  readonly #world: World;
  readonly #onEnd = new Map<string, (end: TaskEnd) => void>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Opens a task. It ends by a call, by its heartbeat, or at the timeout. */
  open(token: string, timeoutMs: number): Promise<TaskEnd> {
    const world = this.#world;
    const task: SimulatedTask = { token, startedMs: world.nowMs, lastBeatMs: world.nowMs };
    this.tasks.set(token, task);
    const watch = () => {
      if (task.end !== undefined) return;
      const leftMs = task.lastBeatMs + heartbeatMs - world.nowMs;
      if (leftMs > 0) world.after(leftMs, watch);
      else this.#fail(token, 'heartbeat', 'States.HeartbeatTimeout');
    };
    world.after(heartbeatMs, watch);
    world.after(timeoutMs, () => this.#fail(token, 'timeout', 'States.Timeout'));
    return new Promise((resolve) => {
      this.#onEnd.set(token, resolve);
    });
  }

  /** Ends an open task otherwise than by a call with its token. */
  end(token: string, by: TaskEnd['by'], error: string, cause = ''): void {
    this.#fail(token, by, error, cause);
  }

  /** Binds the calls with task tokens in one execution environment. */
  bind(environment: SimulatedEnvironment): TaskCalls {
    return {
      succeed: (task, output) =>
        this.#call(environment, 'SendTaskSuccess', task, () =>
          this.#answer(task, output, { kind: 'success', output: JSON.parse(output) }),
        ),
      fail: (task, { error, cause }) =>
        this.#call(environment, 'SendTaskFailure', task, () =>
          this.#answer(task, `${error}: ${cause}`, { kind: 'failure', error, cause }),
        ),
      heartbeat: (task) =>
        this.#call(environment, 'SendTaskHeartbeat', task, () => {
          const known = this.#find(task);
          if (known === undefined) return this.#gone();
          known.lastBeatMs = this.#world.nowMs;
          return { kind: 'taken' };
        }),
    };
  }

  #find({ token }: WaitingTask): SimulatedTask | undefined {
    const known = this.tasks.get(token);
    return known?.end === undefined ? known : undefined;
  }

  #answer(
    { token }: WaitingTask,
    content: string,
    end: { kind: 'success'; output: unknown } | { kind: 'failure'; error: string; cause: string },
  ): TaskCallAnswer {
    const isTaken = this.#find({ token }) !== undefined;
    this.calls.push({ token, content, isTaken, atMs: this.#world.nowMs });
    if (!isTaken) return this.#gone();
    this.#end(token, { ...end, by: 'callback', atMs: this.#world.nowMs });
    return { kind: 'taken' };
  }

  /** Which error names an ended task is not documented. */
  #gone(): TaskCallAnswer {
    const reason = this.#world.pick(['TaskTimedOut', 'TaskDoesNotExist'] as const);
    this.#world.count(`task calls ${reason}`);
    return { kind: 'gone', reason };
  }

  #fail(token: string, by: TaskEnd['by'], error: string, cause = ''): void {
    const task = this.tasks.get(token);
    if (task === undefined || task.end !== undefined) return;
    this.#end(token, { by, kind: 'failure', error, cause, atMs: this.#world.nowMs });
  }

  #end(token: string, end: TaskEnd): void {
    const task = this.tasks.get(token);
    if (task) task.end = end;
    this.#world.count(`tasks ended by ${end.by}`);
    this.#world.log(() => `task ${token} ends by ${end.by}: ${JSON.stringify(end)}`);
    this.#onEnd.get(token)?.(end);
  }

  #call(
    environment: SimulatedEnvironment,
    name: string,
    { token }: WaitingTask,
    make: () => TaskCallAnswer,
  ): Promise<TaskCallAnswer> {
    return environment.call(`${name} ${token}`, () => {
      const { throttled, lostBefore, lostAfter } = this.faults;
      const world = this.#world;
      if (world.chance(throttled)) {
        world.count('task calls throttled');
        return { kind: 'throttled', reason: 'ThrottlingException' };
      }
      const lost = { kind: 'unavailable', reason: 'TimeoutError' } as const;
      if (world.chance(lostBefore)) return lost;
      const answer = make();
      if (!world.chance(lostAfter)) return answer;
      world.count('task answers lost');
      return lost;
    });
  }
}
