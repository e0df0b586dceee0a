import { type JobStatus, readJobStatus, toLetters } from '../status.ts';
import {
  type Column,
  type FoundColumn,
  findColumns,
  printCells,
  printHeading,
  readCells,
  widthFor,
} from './columns.ts';
import { printDate } from './date.ts';

/** What the summary shows of a job. */
export interface SummaryEntry {
  readonly name: string;
  /** How many boxes it lies in within this report: one blank each before the name. */
  readonly depth: number;
  readonly lastStart?: Date | undefined;
  readonly lastEnd?: Date | undefined;
  readonly status: JobStatus;
  /** Shown as `/NE` behind the status. */
  readonly onNoExec: boolean;
  readonly run: number;
  readonly try: number;
  /** Shown once the job has ended. */
  readonly exitCode?: number | undefined;
  /** Shown in place of the exit code while the job is in QUE_WAIT. */
  readonly priority?: number | undefined;
}

/** How a report is printed. */
export interface ReportStyle {
  /** The scheduler's timezone, such as `Europe/Zurich`. */
  readonly timezone: string;
  /** @default - 64 or the longest name; 21 with `narrow` */
  readonly nameWidth?: number | undefined;
  /** `-n`: names are cut to the width of the column. @default false */
  readonly narrow?: boolean;
}

/** A row of a summary as it was read; dates are texts, whose timezone the report does not say. */
export interface SummaryRow {
  readonly name: string;
  readonly depth: number;
  /** Absent where the job never started. */
  readonly lastStart?: string;
  /** Absent where the run has not ended. */
  readonly lastEnd?: string;
  /** Two letters such as `SU`, or whatever stood there. */
  readonly status: string;
  readonly onNoExec: boolean;
  readonly run: number;
  readonly try: number;
  /** Absent while the job runs and where it waits in a queue. */
  readonly exitCode?: number;
}

/** Every capture of a release since 2017 has 64 underscores, and scripts cut the status out at that place. */
const usualWidth = 64;
/** As in the vendor's printed samples. */
const narrowWidth = 21;

/**
 * Prints the job summary (`autorep -J`, `-s`), in the layout from 11.3.6 SP5 on: an empty line, heading, underscores, rows.
 */
export function printSummary(entries: readonly SummaryEntry[], style: ReportStyle): string[] {
  const columns = summaryColumns(entries, style);
  return [
    ...printSummaryHeading(columns),
    ...entries.map((entry) => printSummaryRow(entry, columns, style)),
  ];
}

/** What stands above the rows; that an empty line leads is inferred from scripts, which skip three lines (`awk 'NR>3'`). */
export function printSummaryHeading(columns: readonly Column[]): readonly string[] {
  return ['', ...printHeading(columns)];
}

/** The columns of a summary; the first is as wide as the names ask for. */
export function summaryColumns(
  entries: readonly SummaryEntry[],
  { nameWidth, narrow = false }: ReportStyle,
): readonly Column[] {
  const auto = narrow ? narrowWidth : widthFor(entries.map(toNameCell), usualWidth);
  return [
    { title: 'Job Name', width: Math.max(nameWidth ?? auto, 'Job Name'.length) },
    { title: 'Last Start', width: 20 },
    { title: 'Last End', width: 20 },
    { title: 'ST/Ex', width: 5 },
    { title: 'Run/Ntry', width: 8 },
    { title: 'Pri/Xit', width: 7 },
  ];
}

/** Prints the row of one job. */
export function printSummaryRow(
  entry: SummaryEntry,
  columns: readonly Column[],
  { timezone, narrow = false }: ReportStyle,
): string {
  const width = columns[0]?.width ?? usualWidth;
  const name = toNameCell(entry);
  return printCells(columns, [
    narrow ? name.slice(0, width) : name,
    toDateCell(entry.lastStart, timezone),
    toDateCell(entry.lastEnd, timezone),
    `${toLetters(entry.status)}${entry.onNoExec ? '/NE' : ''}`,
    `${entry.run}/${entry.try}`,
    String((entry.status === 'QUE_WAIT' ? entry.priority : entry.exitCode) ?? ''),
  ]);
}

/**
 * Reads a job summary back, by its underscore row: columns may be wider, and there may be more of them.
 *
 * Lines that are no row, such as those of `-d` or an empty first one, are passed over; without an underscore row nothing is read.
 */
export function readSummary(lines: readonly string[]): readonly SummaryRow[] {
  let columns: ReturnType<typeof findColumns>;
  const rows: SummaryRow[] = [];
  lines.forEach((line, index) => {
    const found = findColumns(lines[index - 1] ?? '', line);
    columns = found ?? columns;
    const row = columns && !found ? readSummaryRow(line, columns) : undefined;
    if (row) rows.push(row);
  });
  return rows;
}

/** Reads one line of a summary by its columns; `undefined` where it is no row. */
export function readSummaryRow(
  line: string,
  columns: readonly FoundColumn[],
): SummaryRow | undefined {
  const cells = readCells(line, columns);
  const name = cells.get('Job Name')?.trim();
  const [status = '', mark] = (cells.get('ST/Ex') ?? cells.get('ST') ?? '').trim().split('/');
  const [, run, tries] = /^(\d+)\/(\d+)$/.exec(cells.get('Run/Ntry')?.trim() ?? '') ?? [];
  if (!name || !/^[A-Z]{2}$/.test(status) || run === undefined || tries === undefined) {
    return undefined;
  }
  const lastStart = readDateCell(cells.get('Last Start'));
  const lastEnd = readDateCell(cells.get('Last End'));
  const last = cells.get('Pri/Xit')?.trim() ?? '';
  // In QUE_WAIT the column holds the queue priority (11.3.6 reference).
  const exited = /^-?\d+$/.test(last) && readJobStatus(status) !== 'QUE_WAIT';
  return {
    name,
    depth: line.length - line.trimStart().length,
    ...(lastStart !== undefined && { lastStart }),
    ...(lastEnd !== undefined && { lastEnd }),
    status,
    onNoExec: mark === 'NE',
    run: Number(run),
    try: Number(tries),
    ...(exited && { exitCode: Number(last) }),
  };
}

function toNameCell({ name, depth }: SummaryEntry): string {
  return `${' '.repeat(depth)}${name}`;
}

function toDateCell(date: Date | undefined, timezone: string): string {
  return date ? printDate(date, timezone) : '-----';
}

/** `-----`, and in some captures `----`, stands for no date. */
function readDateCell(cell: string | undefined): string | undefined {
  const text = cell?.trim() ?? '';
  return text === '' || /^-+$/.test(text) ? undefined : text;
}
