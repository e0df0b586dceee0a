import { isActive, isTerminal, type JobStatus } from '../../autosys/status.ts';
import { memberChanged, settleBox } from './box.ts';
import { overran, reported, retryDue } from './ending.ts';
import { sent, wake } from './sent.ts';
import { considerStart } from './starting.ts';
import type { SchedulerEffect, Signal, View } from './step.ts';

/**
 * The effects of one signal, given the present state. Pure: reads the view and returns effects.
 *
 * A job starts by events alone, never by polling: each signal leads to the few jobs it concerns
 * (Broadcom community, threads 734033 and 801986).
 */
export function decide(view: View, signal: Signal, now: Date): readonly SchedulerEffect[] {
  switch (signal.kind) {
    case 'sent':
      return sent(view, signal.event, now);
    case 'consider': {
      const record = view.job(signal.job);
      return record ? considerStart(view, record, signal.trigger, now) : [];
    }
    case 'reported':
      return reported(view, signal.of, signal.report, now);
    case 'retry':
      return retryDue(view, signal.of, now);
    case 'overran':
      return overran(view, signal.of, now);
    case 'settle': {
      const box = view.job(signal.box);
      return box ? settleBox(view, box, now) : [];
    }
    case 'changed':
      return changed(view, signal, now);
    default:
      return signal satisfies never;
  }
}

/**
 * A status was recorded. The box is handled first, so that a member that it ends starts nothing
 * more (inferred); then the dependents.
 */
function changed(
  view: View,
  { job, from, to }: Extract<Signal, { kind: 'changed' }>,
  now: Date,
): readonly SchedulerEffect[] {
  const record = view.job(job);
  if (!record) return [];
  const woken = wakes(from, to) ? wake(view.waitersOnJob(job), `${job} is ${to}`) : [];
  return [...memberChanged(view, record, now), ...woken];
}

/**
 * True when the change can make an atom true: an end, an icing (all its atoms are TRUE), or the end
 * of running. STARTING, RUNNING or ACTIVATED make none true, and must not start a job again that
 * waits on `s(a) | s(b)` (inferred).
 */
function wakes(from: JobStatus, to: JobStatus): boolean {
  return isTerminal(to) || to === 'ON_ICE' || (isActive(from) && !isActive(to));
}
