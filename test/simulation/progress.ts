/** The output stream: a terminal, or a file. */
interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const width = 30;
/** Number of lines that are written when the output is not a terminal. */
const tenths = 10;

/** Prints the progress of a batch: a bar on a terminal, otherwise a line per tenth. */
export class Progress {
  readonly #all: number;
  readonly #output: Output;
  readonly #startMs = performance.now();
  #tenth = 0;

  constructor(all: number, output: Output) {
    this.#all = all;
    this.#output = output;
  }

  get seconds(): number {
    return (performance.now() - this.#startMs) / 1000;
  }

  show(done: number, failed: number): void {
    const secondsEach = this.seconds / Math.max(1, done);
    const left = Math.round(secondsEach * (this.#all - done));
    const line = `${done} of ${this.#all} scenarios, ${failed} failed, ${left} s left`;
    if (this.#output.isTTY) {
      const full = Math.round((width * done) / this.#all);
      this.#output.write(`\r[${'#'.repeat(full).padEnd(width, '.')}] ${line} `);
      return;
    }
    const tenth = Math.floor((tenths * done) / this.#all);
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    this.#output.write(`${line}\n`);
  }

  end(): void {
    if (this.#output.isTTY) this.#output.write('\n');
  }
}
