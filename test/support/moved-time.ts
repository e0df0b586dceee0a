import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createSystemClock } from '../../emulator/index.ts';

const preload = join(import.meta.dirname, 'moved-time.cjs');

/** A time that goes on by itself as that of this machine does, and jumps when it is moved; child processes may share it. */
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

  /** What a Node.js process must find in its environment to live in this time. */
  get environment(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--require "${preload}"`, MOVED_TIME: this.#path };
  }

  /** This time for the embedded AutoSys. Its timers are those of this machine: what a move jumps over rings later. */
  get clock(): Clock {
    return createSystemClock(this.now);
  }

  /** Jumps ahead by so many milliseconds, or back by as many below 0. */
  moveBy(ms: number): void {
    this.#aheadMs += ms;
    writeSync(this.#file, new Float64Array([this.#aheadMs]), 0, 8, 0);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
    rmSync(this.#directory, { recursive: true });
  }
}
