import type { Try } from '../engine/step.ts';
import type { KeptStream } from './kept-stream.ts';
import type { StdFiles } from './std-files.ts';

/** The output of one executed try, as far as it went to no std file of the job. */
export interface JobOutput {
  readonly run: number;
  readonly try: number;
  /** At most the last 64 KiB. Absent if the job has a std_out_file. */
  readonly stdout?: string;
  /** At most the last 64 KiB. Absent if the job has a std_err_file. */
  readonly stderr?: string;
}

/** Number of tries whose output is kept, over all jobs. */
const keptOutputs = 100;

type KeptStreams = Pick<StdFiles, 'keptStdout' | 'keptStderr'>;

/** The output of one try. */
class TryOutput {
  readonly of: Try;
  readonly #streams: readonly KeptStream[];
  readonly #kept: KeptStreams;

  constructor(of: Try, kept: KeptStreams) {
    this.of = of;
    this.#kept = kept;
    this.#streams = [kept.keptStdout, kept.keptStderr].filter((stream) => stream !== undefined);
  }

  get isClosed(): boolean {
    return this.#streams.every(({ fd }) => fd === undefined);
  }

  read(): JobOutput {
    const { keptStdout, keptStderr } = this.#kept;
    return {
      run: this.of.run,
      try: this.of.try,
      ...(keptStdout && { stdout: keptStdout.read() }),
      ...(keptStderr && { stderr: keptStderr.read() }),
    };
  }

  /** Keeps the end of the output, and closes its files. */
  close(): void {
    for (const stream of this.#streams) stream.close();
  }
}

/** The outputs of the last tries; the oldest ended one is removed first. */
export class OutputStore implements Disposable {
  readonly #outputs: TryOutput[] = [];

  /** @returns what closes the output when its processes have ended */
  add(of: Try, kept: KeptStreams): Pick<TryOutput, 'close'> {
    const output = new TryOutput(of, kept);
    this.#outputs.push(output);
    if (this.#outputs.length > keptOutputs) {
      const oldest = this.#outputs.findIndex(({ isClosed }) => isClosed);
      if (oldest >= 0) this.#outputs.splice(oldest, 1);
    }
    return output;
  }

  /** The outputs of a job, oldest first. */
  of(job: string): readonly JobOutput[] {
    return this.#outputs.filter(({ of }) => of.job === job).map((output) => output.read());
  }

  [Symbol.dispose](): void {
    for (const output of this.#outputs) output.close();
  }
}
