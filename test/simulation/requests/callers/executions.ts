import type { World } from '../../world.ts';
import type { PlannedCaller, PlannedExecution, PlannedState } from '../request-plan.ts';
import { requestHome } from '../requests-deployment.ts';
import type { FunctionCalls, InvocationEnd } from './function-calls.ts';
import type { StepFunctions } from './step-functions.ts';

const minuteMs = 60_000;
/** Most attempts of a state or of a function. */
/** Time after the faults in which the last state begins. */
const lastStateMs = 15 * 60_000;
const maxAttempts = 12;
/** Failures after which AWS or the bridge advises to send the same request again. */
const usualErrors = /^(AutoSys\.(Pending|TooManyRequests)|Lambda\..*|Sandbox\..*)$/;
/** Failures of the job. */
const jobErrors =
  /^(AutoSys\.(JobFailed|JobTerminated|Timeout)|States\.(Timeout|HeartbeatTimeout))$/;

export interface CallerServices {
  readonly world: World;
  readonly calls: FunctionCalls;
  readonly stepFunctions: StepFunctions;
  /** After this instant no caller begins something new. */
  readonly untilMs: number;
}

/** One execution with its redrives: state after state, each with its Retrier. */
export class Execution {
  readonly #plan: PlannedExecution;
  readonly #services: CallerServices;
  readonly #open = new Set<string>();
  #isAborted = false;
  #tokens = 0;

  constructor(plan: PlannedExecution, services: CallerServices) {
    this.#plan = plan;
    this.#services = services;
    const { world } = services;
    world.at(plan.startMs, () => void this.#run());
    const { abortAfterMs } = plan;
    if (abortAfterMs !== undefined) world.at(plan.startMs + abortAfterMs, () => this.#abort());
  }

  async #run(): Promise<void> {
    const { world, untilMs } = this.#services;
    let first = 0;
    for (let redrive = 0; redrive <= this.#plan.redrives; redrive += 1) {
      if (redrive > 0) {
        await world.sleep(world.between(5_000, 10 * minuteMs));
        if (world.nowMs > untilMs) return;
        world.count('redrives');
        this.#isAborted = false;
      }
      const failed = await this.#runStates(first, redrive);
      if (failed === undefined) {
        world.count('executions succeeded');
        return;
      }
      world.count('executions failed');
      // A redrive continues with the state that has failed.
      first = failed;
    }
  }

  /** @returns the index of the state that failed */
  async #runStates(first: number, redrive: number): Promise<number | undefined> {
    const { states } = this.#plan;
    const { world, untilMs } = this.#services;
    for (let index = first; index < states.length; index += 1) {
      // A later state could wait beyond the end of the scenario.
      if (world.nowMs > untilMs + lastStateMs) return undefined;
      const state = states[index];
      if (state && !(await this.#visit(state, redrive))) return index;
    }
    return undefined;
  }

  /** Iterations of an inline Map ask at the same millisecond. */
  async #visit(state: PlannedState, redrive: number): Promise<boolean> {
    const { world } = this.#services;
    const entered = world.now().toISOString();
    if (state.items === 0) return this.#retry(state, { redrive, entered });
    world.count('inline Map iterations', state.items);
    const items = Array.from({ length: state.items }, (_, item) =>
      this.#retry(state, { redrive, entered, item }),
    );
    return (await Promise.all(items)).every(Boolean);
  }

  async #retry(state: PlannedState, visit: Readonly<Record<string, unknown>>): Promise<boolean> {
    const { world, untilMs } = this.#services;
    for (let retry = 0; retry < maxAttempts; retry += 1) {
      if (this.#isAborted) return false;
      const error = await this.#attempt(state, { ...visit, retry });
      if (error === undefined) return true;
      const isRetried = usualErrors.test(error) || (state.retriesFailures && jobErrors.test(error));
      if (!isRetried || world.nowMs > untilMs) return false;
      world.count('attempts of Retriers');
      await world.sleep(Math.min(minuteMs, 5_000 * 2 ** retry));
    }
    return false;
  }

  /** @returns the name of the error, or `undefined` after success */
  async #attempt(
    { name, ask, waits }: PlannedState,
    visit: Readonly<Record<string, unknown>>,
  ): Promise<string | undefined> {
    const { world, calls, stepFunctions } = this.#services;
    const { account, region } = requestHome;
    const execution = `arn:aws:states:${region}:${account}:execution:settlement:${this.#plan.name}`;
    const context = { execution, state: name, ...visit };
    const payload = { ...ask, ...toOwnValue(ask, visit), context };
    if (!waits) return toErrorName(await calls.invoke(this.#plan.entry, payload));
    this.#tokens += 1;
    const token = `token-${this.#plan.name}-${this.#tokens}`;
    this.#open.add(token);
    const timeoutMs = Number.parseInt(String(ask['timeout']), 10) * minuteMs;
    const ended = stepFunctions.open(token, timeoutMs + 300_000);
    world.count('waits with a token');
    void calls.invoke(this.#plan.entry, { ...payload, token }).then((end) => {
      if (end.kind === 'failure') stepFunctions.end(token, 'invocation', end.errorType, end.cause);
    });
    const end = await ended;
    this.#open.delete(token);
    return end.kind === 'success' ? undefined : end.error;
  }

  #abort(): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    const { world, stepFunctions } = this.#services;
    if (this.#open.size > 0) world.count('executions aborted');
    for (const token of this.#open) stepFunctions.end(token, 'abort', 'States.Aborted');
  }
}

/** A value that no other visit sets, so that each value shows its request. */
function toOwnValue(
  { value, event }: PlannedState['ask'],
  { redrive, item = 0 }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const visit = `of ${redrive}/${item}`;
  if (value !== undefined) return { value: `${value} ${visit}` };
  const { comment } = (event ?? {}) as { readonly comment?: string };
  return comment === undefined
    ? {}
    : { event: { ...(event as object), comment: `${comment} ${visit}` } };
}

function toErrorName(end: InvocationEnd): string | undefined {
  return end.kind === 'answer' ? undefined : end.errorType;
}

/** Asks with a key of its own, and again until it is decided. */
export function startCaller(plan: PlannedCaller, { world, calls, untilMs }: CallerServices): void {
  const { entry, key, ask, other, next, againAfterMs, startMs } = plan;
  const askUntilDecided = async (payload: Readonly<Record<string, unknown>>) => {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const end = await calls.invoke(entry, payload);
      const isOpen = end.kind === 'failure' && usualErrors.test(end.errorType);
      if (!isOpen || world.nowMs > untilMs) return;
      await world.sleep(world.between(2_000, minuteMs));
    }
  };
  const begin = async () => {
    await askUntilDecided({ ...ask, key });
    if (next !== undefined) await askUntilDecided({ ...next, key: `${key}-next` });
  };
  world.at(startMs, () => void begin());
  if (againAfterMs !== undefined) {
    world.at(startMs + againAfterMs, () => void askUntilDecided({ ...ask, key }));
  }
  if (other !== undefined) {
    world.at(startMs + world.between(0, minuteMs), () => void askUntilDecided({ ...other, key }));
  }
}
