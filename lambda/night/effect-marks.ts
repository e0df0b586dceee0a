import type { AutosysEvent } from '../../autosys/event.ts';
import { readRequestLine } from '../ledger/admit.ts';
import type { Entry, HistoryEntry } from '../ledger/entry.ts';
import { acceptedLine, confirmedLine } from '../ledger/settle.ts';
import { findPresentWait } from '../ledger/wait-reason.ts';
import type { NightLane, NightMark } from './night.ts';

/** The variable or job that an effect sets. */
export function toLaneTarget(event: AutosysEvent): Pick<NightLane, 'kind' | 'name'> | undefined {
  if (event.kind === 'SET_GLOBAL') return { kind: 'global', name: event.globalVariable };
  return 'job' in event && event.job !== undefined ? { kind: 'job', name: event.job } : undefined;
}

/** A mark, and the run that requested it as people read it. */
export interface RunMark {
  /** Name of the run for people, as in `Cause`. */
  readonly run: string;
  readonly mark: NightMark;
}

/**
 * The requested effects of an entry, oldest first. Pure.
 *
 * They are read from its history, of which only the last lines are kept. The present request is in the
 * fields of the entry too.
 */
export function toMarks(entry: Entry, nowMs: number): readonly RunMark[] {
  const { history, cause, version, sent, confirmedMs } = entry;
  const starts = history.flatMap((line, index) => {
    const request = readRequestLine(line.text);
    return request ? [{ ...request, atMs: line.atMs, index }] : [];
  });
  const isPresent = (request: { readonly eventId: string; readonly status: string }) =>
    request.eventId === cause.eventId && request.status === version.status;
  const earlier = starts.flatMap((request, order): readonly RunMark[] => {
    if (isPresent(request)) return [];
    const { run, status, eventId, atMs, index } = request;
    const lines = history.slice(index, starts[order + 1]?.index);
    const effect = `${toLaneTarget(entry.event)?.name ?? entry.event.kind}, for ${status}`;
    return [
      { run, mark: { effect, eventId, changedMs: atMs, receivedMs: atMs, ...toTimes(lines) } },
    ];
  });
  const from = starts.findLast(isPresent)?.index ?? 0;
  const present: NightMark = {
    effect: describeNightEffect(entry.event),
    eventId: cause.eventId,
    changedMs: version.changedMs,
    receivedMs: cause.seenMs,
    ...toTimes(history.slice(from)),
    ...(sent?.acceptedMs !== undefined && { acceptedMs: sent.acceptedMs }),
    ...(confirmedMs !== undefined && { shownMs: confirmedMs }),
    ...toOpen(entry, nowMs),
  };
  return [...earlier, { run: cause.run, mark: present }];
}

function toTimes(lines: readonly HistoryEntry[]): Pick<NightMark, 'acceptedMs' | 'shownMs'> {
  const acceptedMs = findAtMs(lines, acceptedLine);
  const shownMs = findAtMs(lines, confirmedLine);
  return {
    ...(acceptedMs !== undefined && { acceptedMs }),
    ...(shownMs !== undefined && { shownMs }),
  };
}

function findAtMs(lines: readonly HistoryEntry[], wanted: string): number | undefined {
  return lines.find(({ text }) => text === wanted)?.atMs;
}

/** Why the present request is parked or waits. */
function toOpen(entry: Entry, nowMs: number): Pick<NightMark, 'parked' | 'wait'> {
  const { stage, dismissed, parked, history } = entry;
  if (stage === 'parked' && dismissed === undefined) {
    return { parked: { atMs: history.at(-1)?.atMs ?? 0, reason: parked?.reason ?? '' } };
  }
  const wait = findPresentWait(entry, nowMs);
  return wait ? { wait: wait.text } : {};
}

/** Such as `AWS_SETTLEMENT = SUCCEEDED`, or `CHANGE_STATUS SETTLE_IN_AWS SUCCESS`. */
export function describeNightEffect(event: AutosysEvent): string {
  if (event.kind === 'SET_GLOBAL') return `${event.globalVariable} = ${event.value}`;
  const job = 'job' in event ? (event.job ?? '') : '';
  return [event.kind, job, 'status' in event ? event.status : ''].filter(Boolean).join(' ');
}
