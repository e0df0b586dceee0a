import { reserveMs } from '../../../lambda/functions/deadline.ts';
import type { World } from '../world.ts';
import type { Fate } from './fate.ts';

/** Whoever waits for it is dead. A new one each time: one for all would remember all who have ever died. */
const never = () => new Promise<never>(() => {});
/** Made once: an error for each invocation would cost more than the invocation. */
const timeIsOver = new Error('the time of the invocation is over');

export interface SandboxOptions {
  readonly world: World;
  readonly fate: Fate;
  readonly id: number;
  /** So much its clock is ahead of the world's, in milliseconds. */
  readonly skewMs: number;
}

/**
 * One sandbox of a function: a process with a clock of its own, that dies, freezes and thaws.
 *
 * Every call over its edge takes its time and may be the last; what is on its way arrives all the same.
 */
export class Sandbox {
  readonly id: number;
  readonly #world: World;
  readonly #fate: Fate;
  #skewMs: number;
  #isDead = false;
  #isBusy = false;
  #thawMs = 0;
  /** For so long in all its machine has stood still. */
  #stoodMs = 0;
  #calls = 0;
  /** The chance that a call takes many seconds. */
  slow = 0;
  /** The chance that it stands still when it has written an entry. */
  faints = 0;

  constructor({ world, fate, id, skewMs }: SandboxOptions) {
    this.#world = world;
    this.#fate = fate;
    this.id = id;
    this.#skewMs = skewMs;
  }

  /** What its clock says. */
  now(): Date {
    return new Date(this.#world.nowMs + this.#skewMs);
  }

  /** Its clock jumps. */
  jump(ms: number): void {
    this.#skewMs += ms;
  }

  /** Until when it was frozen last, or stood still. */
  get thawedMs(): number {
    return this.#thawMs;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Whether it could take an invocation. */
  get isIdle(): boolean {
    return !this.#isDead && !this.#isBusy && this.#thawMs <= this.#world.nowMs;
  }

  /** One call over the edge to a service nearby: it leaves, something is done out there, the answer comes back. */
  call<Answer>(what: string, deed: () => Answer | Promise<Answer>): Promise<Answer> {
    return this.cross(what, async () => {
      await this.#wait(this.takes());
      const answer = await deed();
      await this.#world.wait(this.takes());
      return answer;
    });
  }

  /** One call over the edge, however long it takes out there. */
  async cross<Answer>(what: string, deed: () => Promise<Answer>): Promise<Answer> {
    if (this.dies('before', what)) return never();
    this.#calls += 1;
    try {
      return await deed();
    } finally {
      this.#calls -= 1;
      await this.#thawed();
      if (this.dies('after', what)) await never();
    }
  }

  /** Waits on its own; rejects when the signal falls. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#isDead) return never();
    if (signal.aborted) throw signal.reason;
    await new Promise<void>((resolve, reject) => {
      const fall = () => reject(signal.reason);
      signal.addEventListener('abort', fall);
      this.#world.after(ms, () => {
        signal.removeEventListener('abort', fall);
        resolve();
      });
    });
    await this.#wait(0);
    if (this.dies('after', 'a pause')) return never();
  }

  /**
   * Its machine may stand still here for minutes, and nobody has warned it: a lease may be over when it goes on.
   *
   * Only where nothing else is under way: between the last look at the clock and the socket nobody can be safe
   * (docs/decisions/0010).
   */
  async standStill(): Promise<void> {
    if (this.#calls > 0 || !this.#world.chance(this.faints)) return;
    const stillMs = this.#world.between(60_000, 600_000);
    this.#thawMs = this.#world.nowMs + stillMs;
    this.#stoodMs += stillMs;
    this.#world.count('stood still');
    this.#world.note(() => `sandbox ${this.id} stands still`);
    await this.#thawed();
  }

  /** Whether it ends here and now. */
  dies(when: 'before' | 'after', what: string): boolean {
    if (this.#isDead || !this.#fate.strikes()) return this.#isDead;
    this.#isDead = true;
    this.#world.count('deaths');
    this.#world.note(() => `sandbox ${this.id} dies ${when} ${what}`);
    return true;
  }

  /** How long something takes on its way, in milliseconds. */
  takes(): number {
    return this.#world.chance(this.slow)
      ? this.#world.between(1_000, 12_000)
      : this.#world.between(1, 40);
  }

  /**
   * Works for so long at most, then dies, or freezes and goes on minutes later where it was.
   *
   * @param work resolves when the invocation has done its work
   */
  invoke(work: (signal: AbortSignal) => Promise<void>, timeMs: number): void {
    const invocation = new AbortController();
    let isDone = false;
    this.#isBusy = true;
    const done = () => {
      isDone = true;
      if (!this.#isDead) this.#isBusy = false;
    };
    void work(invocation.signal).then(done, (error: unknown) => {
      this.#world.note(() => `sandbox ${this.id} fails: ${String(error)}`);
      done();
    });
    this.#inItsTime(Math.max(0, timeMs - reserveMs), () => {
      if (!isDone) invocation.abort(timeIsOver);
    });
    this.#inItsTime(timeMs, () => {
      if (!isDone && !this.#isDead) this.#cutOff();
    });
  }

  /** A timer of the sandbox's own: it goes by a clock that stood still with its machine. */
  #inItsTime(ms: number, run: () => void): void {
    const beforeMs = this.#stoodMs;
    this.#world.after(ms, () => {
      const stoodMs = this.#stoodMs - beforeMs;
      if (stoodMs > 0) this.#inItsTime(stoodMs, run);
      else run();
    });
  }

  #cutOff(): void {
    this.#isBusy = false;
    this.#world.count('cut off');
    this.#world.note(() => `sandbox ${this.id} is cut off`);
    if (this.#world.chance(0.5)) {
      this.#isDead = true;
      return;
    }
    this.#thawMs = this.#world.nowMs + this.#world.between(1_000, 600_000);
    if (this.#calls > 0) this.#world.count('frozen at work');
    this.#world.note(() => `sandbox ${this.id} freezes${this.#calls > 0 ? ' at work' : ''}`);
  }

  async #wait(ms: number): Promise<void> {
    await this.#world.wait(ms);
    await this.#thawed();
  }

  /** A frozen sandbox goes on where it was when it thaws. */
  async #thawed(): Promise<void> {
    while (this.#thawMs > this.#world.nowMs) {
      await this.#world.wait(this.#thawMs - this.#world.nowMs);
    }
  }
}
