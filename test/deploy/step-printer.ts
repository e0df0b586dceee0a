import { existsSync, readFileSync } from 'node:fs';
import type { TestSystem } from './test-system.ts';

/** Number of lines per log that are printed on failure. */
const tailLines = 40;

/** Prints one line per step with its duration in seconds, and counts the steps. */
export class StepPrinter {
  readonly #startMs = performance.now();
  #done = 0;
  #current = 'start';

  /** Runs and prints a step. Rethrows its error. */
  async step<Result>(name: string, action: () => Promise<Result> | Result): Promise<Result> {
    const startMs = performance.now();
    this.#current = name;
    const result = await action();
    this.#done += 1;
    console.log(`${toSeconds(performance.now() - startMs).padStart(7)} s  ${name}`);
    return result;
  }

  /** Prints a line between steps. */
  print(text: string): void {
    console.log(`${' '.repeat(11)}${text}`);
  }

  /** Prints the last line of a successful run. */
  conclude(): void {
    console.log(`deployed: ${this.#done} steps passed in ${this.#seconds()} s`);
  }

  /**
   * Prints the last lines of a failed run: the failure, the ends of all logs, and the completed
   * steps.
   */
  fail(error: unknown, system?: TestSystem): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.log(`\nfailed: ${this.#current}\n${message}`);
    if (system !== undefined) {
      const { toolkit, host, ministack } = system;
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

/** Removes the fields that every log line of a function has. */
function withoutContext(line: string): string {
  return line.replaceAll(
    /"(?:function_\w+|cold_start|sampling_rate|xray_trace_id|service)":[^,}]*,/g,
    '',
  );
}

function printTail(name: string, text: string): void {
  const lines = text.trimEnd().split('\n').slice(-tailLines);
  console.log(`\n--- ${name}, the last ${lines.length} lines\n${lines.join('\n')}`);
}

function toSeconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
