import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes of the end of a stream that are kept. */
export const keptBytes = 64 * 1024;

/**
 * The output of a command whose job names no file: a temporary file without a name, of which the
 * last 64 KiB can be read.
 *
 * A file, as the spool of a real agent. A pipe would be a socket under Node.js, which a command
 * cannot open as `/dev/stderr`, and would not be read completely when the command has ended. The
 * size of the file is not limited; its space is freed when the last process has closed it.
 */
export class KeptStream implements Disposable {
  #fd: number | undefined;
  #text = '';

  /** @throws {Error} if the file cannot be created */
  constructor() {
    const path = join(tmpdir(), `autosys-output-${randomUUID()}`);
    this.#fd = openSync(path, 'ax+', 0o600);
    unlinkSync(path);
  }

  /** The file for the command. Undefined after {@link close}. */
  get fd(): number | undefined {
    return this.#fd;
  }

  /** The end of the output so far. */
  read(): string {
    return this.#fd === undefined ? this.#text : readEnd(this.#fd);
  }

  /** Keeps the end of the output, and closes the file. */
  close(): void {
    if (this.#fd === undefined) return;
    this.#text = readEnd(this.#fd);
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function readEnd(fd: number): string {
  const { size } = fstatSync(fd);
  const from = Math.max(0, size - keptBytes);
  const buffer = Buffer.alloc(size - from);
  const read = readSync(fd, buffer, 0, buffer.length, from);
  const bytes = buffer.subarray(0, read);
  // The cut may be inside of a character of UTF-8, whose other bytes all begin with the bits 10.
  const first = from === 0 ? 0 : bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return bytes.subarray(Math.max(0, first)).toString('utf8');
}
