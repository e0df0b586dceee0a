import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createSystemClock } from '../emulator/clock.ts';
import type { Output, TemporaryFile } from './io.ts';
import { run } from './run.ts';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: whoever asks a second time is not made to wait.
  process.once(signal, () => stopping.abort());
}

process.exitCode = await run(process.argv.slice(2), {
  stdout: toOutput(process.stdout),
  stderr: toOutput(process.stderr),
  readStdin: () => text(addAbortSignal(stopping.signal, process.stdin)),
  env: process.env,
  clock: createSystemClock(),
  signal: stopping.signal,
  readText: (path) => readFileSync(path, 'utf8'),
  writeText: (path, content) => writeFileSync(path, content),
  writeTemporary,
});

/** `autorep | head` ends when head has enough: then nobody reads any more, and that is no fault. */
function toOutput(stream: NodeJS.WriteStream): Output {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    open = false;
    stopping.abort();
  });
  return {
    write: (content) => void (open && stream.write(content)),
    isTTY: stream.isTTY ?? false,
  };
}

async function writeTemporary(name: string, content: string): Promise<TemporaryFile> {
  const directory = mkdtempSync(join(tmpdir(), 'autosys-bridge-'));
  const path = join(directory, name);
  writeFileSync(path, content, { mode: 0o600 });
  return {
    path,
    [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true, force: true }),
  };
}
