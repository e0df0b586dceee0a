import { type FoundColumn, findColumns } from './columns.ts';
import { readInstants } from './date.ts';

/** When AutoSys says that a variable was last changed. */
export interface LastChanged {
  readonly at: Date;
  /** The local time occurs twice, in the hour that clocks repeat in autumn: `at` is the first of the two. */
  readonly ambiguous: boolean;
}

/** A variable in a list, as far as its row is certain. */
export interface ListedGlobal {
  /** Without blanks at its end. Absent where the row may not show the whole value: `autorep -G NAME` does. */
  readonly value?: string;
  /** Absent where the column is missing, or holds a date of another format. */
  readonly lastChanged?: LastChanged;
}

/** What `autorep -G ALL` or `autorep -G PATTERN%` printed. */
export interface GlobalTable {
  /** By name. A name that may be cut off is left out. */
  readonly rows: ReadonlyMap<string, ListedGlobal>;
  /** Number of lines, the heading included. */
  readonly lines: number;
}

interface Columns {
  readonly name: FoundColumn;
  readonly value: FoundColumn;
  readonly changed: FoundColumn;
}

/**
 * Reads the table of global variables by its row of underscores (the layout is documented, AutoSys 11.3.6 reference).
 *
 * Whether a release cuts a long value, lets it push the next column along, or widens the column is not known. Therefore a
 * cell that fills its column is uncertain, and a value that lacks one character. So is a value with two blanks in a row or with blanks at its start, an empty value,
 * a row with characters other than ASCII, a row that ends before its last column, and a name that is listed twice.
 *
 * @param timezone the scheduler's, in which Last Changed is printed
 * @returns `undefined` where there is no heading with these columns
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
    // One blank less than the column: a blank may stand where a longer value was cut off.
    text.length < widthOf(value) - 1 &&
    /^[^ ]+(?: [^ ]+)*$/.test(text) &&
    (line[changed.start] ?? ' ') !== ' ' &&
    // Otherwise the end of a longer value has pushed the date along.
    (date === undefined || date.index === 0);
  return { ...(isWhole && { value: text }), ...(lastChanged && { lastChanged }) };
}

/** The date at the end of a cell; a long value may have pushed it along. */
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
