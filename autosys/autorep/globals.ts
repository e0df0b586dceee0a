import type { GlobalName, GlobalValue } from '../names.ts';
import { printCells, printHeading, widthFor } from './columns.ts';
import { printDate } from './date.ts';
import { isWildcard } from './wildcard.ts';

/** A global variable in the output of autorep. */
export interface GlobalEntry {
  readonly name: GlobalName;
  readonly value: GlobalValue;
  readonly changedAt: Date;
}

/**
 * The widths of the columns, and the handling of texts that are too long.
 *
 * Which of them a release uses is not known (inferred). The vendor's sample has columns of 27, 27
 * and 20 characters.
 *
 * - `growing`: a column is as wide as its longest text
 * - `fixed`: as in the sample; a longer text moves the rest of its row right, as with printf
 * - `cut`: as in the sample; a longer text is cut off
 */
export type GlobalColumns = 'growing' | 'fixed' | 'cut';

const sampleWidth = 27;

/**
 * Formats the output of `autorep -G`: for one name only the value, for a pattern or `ALL` the
 * table.
 *
 * @param name the argument of `-G`
 * @param entries the variables that match it
 */
export function printGlobals(
  name: string,
  entries: readonly GlobalEntry[],
  {
    timezone,
    globalColumns = 'growing',
  }: { readonly timezone: string; readonly globalColumns?: GlobalColumns },
): string[] {
  if (!isWildcard(name)) return entries.map(({ value }) => value);
  const width = (texts: readonly string[]) =>
    globalColumns === 'growing' ? widthFor(texts, sampleWidth) : sampleWidth;
  const columns = [
    { title: 'Global Name', width: width(entries.map((entry) => entry.name)) },
    { title: 'Value', width: width(entries.map(({ value }) => value)) },
    { title: 'Last Changed', width: 20 },
  ];
  const cut = (text: string) => (globalColumns === 'cut' ? text.slice(0, sampleWidth) : text);
  const rows = entries.map(({ name: globalVariable, value, changedAt }) =>
    printCells(columns, [cut(globalVariable), cut(value), printDate(changedAt, timezone)]),
  );
  return [...printHeading(columns), ...rows];
}
