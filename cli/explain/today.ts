import type { AutosysInstance } from '../../autosys/names.ts';
import { type AgePolicy, judgeEventAge } from '../../lambda/workload/event-age.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import type { WorkloadEvent } from '../../lambda/workload/workload.ts';

/** The time of an event's envelope; `undefined` where it has none, which the reader then says. */
export function toOwnTime(event: unknown): Date | undefined {
  if (typeof event !== 'object' || event === null || !('time' in event)) return undefined;
  const ms = typeof event.time === 'string' ? Date.parse(event.time) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

/** What an event is held against. */
export interface Today {
  readonly now: Date;
  /** Those to which it would send something. */
  readonly instances: ReadonlySet<AutosysInstance>;
  /** The settings of an instance; `undefined` where the route file does not name it. */
  readonly ageOf: (instance: AutosysInstance) => Omit<AgePolicy, 'now'> | undefined;
}

/**
 * One line about an event that acted at its own time and would not today; `undefined` for one that still would.
 *
 * @param given the event as AWS sent it
 */
export function toToday(
  given: unknown,
  event: WorkloadEvent,
  { now, instances, ageOf }: Today,
): string | undefined {
  const reading = readWorkloadEvent(given, now);
  if (reading.kind === 'invalid') return `today it would be refused: ${reading.error.message}`;
  const parked = [...instances].flatMap((instance) => {
    const policy = ageOf(instance);
    if (policy === undefined) return [];
    const age = judgeEventAge(event, { ...policy, now });
    return age.kind === 'current' ? [] : [{ instance, reason: age.reason }];
  });
  if (parked.length === 0) return undefined;
  const reasons = [...Map.groupBy(parked, ({ reason }) => reason)].map(
    ([reason, all]) => `for ${all.map(({ instance }) => instance).join(', ')}: ${reason}`,
  );
  return `today it would be parked (BRIDGE_OLD_EVENT) ${reasons.join('; ')}`;
}
