import { isTimezone } from '../../autosys/wall-clock.ts';
import { type DateText, dateTokens } from './date-text.ts';

const example = `\${date:Europe/Zurich:yyyyMMdd}`;
const exampleWithCutoff = `\${date:Europe/Zurich:yyyyMMdd:18:00}`;

/**
 * Reads timezone, format and cutoff of a date.
 *
 * @param parts the texts between colons after `date`
 * @returns the date, or the problem with it
 */
export function readDateText(parts: readonly string[]): DateText | string {
  const [timezone = '', format = '', ...time] = parts;
  const cutoff = time.join(':');
  if (!isTimezone(timezone)) {
    return `date: unknown timezone ${JSON.stringify(timezone)}, allowed: an IANA name, as in ${example}`;
  }
  if (format.search(dateTokens) === -1 || !/^[-._]*$/.test(format.replace(dateTokens, ''))) {
    return `date: found the format ${JSON.stringify(format)}, allowed: yyyy, MM, dd, HH, mm and - . _, as in ${example}`;
  }
  if (time.length === 0) return { timezone, format };
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(cutoff)) {
    return `date: found the cutoff ${JSON.stringify(cutoff)}, allowed: a time from 00:00 to 23:59, as in ${exampleWithCutoff}`;
  }
  if (/HH|mm/.test(format)) {
    return `date: found the format ${JSON.stringify(format)} with a cutoff, allowed: yyyy, MM and dd, because a business day has no hour; remove HH and mm, or the cutoff`;
  }
  return { timezone, format, cutoff };
}
