import { type FoundColumn, findColumns } from './columns.ts';
import { readInstants } from './date.ts';

/** The time at which a variable was last changed, as AutoSys shows it. */
export interface LastChanged {
  readonly at: Date;
  /**
   * The local time is in the hour that is repeated in autumn. `at` is the first of two instants.
   */
  readonly ambiguous: boolean;
}

/** A variable in a list. Uncertain parts of its row are omitted. */
export interface ListedGlobal {
  /** Without blanks at the end. Absent if the row may show only a part: use `autorep -G NAME`. */
  readonly value?: string;
  /** Absent if the column is missing or has a date of another format. */
  readonly lastChanged?: LastChanged;
}

/** The output of `autorep -G ALL` or `autorep -G PATTERN%`. */
export interface GlobalTable {
  /** By name. A name that may be cut off is omitted. */
  readonly rows: ReadonlyMap<string, ListedGlobal>;
  /** Number of lines, including the heading. */
  readonly lines: number;
}

interface Columns {
  readonly name: FoundColumn;
  readonly value: FoundColumn;
  readonly changed: FoundColumn;
}

/**
 * Reads the table of global variables by its row of underscores.
 *
 * The layout is documented (AutoSys 11.3.6 reference). It is not known whether a release cuts a
 * long value, moves the next column right, or widens the column. Therefore these are uncertain:
 *
 * - a name that fills its column, and a value that fills its column or is one character shorter
 * - a value with two blanks in a row or with blanks at its start, and an empty value
 * - a row with characters other than ASCII, and a row that ends before its last column
 * - a name that is listed twice
 *
 * @param timezone the timezone of the scheduler, in which Last Changed is printed
 * @returns `undefined` if there is no heading with these columns
 */
export function readGlobals(lines: readonly string[], timezone: string): GlobalTable | undefined {
  let columns: Columns | undefined;
  const rows = new Map<string, ListedGlobal>();
  lines.forEach((line, index) => {
    const found = findColumns(lines[index - 1] ?? '', line);
    if (found) {
      columns = toColumns(found) ?? columns;
      return;
    }
    const name = columns && readName(line, columns);
    if (columns === undefined || name === undefined) return;
    rows.set(name, rows.has(name) ? {} : readRow(line, columns, timezone));
  });
  return columns && { rows, lines: lines.length };
}

function toColumns(found: readonly FoundColumn[]): Columns | undefined {
  const find = (title: RegExp) => found.find((column) => title.test(column.title));
  const name = find(/^global name$/i);
  const value = find(/^value$/i);
  const changed = find(/^last changed$/i);
  return name && value && changed && value.end === changed.start
    ? { name, value, changed }
    : undefined;
}

function readName(line: string, { name }: Columns): string | undefined {
  const text = line.slice(name.start, name.end).trimEnd();
  return text === '' || text.length >= widthOf(name) || text.includes(' ') ? undefined : text;
}

function readRow(line: string, { value, changed }: Columns, timezone: string): ListedGlobal {
  const date = findDate(line.slice(changed.start, changed.end));
  const lastChanged = date && toLastChanged(date.text, timezone);
  const text = line.slice(value.start, value.end).trimEnd();
  const isWhole =
    /^[\x20-\x7e]*$/.test(line) &&
    // At least two characters shorter: a longer value may have been cut off at a blank.
    text.length < widthOf(value) - 1 &&
    /^[^ ]+(?: [^ ]+)*$/.test(text) &&
    (line[changed.start] ?? ' ') !== ' ' &&
    // Otherwise a longer value has moved the date right.
    (date === undefined || date.index === 0);
  return { ...(isWhole && { value: text }), ...(lastChanged && { lastChanged }) };
}

/** The date at the end of a cell. A long value may have moved it right. */
function findDate(cell: string): { readonly text: string; readonly index: number } | undefined {
  const match = /(?:^|(?<= ))\d\d\/\d\d\/\d{4} \d\d:\d\d(?::\d\d)?(?= *$)/.exec(cell);
  return match ? { text: match[0], index: match.index } : undefined;
}

function toLastChanged(text: string, timezone: string): LastChanged | undefined {
  const [at, second] = readInstants(text, timezone);
  return at && { at, ambiguous: second !== undefined };
}

function widthOf({ start, end }: FoundColumn): number {
  return end - start - 1;
}
