import { type FoundColumn, findColumns } from './columns.ts';
import type { EventState } from './details.ts';
import { readSummaryRow } from './summary.ts';

/** One line of a job's history as it was read; its date is a text, whose timezone the report does not say. */
export interface ReadDetail {
  /** Of a box the report tells of its members too. */
  readonly job: string;
  readonly kind: 'status' | 'event' | 'alarm';
  /** Such as `RUNNING`, `FORCE_STARTJOB` or `JOBFAILURE`. */
  readonly name: string;
  readonly at: string;
  readonly eventState: EventState;
  /** What stood in `<>` on the next line. */
  readonly text?: string;
}

/** An event in brackets or a bare word, a date of any format without a run of blanks, the try, and how far it got. */
const detailLine =
  /^ {2,}(?:\[([A-Z_]+)\]|([A-Z_]+)) +(\S+(?: \S+)*) +\d+ +(ER|PD|PG|UP|US)(?: |$)/;
const alarmHeading = /^ {2,}\[\*+ ALARM \*+\]/;
const textLine = /^ {3,}<(.*?)>? *$/;

/**
 * Reads back what `autorep -d` printed, job by job; lines of no known form are passed over.
 *
 * The layout is that of the 11.3.6 reference (documented): statuses bare, events in brackets, an alarm below its heading.
 */
export function readDetails(lines: readonly string[]): readonly ReadDetail[] {
  const details: ReadDetail[] = [];
  let columns: readonly FoundColumn[] | undefined;
  let job: string | undefined;
  let isAlarm = false;
  for (const [index, line] of lines.entries()) {
    columns = findColumns(lines[index - 1] ?? '', line) ?? columns;
    const row = columns && readSummaryRow(line, columns);
    const detail = readDetailLine(line);
    const text = textLine.exec(line)?.[1];
    const last = details.at(-1);
    if (row) job = row.name;
    else if (alarmHeading.test(line)) isAlarm = true;
    else if (detail && job !== undefined) {
      details.push({ job, ...detail, ...(isAlarm && { kind: 'alarm' }) });
      isAlarm = false;
    } else if (text !== undefined && last?.text === undefined && last?.job === job && last) {
      details[details.length - 1] = { ...last, text };
    }
  }
  return details;
}

function readDetailLine(line: string): Omit<ReadDetail, 'job'> | undefined {
  const [, event, word, at, state] = detailLine.exec(line) ?? [];
  const name = event ?? word;
  if (name === undefined || at === undefined || state === undefined) return undefined;
  return {
    kind: event === undefined ? 'status' : 'event',
    name,
    at,
    eventState: state as EventState,
  };
}
