import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
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
    readStdin: async () => (await import('node:stream/consumers')).buffer(process.stdin),
    readFile: (path) => readFileSync(path),
    readLoginFile,
    userId: process.getuid?.(),
    clock: {
      now: () => Date.now(),
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

/** The checks are made on the file that is read, not on its name. */
function readLoginFile(path: string): LoginFileContent {
  const file = openSync(path, 'r');
  try {
    const { mode, uid } = fstatSync(file);
    const isPosix = process.platform !== 'win32';
    return {
      text: readFileSync(file, 'utf8'),
      mode: isPosix ? mode : undefined,
      owner: isPosix ? uid : undefined,
    };
  } finally {
    closeSync(file);
  }
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
