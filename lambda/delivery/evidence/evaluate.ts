import type { AutosysEvent } from '../../../autosys/event.ts';
import type { ReadBack, SentEvent } from './confirmation.ts';
import type { EventMarker } from './event-marker.ts';
import type { JobEvidence } from './job-evidence.ts';
import type { StartedRun } from './new-run.ts';

type Absent = Extract<JobEvidence, { readonly kind: 'absent' }>;

/** Evaluates a start of the job: by the marker of the event, else by the number of the run. */
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
        found: 'AutoSys shows the event in its queue; the present run is not from this event',
        queued: true,
      };
    case 'unreadable':
      // The same run number may come from an automatic retry.
      if (run.again)
        return { kind: 'notYet', found: 'AutoSys shows the same run with a later start' };
      break;
    case 'unseen':
      if (!sending?.acknowledged) {
        return {
          kind: 'notYet',
          found: 'AutoSys shows a start, and the event is not among the events of the job',
        };
      }
      break;
    case 'processed':
      // It began an earlier run. The present one may be that of another event of the bridge.
      if (mark.runsBack > 0) return { kind: 'shows' };
      break;
    default:
      return mark satisfies never;
  }
  if (run.name !== undefined && sending && !(await sending.attributeRun(run.name))) {
    return {
      kind: 'notYet',
      found: `AutoSys shows run ${run.name}, which belongs to another event of the bridge`,
    };
  }
  if (mark.kind !== 'unseen') return { kind: 'shows' };
  const reason = 'the job has started, and AutoSys does not show by which event';
  return { kind: 'unreadable', reason };
}

/** Evaluates a job that shows no effect, by the marker of the event. */
export function evaluateAbsence({ found, shows }: Absent, mark: EventMarker): ReadBack {
  switch (mark.kind) {
    case 'failed':
      return mark;
    case 'queued':
      return { kind: 'notYet', found: 'AutoSys shows the event in its queue', queued: true };
    case 'processed':
      return {
        kind: 'notYet',
        found: `${found}, though the event was processed`,
        marker: mark.kind,
      };
    case 'unreadable':
      return { kind: 'notYet', found, ...(shows && { shows }), marker: mark.kind };
    case 'unseen':
      return { kind: 'notYet', found, ...(shows && { shows }) };
    default:
      return mark satisfies never;
  }
}

/** Evaluates an event of which the job never shows an effect, by its marker. */
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
        : { kind: 'notYet', found: 'the event is not among the events of the job' };
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
