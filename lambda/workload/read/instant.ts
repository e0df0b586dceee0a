import { InvalidEventError } from '../../errors.ts';

/** Earliest allowed instant. Step Functions and AWS Batch were released in December 2016. */
const earliestMs = Date.UTC(2015, 0, 1);

/**
 * How far an instant may be ahead of the bridge's clock. One day covers a slow clock and a wrong
 * timezone.
 */
const aheadMs = 24 * 3_600_000;

const isoText = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A field of an event that holds an instant, and the time of reading. */
export interface InstantField {
  /** Dotted path, such as `detail.startDate`. */
  readonly path: string;
  readonly now: Date;
}

/**
 * Parses an instant of `detail`: whole epoch milliseconds, also as digits, or ISO 8601 text with a
 * timezone.
 *
 * AWS sends numbers (recordings). Its documentation and emulators have ISO 8601 text.
 *
 * @returns `undefined` for a field that is absent or null
 * @throws {InvalidEventError} for any other value, and for an instant before 2015 or more than a
 *   day ahead
 */
export function parseInstant(value: unknown, field: InstantField): Date | undefined {
  if (value === null || value === undefined) return undefined;
  const { path } = field;
  if (typeof value !== 'number' && typeof value !== 'string') {
    throw new InvalidEventError({ path, expected: 'a number or a text', found: toType(value) });
  }
  const expected = 'epoch milliseconds or ISO 8601';
  if (typeof value === 'number') return parseMilliseconds(value, expected, field);
  if (/^-?\d{1,20}$/.test(value)) return parseMilliseconds(Number(value), expected, field);
  return parseText(value, expected, field);
}

/**
 * Parses the time of the envelope: ISO 8601 text with a timezone.
 *
 * @throws {InvalidEventError} as {@link parseInstant}
 */
export function parseIsoInstant(value: string, field: InstantField): Date {
  return parseText(value, 'ISO 8601', field);
}

function parseMilliseconds(ms: number, expected: string, field: InstantField): Date {
  if (!Number.isInteger(ms)) {
    const { path } = field;
    throw new InvalidEventError({ path, expected: `${expected}, a whole number`, found: `${ms}` });
  }
  const seconds = isPlausible(ms * 1_000, field.now) ? ', which is plausible as seconds only' : '';
  return toPlausible(ms, { expected, found: `${ms}${seconds}` }, field);
}

function parseText(text: string, expected: string, field: InstantField): Date {
  const { path } = field;
  const ms = isoText.test(text) ? Date.parse(text) : Number.NaN;
  // Any other text may be a secret, so it is not shown.
  if (Number.isNaN(ms)) throw new InvalidEventError({ path, expected, found: 'another text' });
  return toPlausible(ms, { expected, found: text }, field);
}

function toPlausible(
  ms: number,
  { expected, found }: { readonly expected: string; readonly found: string },
  { path, now }: InstantField,
): Date {
  if (isPlausible(ms, now)) return new Date(ms);
  const latest = new Date(now.getTime() + aheadMs).toISOString();
  const allowed = `${expected} from ${new Date(earliestMs).toISOString()} to ${latest}`;
  throw new InvalidEventError({ path, expected: `${allowed}, a day from now`, found });
}

function isPlausible(ms: number, now: Date): boolean {
  return ms >= earliestMs && ms <= now.getTime() + aheadMs;
}

/** The type of a value, for a message that must not show the value. */
export function toType(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
