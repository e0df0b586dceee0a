import { createTimeFormat, type TimeFormat } from '../ledger/times.ts';

/** Formats an instant for people. */
export type FormatTime = TimeFormat['short'];

/**
 * Creates the format of times in `why`: the short one, in the timezone of the instance.
 *
 * @param zone IANA name, such as `Europe/Zurich`
 */
export function createFormatTime(zone: string, now: Date): FormatTime {
  return createTimeFormat(zone, now.getTime()).short;
}
