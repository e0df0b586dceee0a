import { LoginHeldError } from '../login-errors.ts';

/** Limits of the random wait between two reads of the row, in milliseconds. */
const pollMs = { min: 25, max: 75 } as const;

export interface SlotPollDeps {
  /** Resolves after this number of milliseconds. */
  readonly sleep: (ms: number) => Promise<unknown>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** The wait between two reads of the row of a secret. */
export class SlotPoll {
  readonly #deps: SlotPollDeps;
  /** The wait that is under way, shared by all requests of this sandbox. */
  #waiting: Promise<number> | undefined;

  constructor(deps: SlotPollDeps) {
    this.#deps = deps;
  }

  /**
   * Waits once.
   *
   * @returns the wait in milliseconds
   * @throws {LoginHeldError} if the signal aborts
   */
  async sleep(signal?: AbortSignal): Promise<number> {
    const ms = pollMs.min + this.#deps.random() * (pollMs.max - pollMs.min);
    await this.#deps.sleep(ms);
    throwIfTimeIsOver(signal);
    return ms;
  }

  /**
   * Waits until the row may be read again. Concurrent calls share one wait.
   *
   * @param onDone called once, before any of them continues
   * @returns the wait in milliseconds
   */
  next(onDone: () => void): Promise<number> {
    this.#waiting ??= this.sleep().finally(() => {
      this.#waiting = undefined;
      onDone();
    });
    return this.#waiting;
  }
}

/** @throws {LoginHeldError} if the signal has aborted */
export function throwIfTimeIsOver(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LoginHeldError('the function was about to reach its timeout');
}
