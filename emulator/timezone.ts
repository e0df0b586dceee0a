import type { Statement } from '../autosys/jil/index.ts';
import type { Job } from '../autosys/job.ts';
import type { Problem } from '../autosys/source.ts';
import { findTimezone } from '../autosys/wall-clock.ts';

/**
 * The job with a timezone that the platform supports, or without one; then the instance's timezone
 * applies.
 *
 * The attribute stays as written, for `autorep -q` and for the next update.
 */
export function withKnownTimezone({ timezone, ...job }: Job): Job {
  const known = timezone === undefined ? undefined : findTimezone(timezone);
  return known === undefined ? job : { ...job, timezone: known };
}

/**
 * Reports the timezones in the statements that the platform does not know, and the timezone that
 * applies instead.
 *
 * This is not an error in the JIL: a site gives its AutoSys names of its own, such as `Chicago`
 * (product knowledge: the command `autotimezone`).
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
    const message = `timezone: expected an IANA name such as America/Chicago, found ${found}, which may be defined only in a site's own AutoSys; ${object} uses the timezone ${instead} here`;
    return [{ ...given.valueSpan, message }];
  });
}
