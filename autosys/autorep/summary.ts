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

/** A job in the summary. */
export interface SummaryEntry {
  readonly name: string;
  /** Number of boxes around it in this report; one blank is printed for each. */
  readonly depth: number;
  readonly lastStart?: Date | undefined;
  readonly lastEnd?: Date | undefined;
  readonly status: JobStatus;
  /** Shown as `/NE` after the status. */
  readonly onNoExec: boolean;
  readonly run: number;
  readonly try: number;
  /** Shown after the job has ended. */
  readonly exitCode?: number | undefined;
  /** Shown instead of the exit code while the job is in QUE_WAIT. */
  readonly priority?: number | undefined;
}

/** The format of a report. */
export interface ReportStyle {
  /** The scheduler's timezone, such as `Europe/Zurich`. */
  readonly timezone: string;
  /** @default - 64 or the longest name; 21 with `narrow` */
  readonly nameWidth?: number | undefined;
  /** `-n`: cut names to the width of the column. @default false */
  readonly narrow?: boolean;
}

/** A row of a printed summary. Dates are texts, because the report shows no timezone. */
export interface SummaryRow {
  readonly name: string;
  readonly depth: number;
  /** Absent if the job never started. */
  readonly lastStart?: string;
  /** Absent if the run has not ended. */
  readonly lastEnd?: string;
  /** Two letters such as `SU`, known or unknown. */
  readonly status: string;
  readonly onNoExec: boolean;
  readonly run: number;
  readonly try: number;
  /** Absent while the job runs or waits in a queue. */
  readonly exitCode?: number;
}

/** 64 underscores in all captures of releases since 2017. Scripts rely on this position. */
const usualWidth = 64;
/** As in the vendor's samples. */
const narrowWidth = 21;

/**
 * Formats the job summary (`autorep -J`, `-s`): an empty line, heading, underscores, rows.
 *
 * Layout since 11.3.6 SP5.
 */
export function printSummary(entries: readonly SummaryEntry[], style: ReportStyle): string[] {
  const columns = summaryColumns(entries, style);
  return [
    ...printSummaryHeading(columns),
    ...entries.map((entry) => printSummaryRow(entry, columns, style)),
  ];
}

/**
 * Formats the lines above the rows.
 *
 * The empty first line is inferred from scripts, which skip three lines (`awk 'NR>3'`).
 */
export function printSummaryHeading(columns: readonly Column[]): readonly string[] {
  return ['', ...printHeading(columns)];
}

/** The columns of a summary. The width of the first depends on the names. */
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

/** Formats the row of one job. */
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
 * Reads a printed job summary by its row of underscores. It may have wider or further columns.
 *
 * Other lines, such as the lines of `-d` and the empty first line, are skipped. Without a row of
 * underscores the result is empty.
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

/** Reads one line of a summary by its columns. `undefined` if it is not a row. */
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

/** `-----`, in some captures `----`, means no date. */
function readDateCell(cell: string | undefined): string | undefined {
  const text = cell?.trim() ?? '';
  return text === '' || /^-+$/.test(text) ? undefined : text;
}
