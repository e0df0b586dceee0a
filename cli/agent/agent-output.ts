import { escapeLine, escapeText } from '../escape-text.ts';
import type { AgentIo } from './agent-io.ts';
import { formatInstant } from './time-text.ts';

/** Writes one line of a stream. */
export type LineWriter = (text: string) => void;

/** Creates a writer of lines, whose control characters are escaped. */
export function createLineWriter(write: (text: string) => void): LineWriter {
  return (text) => write(`${escapeLine(text)}\n`);
}

/** Creates a writer of lines with their instants. */
export function createTimedWriter(
  write: (text: string) => void,
): (at: number, text: string) => void {
  const writeLine = createLineWriter(write);
  return (at, text) => writeLine(`${formatInstant(at)} ${text}`);
}

/** Prints one JSON document on stdout. */
export function writeJson({ writeOut }: Pick<AgentIo, 'writeOut'>, value: unknown): void {
  writeOut(`${escapeText(JSON.stringify(value))}\n`);
}
