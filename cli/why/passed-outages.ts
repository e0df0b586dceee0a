import type { Entry } from '../../lambda/ledger/entry.ts';
import type { Outage } from '../../lambda/ledger/outage.ts';
import { toEffectMs, toEntryTimes } from './entry-times.ts';
import type { FormatTime } from './time-text.ts';

/** Longest time from the event to its acceptance by AutoSys that is usual. */
const promptMs = 10_000;

/** Whether an effect was accepted so late that an outage may be the reason. Pure. */
export function isLate(entry: Entry): boolean {
  const times = toEntryTimes(entry);
  const doneMs = toEffectMs(times);
  return doneMs !== undefined && doneMs - times.receivedMs > promptMs;
}

/**
 * The outages through which an effect waited and that are over, oldest first. Pure.
 *
 * @param over outages of its instance that are over, oldest first
 */
export function findPassedOutages(
  entry: Entry,
  over: readonly Outage[],
  nowMs: number,
): readonly Outage[] {
  const times = toEntryTimes(entry);
  const doneMs = toEffectMs(times) ?? nowMs;
  return over.filter(
    ({ fromMs, untilMs = nowMs }) =>
      fromMs < doneMs && untilMs > times.receivedMs && untilMs > fromMs,
  );
}

/** An outage that is over: `AutoSys was away from 01:10:00 to 01:40:00: 503`. */
export function describePassedOutage(
  { outage, fromMs, untilMs = fromMs, reason }: Outage,
  formatTime: FormatTime,
): string {
  const span = `from ${formatTime(fromMs)} to ${formatTime(untilMs)}: ${reason}`;
  switch (outage) {
    case 'circuitBreaker':
      return `AutoSys was away ${span}`;
    case 'login':
      return `the bridge could not log in ${span}`;
    case 'maintenance':
      return `the bridge did not call AutoSys ${span}`;
    default:
      return outage satisfies never;
  }
}

/** The outages as a clause after another one; empty if there is none. */
export function describePassedOutages(
  passed: readonly Outage[] | undefined,
  formatTime: FormatTime,
): string {
  return (passed ?? []).map((one) => `; ${describePassedOutage(one, formatTime)}`).join('');
}
