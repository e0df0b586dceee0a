import { toLocal } from './local-time.ts';

/** `MM/DD/YYYY HH:MM:SS` on a clock on the wall there, as autorep prints it (AutoSys 11.3.6 reference, documented). */
export function toTimestamp(at: Date, timezone: string): string {
  const { year, month, day, minute } = toLocal(at, timezone);
  const date = [two(month), two(day), String(year).padStart(4, '0')].join('/');
  return `${date} ${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(at.getUTCSeconds())}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
