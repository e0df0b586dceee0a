import { constants } from 'node:os';

/** The highest signal number of Linux; macOS ends at 31. */
export const highestSignal = 64;

const numberByName: Readonly<Record<string, number>> = constants.signals;

/**
 * Reads the list of `sendevent -K`: numbers from 1 to 64 separated by commas (documented), or names
 * with or without SIG (inferred). `undefined` if one of them is no signal of this host.
 */
export function readSignalList(text: string): readonly number[] | undefined {
  const signals = text.split(',').map((word) => readSignal(word.trim()));
  return signals.every((signal) => signal !== undefined) ? signals : undefined;
}

/** The number of a signal that Node.js names, such as `SIGINT`. */
export function toSignalNumber(name: NodeJS.Signals): number {
  return constants.signals[name];
}

function readSignal(word: string): number | undefined {
  if (/^\d{1,2}$/.test(word)) {
    const signal = Number(word);
    return signal >= 1 && signal <= highestSignal ? signal : undefined;
  }
  const name = word.startsWith('SIG') ? word : `SIG${word}`;
  return Object.hasOwn(numberByName, name) ? numberByName[name] : undefined;
}
