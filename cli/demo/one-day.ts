import { type BusinessDays, toBusinessDay, toDayBegin } from '../../lambda/routing/business-day.ts';
import type { Io } from '../io.ts';
import { printLines } from '../render.ts';
import { sleep } from '../sleep.ts';

/** Longer than the example night, whose runs all belong to one business day. */
const nightMs = 60_000;
/** Longer than the time from the start of a run to its event. */
const sinceStartMs = 10_000;

/**
 * How long to wait, so that all runs of a night that begins now are on one business day. Pure.
 *
 * @returns milliseconds; 0 if no day begins meanwhile
 */
export function toDayDelayMs(days: readonly BusinessDays[], now: Date): number {
  const at = (ms: number) => new Date(now.getTime() + ms);
  const delays = days.map((one) => {
    const next = toBusinessDay(at(nightMs), one);
    if (toBusinessDay(at(-sinceStartMs), one) === next) return 0;
    return toDayBegin(next, one).getTime() + sinceStartMs - now.getTime();
  });
  return Math.max(0, ...delays);
}

/** Waits until a night that begins now has one business day in each group, and says so. */
export async function waitForOneDay(
  io: Pick<Io, 'clock' | 'stderr' | 'signal'>,
  days: readonly BusinessDays[],
): Promise<void> {
  const delayMs = toDayDelayMs(days, io.clock.now());
  if (delayMs === 0) return;
  printLines(io.stderr, [
    `a business day of a group begins now; the night is played after that, in ${Math.ceil(delayMs / 1000)} s …`,
  ]);
  await sleep(io, delayMs, io.signal);
}
