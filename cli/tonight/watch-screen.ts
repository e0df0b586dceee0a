import { markScreen } from '../escape.ts';
import { escapeLine } from '../escape-text.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { fitLines, readColumns } from '../fit-lines.ts';
import type { Io } from '../io.ts';
import { sleep } from '../sleep.ts';

/** One picture of a screen that is drawn again and again. */
export interface Frame {
  readonly lines: readonly string[];
  /** Last line of the screen. */
  readonly footer: string;
  /** Exit code of the command if this picture is the last one. */
  readonly code: ExitCode;
}

/** Rows of a terminal that does not say how many it has. */
const defaultRows = 24;

/**
 * Draws a screen in place until the signal aborts: on the alternate screen of the terminal, so that
 * nothing scrolls and the screen from before is back afterwards, also after an error.
 *
 * A picture that is being read when the signal aborts is not awaited.
 *
 * @returns the exit code of the last picture; 3 if there was none
 */
export async function watchScreen(
  io: Io,
  { everyMs, read }: { readonly everyMs: number; readonly read: () => Promise<Frame> },
): Promise<ExitCode> {
  const { stdout, signal } = io;
  let code: ExitCode = exitCodes.unknown;
  stdout.write(markScreen('enter'));
  try {
    while (!signal.aborted) {
      const frame = await untilAborted(read(), signal);
      if (frame === undefined) break;
      code = frame.code;
      stdout.write(toScreenText(frame, io));
      await sleep(io, everyMs, signal);
    }
  } finally {
    stdout.write(markScreen('leave'));
  }
  return code;
}

/** The value; `undefined` if the signal aborts first. Then a failure of the reading is ignored. */
function untilAborted<Value>(
  reading: Promise<Value>,
  signal: AbortSignal,
): Promise<Value | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Value | undefined>();
  const stop = () => resolve(undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  reading.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  return promise;
}

/** A picture with the sequences that draw it over the last one. */
function toScreenText(
  { lines, footer }: Frame,
  { stdout, env }: Pick<Io, 'stdout' | 'env'>,
): string {
  const rows = stdout.rows ?? defaultRows;
  const columns = readColumns(stdout, env);
  const fitted = fitLines(lines, columns);
  const room = Math.max(1, rows - 1);
  const shown =
    fitted.length <= room
      ? fitted
      : [...fitted.slice(0, room - 1), `… ${fitted.length - room + 1} more lines do not fit`];
  const [last = ''] = fitLines([footer], columns);
  const all = [...shown, last].map((line) => `${escapeLine(line)}${markScreen('clearLine')}`);
  return `${markScreen('home')}${all.join('\n')}${markScreen('clearBelow')}`;
}
