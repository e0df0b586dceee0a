import type { JobName } from '../../../autosys/names.ts';
import { shorten } from '../../workload/shorten.ts';
import type { JobEvent } from './job-evidence.ts';

/** One line of what AutoSys tells of a job with `autorep -d`. */
export interface JobEventView {
  readonly kind: 'status' | 'event' | 'alarm';
  readonly name: string;
  /** PD processed, PG being processed, UP not yet, ER refused by the scheduler, US taken back before its turn. */
  readonly state: 'ER' | 'PD' | 'PG' | 'UP' | 'US';
  readonly at?: Date;
  /** A comment, or what the scheduler has to say. */
  readonly text?: string;
}

/** What happened to a job in one of its runs. */
export type JobEventsView =
  | { readonly kind: 'events'; readonly events: readonly JobEventView[] }
  /** This release or wire profile cannot tell. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The power to read what was sent to a job; many a release has it not. */
export interface JobEventsReader {
  readJobEvents?(
    job: JobName,
    options: { readonly runsBack: number; readonly signal: AbortSignal },
  ): Promise<JobEventsView>;
}

/** What AutoSys tells of the very event we sent, known by the EventBridge event id in its comment. */
export type EventMarker =
  | { readonly kind: 'processed' }
  /** It has arrived, and its turn has not come. */
  | { readonly kind: 'queued' }
  /** Its turn came, and the scheduler refused it, or somebody took it back before that. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** The events of the job can be read, and ours is not among them. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** What our event is known by. */
export interface MarkerQuery {
  readonly event: JobEvent;
  /** Occurs in the comment of our event and in that of no other to this job. */
  readonly mark: string;
  /** An event of that mark from long before was sent before a person replayed it. */
  readonly sentAt: Date;
  /** How many runs before the present one are looked through: none where the job has not started since. */
  readonly runsBackAtMost: number;
  /** The clock of AutoSys differs from ours, so that it cannot be told by which sending an event came. @default false */
  readonly clockDiffers?: boolean;
}

/** The clock of AutoSys may lag behind ours by as much, and an hour that passes twice is read as its first passing. */
const skewMs = 3_600_000 + 60_000;

/**
 * Looks for our event among those of its job.
 *
 * That `autorep -d` lists what was sent to a job, how far it got, and a text in angle brackets is documented (11.3.6
 * reference); that this text is the event's comment, and that AEWS passes ours on, is inferred. So a mark that shows proves that
 * AutoSys has the event, and one that does not show proves nothing.
 */
export async function findEventMarker(
  { event, mark, sentAt, runsBackAtMost, clockDiffers = false }: MarkerQuery,
  reader: JobEventsReader,
  signal: AbortSignal,
): Promise<EventMarker> {
  if (!reader.readJobEvents) {
    return { kind: 'unreadable', reason: 'the events of a job cannot be read here' };
  }
  for (let runsBack = 0; runsBack <= runsBackAtMost; runsBack += 1) {
    const view = await reader.readJobEvents(event.job, { runsBack, signal });
    if (view.kind === 'unreadable') return runsBack === 0 ? view : { kind: 'unseen' };
    const line = view.events.findLast(
      ({ kind, name, text, at }) =>
        kind !== 'status' &&
        (name === event.kind || event.kind === 'ALARM') &&
        text?.includes(mark) === true &&
        (clockDiffers || at === undefined || at.getTime() >= sentAt.getTime() - skewMs),
    );
    if (line) return clockDiffers ? toUndatedMark(line) : toMark(line);
  }
  return { kind: 'unseen' };
}

/** What still waits was sent last, whenever that was; what is over may be of an earlier sending. */
function toUndatedMark(line: JobEventView): EventMarker {
  const mark = toMark(line);
  if (mark.kind === 'queued') return mark;
  const reason =
    'the clock of AutoSys differs, so it cannot be told by which sending an event of the job came';
  return { kind: 'unreadable', reason };
}

function toMark({ name, state, text }: JobEventView): EventMarker {
  switch (state) {
    case 'PD':
      return { kind: 'processed' };
    case 'PG':
    case 'UP':
      return { kind: 'queued' };
    case 'ER':
      return {
        kind: 'failed',
        reason: `the scheduler refused ${name} (ER): ${shorten(text ?? '')}`,
      };
    case 'US':
      return { kind: 'failed', reason: `${name} was taken back before its turn (US)` };
    default:
      return state satisfies never;
  }
}
