import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createSystemClock } from '../../emulator/index.ts';

const preload = join(import.meta.dirname, 'moved-time.cjs');

/**
 * A clock that runs with the clock of this machine and jumps when it is moved. Child processes can
 * share it.
 */
export class MovedTime implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'moved-time-'));
  readonly #path = join(this.#directory, 'ahead');
  readonly #file = openSync(this.#path, 'w');
  #aheadMs = 0;

  constructor() {
    this.moveBy(0);
  }

  /** Milliseconds since 1970. */
  readonly now = (): number => Date.now() + this.#aheadMs;

  /** Environment variables with which a Node.js process uses this clock. */
  get environment(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--require "${preload}"`, MOVED_TIME: this.#path };
  }

  /**
   * This clock for the embedded AutoSys. Its timers use the clock of this machine, so a jump does
   * not fire them early.
   */
  get clock(): Clock {
    return createSystemClock(this.now);
  }

  /** Moves the clock by `ms` milliseconds; back if negative. */
  moveBy(ms: number): void {
    this.#aheadMs += ms;
    writeSync(this.#file, new Float64Array([this.#aheadMs]), 0, 8, 0);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
    rmSync(this.#directory, { recursive: true });
  }
}
