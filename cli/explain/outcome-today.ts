import type { AutosysInstance } from '../../autosys/names.ts';
import { type AgePolicy, judgeEventAge } from '../../lambda/workload/event-age.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import type { WorkloadEvent } from '../../lambda/workload/workload.ts';

/** The time in an event's envelope; `undefined` if it is missing or invalid. */
export function toEnvelopeTime(event: unknown): Date | undefined {
  if (typeof event !== 'object' || event === null || !('time' in event)) return undefined;
  const ms = typeof event.time === 'string' ? Date.parse(event.time) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

/** Dependencies of {@link describeOutcomeToday}. */
export interface TodayOptions {
  readonly now: Date;
  /** The instances to which the event would send something. */
  readonly instances: ReadonlySet<AutosysInstance>;
  /** The settings of an instance; `undefined` if the route file does not name it. */
  readonly agePolicyOf: (instance: AutosysInstance) => Omit<AgePolicy, 'now'> | undefined;
}

/**
 * Describes why an event that would have acted at its own time would not act now. `undefined` if it
 * still would.
 *
 * @param given the event as AWS sent it
 */
export function describeOutcomeToday(
  given: unknown,
  event: WorkloadEvent,
  { now, instances, agePolicyOf }: TodayOptions,
): string | undefined {
  const reading = readWorkloadEvent(given, now);
  if (reading.kind === 'invalid')
    return `today this event would be invalid: ${reading.error.message}`;
  const parked = [...instances].flatMap((instance) => {
    const policy = agePolicyOf(instance);
    if (policy === undefined) return [];
    const age = judgeEventAge(event, { ...policy, now });
    return age.kind === 'current' ? [] : [{ instance, reason: age.reason }];
  });
  if (parked.length === 0) return undefined;
  const reasons = [...Map.groupBy(parked, ({ reason }) => reason)].map(
    ([reason, all]) => `for ${all.map(({ instance }) => instance).join(', ')}: ${reason}`,
  );
  return `today this event would be parked (BRIDGE_OLD_EVENT) ${reasons.join('; ')}`;
}
