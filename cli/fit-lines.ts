import { toVisibleLength } from './escape.ts';
import type { Io, Output } from './io.ts';

/** Fewer columns than this are not respected: there is no room for words. */
const minColumns = 30;

/**
 * Columns of a terminal: its own, or `COLUMNS`. `undefined` for a pipe or a file, which get whole
 * lines.
 */
export function readColumns(
  { isTTY, columns }: Pick<Output, 'isTTY' | 'columns'>,
  env: Io['env'],
): number | undefined {
  if (!isTTY) return undefined;
  const found = columns ?? Number(env['COLUMNS']);
  return Number.isInteger(found) && found >= minColumns ? found : undefined;
}

/** Lines that are copied into a shell. A line feed in them would change what they do. */
const copied = /^ *(?:command|key)\b/;

/**
 * Breaks lines at spaces, so that each fits. What follows is indented as far as the value of the
 * line. Commands and keys stay whole, and so does a word that is too long.
 */
export function fitLines(lines: readonly string[], columns: number | undefined): readonly string[] {
  if (columns === undefined) return lines;
  return lines.flatMap((line) =>
    toVisibleLength(line) <= columns || copied.test(line) ? [line] : fitLine(line, columns),
  );
}

function fitLine(line: string, columns: number): readonly string[] {
  const [head = ''] = /^ *(?:\S+ {2,})?/.exec(line) ?? [];
  const [leading = ''] = /^ */.exec(line) ?? [];
  const isNarrow = toVisibleLength(head) * 3 <= columns;
  const indent = ' '.repeat(isNarrow ? toVisibleLength(head) : leading.length + 2);
  const fitted: string[] = [];
  let last = head;
  let isEmpty = true;
  for (const word of line.slice(head.length).split(' ')) {
    const longer = isEmpty ? `${last}${word}` : `${last} ${word}`;
    if (isEmpty || toVisibleLength(longer) <= columns) last = longer;
    else {
      fitted.push(last);
      last = `${indent}${word}`;
    }
    isEmpty = false;
  }
  return [...fitted, last];
}
