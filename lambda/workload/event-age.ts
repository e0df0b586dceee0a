import type { WorkloadEvent } from './workload.ts';

/** What an event is judged by. */
export interface AgePolicy {
  readonly now: Date;
  /** The `deadline` of the AutoSys instance. Milliseconds. */
  readonly deadlineMs: number;
  /** Whether old events and events of an archive replay may act: `oldEvents` of the AutoSys instance. */
  readonly oldEvents: 'park' | 'allow';
}

/** Whether an event may still act on an AutoSys instance, with the reason for people where it may not. */
export type EventAge =
  | { readonly kind: 'current' }
  | { readonly kind: 'replay' | 'old'; readonly reason: string };

/**
 * Decides whether an event is too old to act, or a replay; pure.
 *
 * EventBridge replays of an archive, dead letters that are moved back and long outages bring events whose effects have
 * taken place already, or are not wanted any more. Exactly as old as the deadline is not too old.
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
  const reason = `the event is of ${at.toISOString()}, older than the deadline of ${formatMs(deadlineMs)}`;
  return { kind: 'old', reason };
}

/**
 * The instant from which the age of an event counts: its stop time, else its start time, else the time of the envelope.
 *
 * A redrive keeps the start time of the execution, and begins it again: then the instant of the redrive counts.
 */
export function toEventTime(event: WorkloadEvent): Date {
  const { startedAt, stoppedAt, announcedAt } = event;
  const redrivenAt = event.kind === 'execution' ? event.redrivenAt : undefined;
  const known = [stoppedAt, redrivenAt].filter((at) => at !== undefined);
  const latest = known.toSorted((one, other) => other.getTime() - one.getTime())[0];
  return latest ?? startedAt ?? announcedAt;
}

const units = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'm', ms: 60_000 },
  { unit: 's', ms: 1_000 },
] as const;

/** As in the route file: the largest unit of which it is a whole number. */
function formatMs(ms: number): string {
  const fitting = units.find((one) => ms >= one.ms && ms % one.ms === 0);
  return fitting === undefined ? `${ms}ms` : `${ms / fitting.ms}${fitting.unit}`;
}
