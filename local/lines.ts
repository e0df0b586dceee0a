import type { Readable } from 'node:stream';

/**
 * Calls back with each line of a stream, and with the rest when it ends.
 *
 * The runtime client writes a message of several lines as one line, with carriage returns for its
 * line breaks. They are converted back.
 */
export function forEachLine(stream: Readable | null, onLine: (line: string) => void): void {
  let rest = '';
  const emit = (line: string) => onLine(line.replaceAll('\r', '\n'));
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) emit(line);
  });
  stream?.on('end', () => {
    if (rest !== '') emit(rest);
  });
}
