import type { Aim, Cell, Figures, FigureTable } from './benchmark.ts';

/** The figures as text for people: tables, aims, notes. */
export function printFigures({ tables, aims, notes }: Figures): string {
  return [...tables.map(printTable), ...aims.map(printAim), ...notes.map((note) => `- ${note}`)]
    .join('\n')
    .concat('\n');
}

/** A Markdown table that is also readable in a terminal. */
function printTable({ title, columns, rows }: FigureTable): string {
  const lines = [columns, ...rows.map((row) => row.map(printCell))];
  const widths = columns.map((_, at) => Math.max(3, ...lines.map((line) => line[at]?.length ?? 0)));
  const isNumber = (at: number) => rows.every((row) => typeof row[at] === 'number');
  const print = (line: readonly string[]) =>
    `| ${widths
      .map((width, at) => (isNumber(at) ? line[at]?.padStart(width) : line[at]?.padEnd(width)))
      .join(' | ')} |`;
  const rule = widths.map((width, at) => `${'-'.repeat(width - 1)}${isNumber(at) ? ':' : '-'}`);
  const [head = columns, ...body] = lines;
  return [`\n${title}\n`, print(head), `| ${rule.join(' | ')} |`, ...body.map(print), ''].join(
    '\n',
  );
}

function printAim({ what, atMost, found }: Aim): string {
  const verdict = found <= atMost ? 'met' : 'MISSED';
  return `- aim ${verdict}: ${what}: at most ${printCell(atMost)}, found ${printCell(found)}`;
}

/** Three significant digits, with thousands separators. */
export function printCell(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  const digits = Math.abs(cell) >= 100 ? Math.round(cell) : Number(cell.toPrecision(3));
  return digits.toLocaleString('en-US', { maximumFractionDigits: 6 });
}
