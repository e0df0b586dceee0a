/** Where progress is shown: a terminal, or a file that wants lines. */
interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const width = 30;
/** On a screen that is no terminal, a line for each tenth. */
const tenths = 10;

/** Shows how far the nights are. */
export class Progress {
  readonly #all: number;
  readonly #screen: Screen;
  readonly #startMs = performance.now();
  #tenth = 0;

  constructor(all: number, screen: Screen) {
    this.#all = all;
    this.#screen = screen;
  }

  get seconds(): number {
    return (performance.now() - this.#startMs) / 1000;
  }

  show(done: number, broken: number): void {
    const perNight = this.seconds / Math.max(1, done);
    const left = Math.round(perNight * (this.#all - done));
    const line = `${done} of ${this.#all} nights, ${broken} broken, ${left} s left`;
    if (this.#screen.isTTY) {
      const full = Math.round((width * done) / this.#all);
      this.#screen.write(`\r[${'#'.repeat(full).padEnd(width, '.')}] ${line} `);
      return;
    }
    const tenth = Math.floor((tenths * done) / this.#all);
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    this.#screen.write(`${line}\n`);
  }

  end(): void {
    if (this.#screen.isTTY) this.#screen.write('\n');
  }
}
