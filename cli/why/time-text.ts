import { toLocal } from '../../autosys/wall-clock.ts';

/** Formats an instant for people. */
export type FormatTime = (at: number | Date) => string;

/**
 * Creates the format of times in `why`: local time of the instance, with the date if it is not
 * today's.
 *
 * This is the only place in `cli/why/` that formats a time.
 *
 * @param zone IANA name, such as `Europe/Zurich`
 */
export function createFormatTime(zone: string, now: Date): FormatTime {
  const today = toDateText(now, zone);
  return function formatTime(at) {
    const instant = new Date(at);
    const { minute } = toLocal(instant, zone);
    const parts = [Math.floor(minute / 60), minute % 60, instant.getUTCSeconds()];
    const time = parts.map(two).join(':');
    const date = toDateText(instant, zone);
    return date === today ? time : `${date} ${time}`;
  };
}

function toDateText(at: Date, zone: string): string {
  const { year, month, day } = toLocal(at, zone);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
