/** A column of a report: its heading and how many characters it is wide. */
export interface Column {
  readonly title: string;
  readonly width: number;
}

/** The length of the longest text, or `least` where all are shorter. */
export function widthFor(texts: readonly string[], least: number): number {
  return texts.reduce((width, text) => Math.max(width, text.length), least);
}

/** Heading and underscore row; the row is the map by which a report is read back. */
export function printHeading(columns: readonly Column[]): readonly string[] {
  return [
    printCells(
      columns,
      columns.map(({ title }) => title),
    ),
    columns.map(({ width }) => '_'.repeat(width)).join(' '),
  ];
}

/** One row, one blank between columns, no blanks at its end. */
export function printCells(columns: readonly Column[], cells: readonly string[]): string {
  return columns
    .map(({ width }, index) => (cells[index] ?? '').padEnd(width))
    .join(' ')
    .trimEnd();
}

/** A column as it was found: its heading, where it begins and where the next one does. */
export interface FoundColumn {
  readonly title: string;
  readonly start: number;
  readonly end: number;
}

/** Finds the columns from the heading and the underscores below it; `undefined` where the line is no such row. */
export function findColumns(heading: string, rule: string): readonly FoundColumn[] | undefined {
  if (!/^_{2,}(?: _+)*\s*$/.test(rule)) return undefined;
  return [...rule.matchAll(/_+/g)].map((run, index, runs) => {
    const start = run.index;
    const end = runs[index + 1]?.index ?? Number.POSITIVE_INFINITY;
    return { title: heading.slice(start, end).trim(), start, end };
  });
}

/** Cuts a row at the columns; a value too long for its column pushes what follows along, as printf does. */
export function readCells(
  line: string,
  columns: readonly FoundColumn[],
): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  let pushed = 0;
  for (const { title, start, end } of columns) {
    const from = start + pushed;
    const fits = Math.min(end - 1 + pushed, line.length);
    let to = fits;
    while (to < line.length && line[to] !== ' ') to += 1;
    cells.set(title, line.slice(from, to).trimEnd());
    pushed += to - fits;
  }
  return cells;
}
