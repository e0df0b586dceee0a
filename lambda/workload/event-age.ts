import type { WorkloadEvent } from './workload.ts';

/** Settings that decide whether an event is too old. */
export interface AgePolicy {
  readonly now: Date;
  /** The `deadline` of the AutoSys instance, in milliseconds. */
  readonly deadlineMs: number;
  /** `oldEvents` of the AutoSys instance: whether old and replayed events may be sent. */
  readonly oldEvents: 'park' | 'allow';
}

/** Whether an event may still be sent to an AutoSys instance, with the reason if not. */
export type EventAge =
  | { readonly kind: 'current' }
  | { readonly kind: 'replay' | 'old'; readonly reason: string };

/**
 * Decides whether an event is too old, or a replay. Pure.
 *
 * Archive replays of EventBridge, redriven dead letters and long outages deliver old events. Their
 * effects may have happened already or may no longer be wanted. An event exactly as old as the
 * deadline is not too old.
 */
export function judgeEventAge(event: WorkloadEvent, policy: AgePolicy): EventAge {
  const { now, deadlineMs, oldEvents } = policy;
  if (oldEvents === 'allow') return { kind: 'current' };
  if (event.replayName !== undefined) {
    const name = JSON.stringify(event.replayName.slice(0, 64));
    return { kind: 'replay', reason: `the event comes from the archive replay ${name}` };
  }
  const at = toEventTime(event);
  if (now.getTime() - at.getTime() <= deadlineMs) return { kind: 'current' };
  const deadline = formatMs(deadlineMs);
  return {
    kind: 'old',
    reason: `the event happened at ${at.toISOString()}, which is longer ago than the deadline of ${deadline}`,
  };
}

/**
 * The instant from which the age of an event counts: its stop time, else its start time, else the
 * time of the envelope.
 *
 * A redrive starts the execution again but keeps its start time. So the time of the redrive counts
 * too: the later of stop and redrive is used.
 */
export function toEventTime(event: WorkloadEvent): Date {
  const { startedAt, stoppedAt, emittedAt } = event;
  const redrivenAt = event.kind === 'execution' ? event.redrivenAt : undefined;
  const known = [stoppedAt, redrivenAt].filter((at) => at !== undefined);
  const latest = known.toSorted((one, other) => other.getTime() - one.getTime())[0];
  return latest ?? startedAt ?? emittedAt;
}

const units = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'm', ms: 60_000 },
  { unit: 's', ms: 1_000 },
] as const;

/** Formats a duration as in the route file: a whole number of the largest unit that fits. */
function formatMs(ms: number): string {
  const fitting = units.find((one) => ms >= one.ms && ms % one.ms === 0);
  return fitting === undefined ? `${ms}ms` : `${ms / fitting.ms}${fitting.unit}`;
}
