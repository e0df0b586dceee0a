import type { GlobalName, GlobalValue } from '../names.ts';
import { printCells, printHeading, widthFor } from './columns.ts';
import { printDate } from './date.ts';
import { isWildcard } from './wildcard.ts';

/** A global variable as autorep shows it. */
export interface GlobalEntry {
  readonly name: GlobalName;
  readonly value: GlobalValue;
  readonly changedAt: Date;
}

/**
 * Prints `autorep -G`: for one name the bare value and nothing else, for a pattern or `ALL` the table.
 *
 * The columns grow with what they hold (inferred; the vendor's sample has 27, 27 and 20 characters).
 *
 * @param name what stood behind `-G`
 * @param entries the variables that fit it
 */
export function printGlobals(
  name: string,
  entries: readonly GlobalEntry[],
  { timezone }: { readonly timezone: string },
): string[] {
  if (!isWildcard(name)) return entries.map(({ value }) => value);
  const names = entries.map((entry) => entry.name);
  const values = entries.map((entry) => entry.value);
  const columns = [
    { title: 'Global Name', width: widthFor(names, 27) },
    { title: 'Value', width: widthFor(values, 27) },
    { title: 'Last Changed', width: 20 },
  ];
  const rows = entries.map(({ name: globalVariable, value, changedAt }) =>
    printCells(columns, [globalVariable, value, printDate(changedAt, timezone)]),
  );
  return [...printHeading(columns), ...rows];
}
