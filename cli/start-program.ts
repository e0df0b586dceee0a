import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createSystemClock } from '../emulator/clock.ts';
import { programName } from './command-prefix.ts';
import { decodeText } from './decode-text.ts';
import type { Output, TemporaryFile } from './io.ts';
import { run } from './run.ts';

/** Runs the command line of this process, and sets its exit code. */
export async function startProgram(): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Once: a second signal ends the process immediately.
    process.once(signal, () => stopping.abort());
  }
  const { signal } = stopping;
  process.exitCode = await run(process.argv.slice(2), {
    stdout: toOutput(process.stdout, stopping),
    stderr: toOutput(process.stderr, stopping),
    readStdin: async () => decodeText(await buffer(addAbortSignal(signal, process.stdin))),
    env: process.env,
    clock: createSystemClock(),
    signal,
    readText: (path) => decodeText(readFileSync(path)),
    writeText: (path, content) => writeFileSync(path, content),
    writeTemporary,
  });
}

/** EPIPE stops the command: `autorep | head` closes the pipe early, which is not an error. */
function toOutput(stream: NodeJS.WriteStream, stopping: AbortController): Output {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    open = false;
    stopping.abort();
  });
  return {
    write: (content) => void (open && stream.write(content)),
    isTTY: stream.isTTY ?? false,
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
    get rows() {
      return stream.isTTY ? stream.rows : undefined;
    },
  };
}

async function writeTemporary(name: string, content: string): Promise<TemporaryFile> {
  const directory = mkdtempSync(join(tmpdir(), `${programName}-`));
  const path = join(directory, name);
  writeFileSync(path, content, { mode: 0o600 });
  return {
    path,
    [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true, force: true }),
  };
}
