import { type FoundColumn, findColumns } from './columns.ts';
import type { EventState } from './details.ts';
import { readSummaryRow } from './summary.ts';

/** One line of the history of a job. Its date is a text, because the report shows no timezone. */
export interface ReadDetail {
  /** The report of a box also lists its members. */
  readonly job: string;
  readonly kind: 'status' | 'event' | 'alarm';
  /** Such as `RUNNING`, `FORCE_STARTJOB` or `JOBFAILURE`. */
  readonly name: string;
  readonly at: string;
  readonly eventState: EventState;
  /** The text in `<>` on the next line. */
  readonly text?: string;
}

/**
 * An event in brackets or a status, a date, the try, and the event state.
 *
 * The date may have any format without two blanks in a row.
 */
const detailLine =
  /^ {2,}(?:\[([A-Z_]+)\]|([A-Z_]+)) +(\S+(?: \S+)*) +\d+ +(ER|PD|PG|UP|US)(?: |$)/;
const alarmHeading = /^ {2,}\[\*+ ALARM \*+\]/;
const textLine = /^ {3,}<(.*?)>? *$/;

/**
 * Reads the output of `autorep -d`, job by job. Lines of an unknown form are skipped.
 *
 * Layout of the 11.3.6 reference (documented): statuses without brackets, events in brackets, an
 * alarm below its heading.
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
