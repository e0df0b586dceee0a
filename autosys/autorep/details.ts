import type { JobStatus } from '../status.ts';
import { printDate } from './date.ts';
import {
  printSummaryHeading,
  printSummaryRow,
  type ReportStyle,
  type SummaryEntry,
  summaryColumns,
} from './summary.ts';

/** The state of an event: error, processed, being processed, unprocessed, unsent. */
export type EventState = 'ER' | 'PD' | 'PG' | 'UP' | 'US';

/** One line of the history of a job: a status, an event that was sent to it, or an alarm. */
export type DetailEntry = (
  | { readonly kind: 'status'; readonly status: JobStatus }
  | { readonly kind: 'event'; readonly event: string }
  | { readonly kind: 'alarm'; readonly alarm: string }
) & {
  readonly at: Date;
  readonly try: number;
  readonly eventState: EventState;
  /** Undefined until it is processed. */
  readonly processedAt?: Date | undefined;
  readonly machine?: string | undefined;
  /** Shown in `<>` on the next line. */
  readonly text?: string | undefined;
};

/** A job of the summary with its history. */
export interface DetailedEntry extends SummaryEntry {
  readonly details: readonly DetailEntry[];
}

const heading = [
  '',
  '  Status/[Event]  Time                 Ntry ES  ProcessTime           Machine',
  '  --------------  --------------------- --  --  --------------------- ----------------',
] as const;

/** Formats the output of `autorep -d`: below the row of each job a blank line and its history. */
export function printDetails(entries: readonly DetailedEntry[], style: ReportStyle): string[] {
  const columns = summaryColumns(entries, style);
  return [
    ...printSummaryHeading(columns),
    ...entries.flatMap((entry) => [
      printSummaryRow(entry, columns, style),
      ...heading,
      ...entry.details.flatMap((detail) => printDetail(detail, style.timezone)),
      '',
    ]),
  ];
}

function printDetail(detail: DetailEntry, timezone: string): readonly string[] {
  const text = detail.text ? [`    <${detail.text}>`] : [];
  const times = printTimes(detail, timezone);
  switch (detail.kind) {
    case 'status':
      return [`  ${detail.status.padEnd(14)}  ${times}`, ...text];
    case 'event':
      return [`  ${`[${detail.event}]`.padEnd(14)}  ${times}`, ...text];
    case 'alarm':
      return ['  [*** ALARM ***]', `    ${detail.alarm.padEnd(12)}  ${times}`, ...text];
    default:
      return detail satisfies never;
  }
}

function printTimes(detail: DetailEntry, timezone: string): string {
  const processed = detail.processedAt ? printDate(detail.processedAt, timezone) : '';
  const at = printDate(detail.at, timezone).padEnd(21);
  const tries = String(detail.try).padStart(2);
  const machine = detail.machine ?? '';
  return `${at} ${tries}  ${detail.eventState}  ${processed.padEnd(21)} ${machine}`.trimEnd();
}
