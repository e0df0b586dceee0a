import { existsSync, readFileSync } from 'node:fs';
import type { Stage } from './stage.ts';

/** So many lines of each log are told when something fails. */
const tailLines = 40;

/** Tells what is done in one line each, with its seconds; counts what was done. */
export class Telling {
  readonly #startMs = performance.now();
  #done = 0;
  #now = 'the beginning';

  /** Does one step and tells of it; its error passes through. */
  async step<Result>(name: string, deed: () => Promise<Result> | Result): Promise<Result> {
    const startMs = performance.now();
    this.#now = name;
    const result = await deed();
    this.#done += 1;
    console.log(`${toSeconds(performance.now() - startMs).padStart(7)} s  ${name}`);
    return result;
  }

  /** Says something beside the steps. */
  note(text: string): void {
    console.log(`${' '.repeat(11)}${text}`);
  }

  /** The last line of a run that went well. */
  conclude(): void {
    console.log(`deployed: ${this.#done} steps passed in ${this.#seconds()} s`);
  }

  /** The last lines of a run that did not: what failed, the ends of all logs, and how far it came. */
  fail(error: unknown, stage?: Stage): void {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.log(`\nfailed: ${this.#now}\n${words}`);
    if (stage !== undefined) {
      const { toolkit, host, ministack } = stage;
      const { logFile } = ministack;
      printTail('cdk', toolkit.last);
      printTail(
        'functions',
        host
          .lines()
          .map(({ line }) => withoutContext(line))
          .join('\n'),
      );
      printTail('MiniStack', existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
    }
    console.log(`\nnot deployed: ${this.#done} steps passed, 1 failed, ${this.#seconds()} s`);
  }

  #seconds(): string {
    return toSeconds(performance.now() - this.#startMs);
  }
}

/** A log line without what every line says of the function. */
function withoutContext(line: string): string {
  return line.replaceAll(
    /"(?:function_\w+|cold_start|sampling_rate|xray_trace_id|service)":[^,}]*,/g,
    '',
  );
}

function printTail(what: string, text: string): void {
  const lines = text.trimEnd().split('\n').slice(-tailLines);
  console.log(`\n--- ${what}, the last ${lines.length} lines\n${lines.join('\n')}`);
}

function toSeconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
