/** A column of a report: its heading and its width in characters. */
export interface Column {
  readonly title: string;
  readonly width: number;
}

/** The length of the longest text, at least `least`. */
export function widthFor(texts: readonly string[], least: number): number {
  return texts.reduce((width, text) => Math.max(width, text.length), least);
}

/** Formats the heading and the row of underscores, which marks the columns for readers. */
export function printHeading(columns: readonly Column[]): readonly string[] {
  return [
    printCells(
      columns,
      columns.map(({ title }) => title),
    ),
    columns.map(({ width }) => '_'.repeat(width)).join(' '),
  ];
}

/** Formats one row: one blank between columns, no blanks at the end. */
export function printCells(columns: readonly Column[], cells: readonly string[]): string {
  return columns
    .map(({ width }, index) => (cells[index] ?? '').padEnd(width))
    .join(' ')
    .trimEnd();
}

/** A column of a printed report: its heading, its start, and the start of the next column. */
export interface FoundColumn {
  readonly title: string;
  readonly start: number;
  readonly end: number;
}

/** Finds the columns by the row of underscores below the heading. `undefined` for any other row. */
export function findColumns(heading: string, rule: string): readonly FoundColumn[] | undefined {
  if (!/^_{2,}(?: _+)*\s*$/.test(rule)) return undefined;
  return [...rule.matchAll(/_+/g)].map((run, index, runs) => {
    const start = run.index;
    const end = runs[index + 1]?.index ?? Number.POSITIVE_INFINITY;
    return { title: heading.slice(start, end).trim(), start, end };
  });
}

/** Splits a row into cells. A value that is too long moves the next cells right, as with printf. */
export function readCells(
  line: string,
  columns: readonly FoundColumn[],
): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  let shift = 0;
  for (const { title, start, end } of columns) {
    const from = start + shift;
    const expectedEnd = Math.min(end - 1 + shift, line.length);
    let to = expectedEnd;
    while (to < line.length && line[to] !== ' ') to += 1;
    cells.set(title, line.slice(from, to).trimEnd());
    shift += to - expectedEnd;
  }
  return cells;
}
