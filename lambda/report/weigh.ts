import type { AutosysEvent } from '../../autosys/event.ts';
import type { Look, Sending } from './confirm.ts';
import type { Mark } from './mark.ts';
import type { StartedRun, Trace } from './trace.ts';

type Absent = Extract<Trace, { readonly kind: 'absent' }>;

/** The job has started: whether by our event is for the event's own line to say, and else for the number of the run. */
export async function weighStart(
  run: StartedRun,
  mark: Mark,
  sending: Sending | undefined,
): Promise<Look> {
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
export function weighAbsence({ found, shows }: Absent, mark: Mark): Look {
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
export function weighMark(event: AutosysEvent, mark: Mark, sending: Sending | undefined): Look {
  switch (mark.kind) {
    case 'processed':
      return { kind: 'shows' };
    case 'failed':
      return mark;
    case 'queued':
      return { kind: 'notYet', found: 'AutoSys shows the event in its queue', queued: true };
    case 'unseen':
      return sending?.acknowledged
        ? traceless(event)
        : { kind: 'notYet', found: 'our event is not among the events of the job' };
    case 'unreadable':
      return traceless(event);
    default:
      return mark satisfies never;
  }
}

/** Nothing will ever show. */
export function traceless(event: AutosysEvent): Look {
  return { kind: 'unreadable', reason: `${event.kind} leaves nothing on a job to read back` };
}
