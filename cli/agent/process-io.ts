import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { AgentIo, KillSignal, LoginFileContent } from './agent-io.ts';

const killSignals: readonly KillSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A shell between the AutoSys agent and this process does not forward signals (measured). */
const parentCheckMs = 250;

/** The access of this process: its files, signals, parent, clock and output. */
export function createProcessIo(given: Pick<AgentIo, 'prefix' | 'version' | 'env'>): AgentIo {
  return {
    ...given,
    writeOut: toWriter(() => process.stdout),
    writeError: toWriter(() => process.stderr),
    readStdin,
    readFile,
    readLoginFile,
    userId: process.getuid?.(),
    clock: {
      now: createSteadyNow(),
      setTimer: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
    random: () => Math.random(),
    newId: () => randomUUID(),
    onKill: createKillWatch(),
    exitNow: (code) => process.exit(code),
  };
}

/**
 * Time since 1970 by the clock of the host at the start of this process, and steady from then on. A
 * clock that is set forward would end a wait with `--timeout`, and one that is set back would stop
 * the polls for as long.
 */
function createSteadyNow(): () => number {
  const toSteadyMs = () => Number(process.hrtime.bigint() / 1_000_000n);
  const originMs = Date.now() - toSteadyMs();
  return () => originMs + toSteadyMs();
}

/**
 * Output that cannot be written, such as to a closed pipe or a full disk, does not end a wait. The
 * stream is opened by the first write, so that it does not delay the first request.
 */
function toWriter(open: () => NodeJS.WriteStream): (text: string) => void {
  let stream: NodeJS.WriteStream | undefined;
  let hasFailed = false;
  return (text) => {
    stream ??= open().on('error', () => {
      hasFailed = true;
    });
    if (!hasFailed) stream.write(text);
  };
}

/** Maximum size of a file or of stdin. An input has 256 KiB; a file of certificates may have more. */
const maxFileBytes = 4_194_304;
/** Maximum size of a login file. */
const maxLoginBytes = 65_536;

function readFile(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    return readAtMost(file, maxFileBytes);
  } finally {
    closeSync(file);
  }
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxFileBytes) throw toTooLarge(maxFileBytes);
  }
  return Buffer.concat(chunks);
}

/** The checks are made on the file that is read, not on its name. */
function readLoginFile(path: string): LoginFileContent {
  // Without O_NONBLOCK, opening a FIFO would wait for its other end. Windows has no such flag.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (stats.isDirectory()) throw toFileError('it is a directory');
    if (!stats.isFile()) throw toFileError('it is not a regular file');
    const isPosix = process.platform !== 'win32';
    return {
      text: readAtMost(file, maxLoginBytes).toString('utf8'),
      mode: isPosix ? stats.mode : undefined,
      owner: isPosix ? stats.uid : undefined,
    };
  } finally {
    closeSync(file);
  }
}

/** A device or a pipe may have no end. */
function readAtMost(file: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  for (let size = 0; size <= maxBytes; ) {
    const chunk = Buffer.alloc(65_536);
    const count = readSync(file, chunk);
    if (count === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
    size += count;
  }
  throw toTooLarge(maxBytes);
}

function toTooLarge(maxBytes: number): Error {
  return toFileError(`larger than ${maxBytes} bytes`);
}

/** @param reason text that `describeFileError` returns */
function toFileError(reason: string): Error {
  return Object.assign(new Error(reason), { code: reason });
}

/** Watches for kills. The end of the parent is notified once, also to several listeners. */
function createKillWatch(): AgentIo['onKill'] {
  const parent = process.ppid;
  let isParentKnownGone = false;
  return function onKill(listener) {
    const onSignal = (signal: NodeJS.Signals) => {
      const known = killSignals.find((one) => one === signal);
      if (known !== undefined) listener({ kind: 'signal', signal: known });
    };
    for (const signal of killSignals) process.on(signal, onSignal);
    const watch = setInterval(() => {
      if (isParentKnownGone || process.ppid === parent) return;
      isParentKnownGone = true;
      listener({ kind: 'parentGone' });
    }, parentCheckMs);
    return {
      [Symbol.dispose]() {
        clearInterval(watch);
        for (const signal of killSignals) process.off(signal, onSignal);
      },
    };
  };
}
