import { reserveMs } from '../../../lambda/functions/deadline.ts';
import type { World } from '../world.ts';
import type { CrashPlan } from './crash-plan.ts';

/**
 * A promise that never settles, for a crashed execution environment. Created per call: a shared
 * promise would keep a reference to every caller.
 */
const never = () => new Promise<never>(() => {});
/** Created once: an error per invocation would take more time than the invocation. */
const timeoutError = new Error('the invocation timed out');

export interface SimulatedEnvironmentOptions {
  readonly world: World;
  readonly crashPlan: CrashPlan;
  readonly id: number;
  /** How far its clock is ahead of the simulated time, in milliseconds. */
  readonly skewMs: number;
}

/**
 * One simulated execution environment of a Lambda function: a process with its own clock, which
 * crashes, freezes and thaws.
 *
 * Each call to a service takes time and may be the last. A request that was sent arrives in any
 * case.
 */
export class SimulatedEnvironment {
  readonly id: number;
  readonly #world: World;
  readonly #crashPlan: CrashPlan;
  #skewMs: number;
  #hasCrashed = false;
  #isBusy = false;
  #resumeMs = 0;
  /** Total time for which it was paused, in milliseconds. */
  #pausedMs = 0;
  #calls = 0;
  /** Probability that a call takes many seconds. */
  slowProbability = 0;
  /** Probability that it is paused after it has written an entry. */
  pauseProbability = 0;

  constructor({ world, crashPlan, id, skewMs }: SimulatedEnvironmentOptions) {
    this.#world = world;
    this.#crashPlan = crashPlan;
    this.id = id;
    this.#skewMs = skewMs;
  }

  /** The time of its own clock. */
  now(): Date {
    return new Date(this.#world.nowMs + this.#skewMs);
  }

  /** Moves its clock. */
  jump(ms: number): void {
    this.#skewMs += ms;
  }

  /** When it was last thawed or resumed, in milliseconds. */
  get resumedMs(): number {
    return this.#resumeMs;
  }

  get hasCrashed(): boolean {
    return this.#hasCrashed;
  }

  /** True when it can take an invocation. */
  get isIdle(): boolean {
    return !this.#hasCrashed && !this.#isBusy && this.#resumeMs <= this.#world.nowMs;
  }

  /** Calls an AWS service, with a short delay before and after `operation`. */
  call<Answer>(call: string, operation: () => Answer | Promise<Answer>): Promise<Answer> {
    return this.callService(call, async () => {
      await this.#delay(this.drawDelayMs());
      const answer = await operation();
      await this.#world.sleep(this.drawDelayMs());
      return answer;
    });
  }

  /** Calls a service that decides itself how long it takes. */
  async callService<Answer>(call: string, operation: () => Promise<Answer>): Promise<Answer> {
    if (this.crashes('before', call)) return never();
    this.#calls += 1;
    try {
      return await operation();
    } finally {
      this.#calls -= 1;
      await this.#resumed();
      if (this.crashes('after', call)) await never();
    }
  }

  /** Sleeps by its own timer. Rejects when the signal aborts. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#hasCrashed) return never();
    if (signal.aborted) throw signal.reason;
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort);
      this.#world.after(ms, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
    });
    await this.#delay(0);
    if (this.crashes('after', 'a sleep')) return never();
  }

  /**
   * Pauses the process for minutes without a warning, with the configured probability. A lease may
   * have expired when it resumes.
   *
   * Only when no call is under way: between the last check of the clock and the socket no process
   * can be safe (docs/decisions/0010).
   */
  async maybePause(): Promise<void> {
    if (this.#calls > 0 || !this.#world.chance(this.pauseProbability)) return;
    const pauseMs = this.#world.between(60_000, 600_000);
    this.#resumeMs = this.#world.nowMs + pauseMs;
    this.#pausedMs += pauseMs;
    this.#world.count('environment pauses');
    this.#world.log(() => `environment ${this.id} is paused`);
    await this.#resumed();
  }

  /** Returns whether it has crashed, after drawing a crash at this instant. */
  crashes(when: 'before' | 'after', call: string): boolean {
    if (this.#hasCrashed || !this.#crashPlan.shouldCrash()) return this.#hasCrashed;
    this.#hasCrashed = true;
    this.#world.count('crashes');
    this.#world.log(() => `environment ${this.id} crashes ${when} ${call}`);
    return true;
  }

  /** Draws a network delay in milliseconds. */
  drawDelayMs(): number {
    return this.#world.chance(this.slowProbability)
      ? this.#world.between(1_000, 12_000)
      : this.#world.between(1, 40);
  }

  /**
   * Runs an invocation. After `timeMs` the process ends, or freezes and continues minutes later.
   *
   * @param work resolves when the invocation is complete
   */
  invoke(work: (signal: AbortSignal) => Promise<void>, timeMs: number): void {
    const invocation = new AbortController();
    let isDone = false;
    this.#isBusy = true;
    const done = () => {
      isDone = true;
      if (!this.#hasCrashed) this.#isBusy = false;
    };
    void work(invocation.signal).then(done, (error: unknown) => {
      this.#world.log(() => `environment ${this.id} fails: ${String(error)}`);
      done();
    });
    this.#afterRunning(Math.max(0, timeMs - reserveMs), () => {
      if (!isDone) invocation.abort(timeoutError);
    });
    this.#afterRunning(timeMs, () => {
      if (!isDone && !this.#hasCrashed) this.#timeOut();
    });
  }

  /** Sets a timer that does not count the time for which the process is paused. */
  #afterRunning(ms: number, run: () => void): void {
    const beforeMs = this.#pausedMs;
    this.#world.after(ms, () => {
      const pausedMs = this.#pausedMs - beforeMs;
      if (pausedMs > 0) this.#afterRunning(pausedMs, run);
      else run();
    });
  }

  #timeOut(): void {
    this.#isBusy = false;
    this.#world.count('function timeouts');
    this.#world.log(() => `environment ${this.id} times out`);
    if (this.#world.chance(0.5)) {
      this.#hasCrashed = true;
      return;
    }
    this.#resumeMs = this.#world.nowMs + this.#world.between(1_000, 600_000);
    if (this.#calls > 0) this.#world.count('freezes during calls');
    this.#world.log(
      () => `environment ${this.id} freezes${this.#calls > 0 ? ' during calls' : ''}`,
    );
  }

  async #delay(ms: number): Promise<void> {
    await this.#world.sleep(ms);
    await this.#resumed();
  }

  /** Resolves when the process is no longer frozen or paused. */
  async #resumed(): Promise<void> {
    while (this.#resumeMs > this.#world.nowMs) {
      await this.#world.sleep(this.#resumeMs - this.#world.nowMs);
    }
  }
}

/** Removes the environments that have crashed. @returns the first idle one of the others */
export function findIdle<Opened extends { readonly environment: SimulatedEnvironment }>(
  all: Opened[],
): Opened | undefined {
  const living = all.filter(({ environment }) => !environment.hasCrashed);
  all.splice(0, all.length, ...living);
  return living.find(({ environment }) => environment.isIdle);
}
