import { toLocal } from '../../autosys/wall-clock.ts';
import { toBusinessDay } from './business-day.ts';

/** How a template writes the day on which a run began: `${date:Europe/Zurich:yyyyMMdd:18:00}`. */
export interface DateText {
  /** IANA name. */
  readonly timezone: string;
  /** Text with `yyyy`, `MM`, `dd`, `HH` and `mm`. */
  readonly format: string;
  /** Local time at which a business day begins, such as `18:00`. @default - the calendar day */
  readonly cutoff?: string;
}

/** The letters of a format, each with its number. */
export const dateTokens = /yyyy|MM|dd|HH|mm/g;

/** Formats an instant in local time. With a cutoff, the date is that of the business day. */
export function formatDateText(at: Date, { timezone, format, cutoff }: DateText): string {
  const { year, month, day, minute } = toLocal(at, timezone);
  const pad = (number: number, length: number) => String(number).padStart(length, '0');
  const calendarDay = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  const name = cutoff === undefined ? calendarDay : toBusinessDay(at, { timezone, cutoff });
  const texts: Readonly<Record<string, string>> = {
    yyyy: name.slice(0, 4),
    MM: name.slice(5, 7),
    dd: name.slice(8),
    HH: pad(Math.floor(minute / 60), 2),
    mm: pad(minute % 60, 2),
  };
  return format.replace(dateTokens, (token) => texts[token] ?? token);
}
