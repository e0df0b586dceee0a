import type { LedgerSpan } from '../span/read-span.ts';
import { describeNightEffect } from './effect-marks.ts';
import type { NightObserved } from './night.ts';

/** Observed effects that a night lists; the newest ones. A page must stay short. */
const mostObserved = 500;

/** What observed routes would have sent, oldest first. Pure. */
export function toNightObserved(rows: LedgerSpan['observed']): readonly NightObserved[] {
  return rows
    .map(({ observed: { event, invalid, cause } }) => ({
      effect: event ? describeNightEffect(event) : `invalid effect: ${invalid ?? ''}`,
      route: cause.route,
      run: cause.run,
      receivedMs: cause.seenMs,
    }))
    .toSorted((one, other) => one.receivedMs - other.receivedMs)
    .slice(-mostObserved);
}
