import type { JobName } from '../../../autosys/names.ts';
import type { UnreadableView } from '../../../autosys/views.ts';
import type { Entry } from '../../ledger/entry.ts';
import { shorten } from '../../workload/shorten.ts';
import type { JobEvent } from './job-evidence.ts';

/** One line of the events of a job, from `autorep -d`. */
export interface JobEventView {
  readonly kind: 'status' | 'event' | 'alarm';
  readonly name: string;
  /**
   * PD processed, PG being processed, UP not yet processed, ER refused by the scheduler, US unsent
   * before it was processed.
   */
  readonly state: 'ER' | 'PD' | 'PG' | 'UP' | 'US';
  readonly at?: Date;
  /** Comment, or message of the scheduler. */
  readonly text?: string;
}

/** Events of a job in one of its runs. */
export type JobEventsView =
  | { readonly kind: 'events'; readonly events: readonly JobEventView[] }
  /** This release or wire profile cannot list them. */
  | UnreadableView;

/** Reads the events of a job; some releases cannot. */
export interface JobEventsReader {
  readJobEvents?(
    job: JobName,
    options: { readonly runsBack: number; readonly signal: AbortSignal },
  ): Promise<JobEventsView>;
}

/** State of the sent event in AutoSys, found by the EventBridge event id in its comment. */
export type EventMarker =
  | {
      readonly kind: 'processed';
      /** Runs of the job before the present one, with whose events it is listed. */
      readonly runsBack: number;
      /** When AutoSys processed it, by its own clock. @default - AutoSys shows no time */
      readonly at?: Date;
    }
  /** It is in the queue of the scheduler. */
  | { readonly kind: 'queued' }
  /** The scheduler refused it, or it was unsent before it was processed. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** The events of the job can be read, and it is not among them. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** How the sent event is recognised. */
export interface MarkerQuery {
  readonly event: JobEvent;
  /** Text that only the comment of this event contains. */
  readonly mark: string;
  /** An older event with the same mark was sent before an operator replayed the entry. */
  readonly sentAt: Date;
  /**
   * Number of runs before the present one that are searched: 0 if the job has not started since.
   */
  readonly maxRunsBack: number;
  /**
   * The clock of AutoSys differs from the function's, so the send of an event cannot be identified
   * by time.
   * @default false
   */
  readonly clockDiffers?: boolean;
}

/**
 * Text that only the comment of the event of an entry contains. Pure.
 *
 * @returns `undefined` if its comment has none
 */
export function findMark({ event, cause }: Pick<Entry, 'event' | 'cause'>): string | undefined {
  const isMarked = 'comment' in event && event.comment?.includes(cause.eventId) === true;
  return isMarked ? cause.eventId : undefined;
}

/**
 * Tolerance for a slow clock of AutoSys, and for the repeated hour at the end of daylight saving
 * time, which is read as its first pass.
 */
const skewMs = 3_600_000 + 60_000;

/**
 * Finds the sent event among the events of its job.
 *
 * Documented (11.3.6 reference): `autorep -d` lists the events of a job, their state and a text in
 * angle brackets. Inferred: this text is the comment of the event, and AEWS passes the comment on.
 * So a mark that is listed proves that AutoSys has the event; a mark that is not listed proves
 * nothing.
 */
export async function findEventMarker(
  { event, mark, sentAt, maxRunsBack, clockDiffers = false }: MarkerQuery,
  reader: JobEventsReader,
  signal: AbortSignal,
): Promise<EventMarker> {
  if (!reader.readJobEvents) {
    return { kind: 'unreadable', reason: 'the events of a job cannot be read here' };
  }
  for (let runsBack = 0; runsBack <= maxRunsBack; runsBack += 1) {
    const view = await reader.readJobEvents(event.job, { runsBack, signal });
    if (view.kind === 'unreadable') return runsBack === 0 ? view : { kind: 'unseen' };
    const line = view.events.findLast(
      ({ kind, name, text, at }) =>
        kind !== 'status' &&
        (name === event.kind || event.kind === 'ALARM') &&
        text?.includes(mark) === true &&
        (clockDiffers || at === undefined || at.getTime() >= sentAt.getTime() - skewMs),
    );
    if (line) return clockDiffers ? toUndatedMarker(line) : toMarker(line, runsBack);
  }
  return { kind: 'unseen' };
}

/** A queued event is from the last send; a processed one may be from an earlier send. */
function toUndatedMarker(line: JobEventView): EventMarker {
  const mark = toMarker(line, 0);
  if (mark.kind === 'queued') return mark;
  const reason =
    'the clock of AutoSys differs, so it is unknown which send an event of the job comes from';
  return { kind: 'unreadable', reason };
}

function toMarker({ name, state, text, at }: JobEventView, runsBack: number): EventMarker {
  switch (state) {
    case 'PD':
      return { kind: 'processed', runsBack, ...(at && { at }) };
    case 'PG':
    case 'UP':
      return { kind: 'queued' };
    case 'ER':
      return {
        kind: 'failed',
        reason: `the scheduler refused ${name} (ER): ${shorten(text ?? '')}`,
      };
    case 'US':
      return { kind: 'failed', reason: `${name} was unsent before it was processed (US)` };
    default:
      return state satisfies never;
  }
}
