import type { AutosysEvent } from '../../../autosys/event.ts';
import type { ReadBack, SentEvent } from './confirmation.ts';
import type { EventMarker } from './event-marker.ts';
import type { JobEvidence, StartedRun } from './job-evidence.ts';

type Absent = Extract<JobEvidence, { readonly kind: 'absent' }>;

/** The job has started: whether by our event is for the event's own line to say, and else for the number of the run. */
export async function evaluateStart(
  run: StartedRun,
  mark: EventMarker,
  sending: SentEvent | undefined,
): Promise<ReadBack> {
  switch (mark.kind) {
    case 'failed':
      return mark;
    case 'queued':
      return {
        kind: 'notYet',
        found: 'AutoSys shows the event in its queue; the present run is not ours',
        queued: true,
      };
    case 'unreadable':
      // A number that did not rise may be that of an automatic retry.
      if (run.again)
        return { kind: 'notYet', found: 'AutoSys shows the same run with a later start' };
      break;
    case 'unseen':
      if (!sending?.acknowledged) {
        return {
          kind: 'notYet',
          found: 'AutoSys shows a start, and our event is not among the events of the job',
        };
      }
      break;
    default:
  }
  if (run.name !== undefined && sending && !(await sending.credit(run.name))) {
    return {
      kind: 'notYet',
      found: `AutoSys shows run ${run.name}, which is that of another event of ours`,
    };
  }
  if (mark.kind !== 'unseen') return { kind: 'shows' };
  const reason = 'the job has started, and AutoSys does not show by which event';
  return { kind: 'unreadable', reason };
}

/** The job shows nothing: what its events say may be more. */
export function evaluateAbsence({ found, shows }: Absent, mark: EventMarker): ReadBack {
  switch (mark.kind) {
    case 'failed':
      return mark;
    case 'queued':
      return { kind: 'notYet', found: 'AutoSys shows the event in its queue', queued: true };
    case 'processed':
      return { kind: 'notYet', found: `${found}, though the event was processed` };
    default:
      return { kind: 'notYet', found, ...(shows && { shows }) };
  }
}

/** The job never shows such an event: its own line is all there is. */
export function evaluateMarker(
  event: AutosysEvent,
  mark: EventMarker,
  sending: SentEvent | undefined,
): ReadBack {
  switch (mark.kind) {
    case 'processed':
      return { kind: 'shows' };
    case 'failed':
      return mark;
    case 'queued':
      return { kind: 'notYet', found: 'AutoSys shows the event in its queue', queued: true };
    case 'unseen':
      return sending?.acknowledged
        ? withoutEvidence(event)
        : { kind: 'notYet', found: 'our event is not among the events of the job' };
    case 'unreadable':
      return withoutEvidence(event);
    default:
      return mark satisfies never;
  }
}

/** Nothing will ever show. */
export function withoutEvidence(event: AutosysEvent): ReadBack {
  return { kind: 'unreadable', reason: `${event.kind} leaves nothing on a job to read back` };
}
