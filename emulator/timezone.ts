import type { Statement } from '../autosys/jil/index.ts';
import type { Job } from '../autosys/job.ts';
import type { Problem } from '../autosys/source.ts';
import { findTimezone } from '../autosys/wall-clock.ts';

/**
 * The job with a timezone that the platform can reckon in, or without one: then the instance's counts.
 *
 * The attribute stays as written, for `autorep -q` and for the next update.
 */
export function withKnownTimezone({ timezone, ...job }: Job): Job {
  const known = timezone === undefined ? undefined : findTimezone(timezone);
  return known === undefined ? job : { ...job, timezone: known };
}

/**
 * Says which timezones of the statements are none that the platform knows, and what becomes of their jobs.
 *
 * That is no fault of the JIL: a site gives its AutoSys names of its own, such as `Chicago` (product knowledge: the command `autotimezone`).
 *
 * @param instead the instance's timezone
 */
export function findUnknownTimezones(
  statements: readonly Statement[],
  instead: string,
): readonly Problem[] {
  return statements.flatMap(({ subcommand, object, attributes }) => {
    const given = attributes.findLast(({ name }) => name === 'timezone');
    const defines = subcommand === 'insert_job' || subcommand === 'update_job';
    if (!defines || !given?.value || findTimezone(given.value) !== undefined) return [];
    const found = JSON.stringify(given.value.slice(0, 80));
    const message = `timezone: expected an IANA name such as America/Chicago, found ${found}, which only a site's own AutoSys may know; ${object} runs by the clock of ${instead} here`;
    return [{ ...given.valueSpan, message }];
  });
}
