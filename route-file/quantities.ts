import * as z from 'zod';
import { formatFault, leaf } from './shapes.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Parses a duration of the route file, such as `90m`, to milliseconds. Returns `undefined` for any
 * other text.
 */
export function readDuration(text: string): number | undefined {
  const { count, unit } = /^(?<count>\d{1,6})(?<unit>ms|s|m|h|d)$/.exec(text)?.groups ?? {};
  return isUnit(unit) ? Number(count) * unitMs[unit] : undefined;
}

function isUnit(text: string | undefined): text is keyof typeof unitMs {
  return text !== undefined && Object.hasOwn(unitMs, text);
}

interface DurationRule {
  readonly what: string;
  /** Shortest allowed duration, as written in the file: `1h`. */
  readonly min: string;
  readonly max: string;
  /** Examples for the message. */
  readonly examples: string;
  readonly description: string;
  /** A keyword that is allowed instead of a duration. @default - none */
  readonly keyword?: 'never';
}

/** The schema of a duration within its limits. */
export function duration({ what, min, max, examples, description, keyword }: DurationRule) {
  const allowed = `${keyword === undefined ? '' : `${keyword}, or `}from ${min} to ${max}, such as ${examples}`;
  const [minMs = 0, maxMs = 0] = [min, max].map(readDuration);
  const check = (text: string) => {
    const ms = readDuration(text);
    const isValid = text === keyword || (ms !== undefined && ms >= minMs && ms <= maxMs);
    return isValid ? undefined : formatFault(what, text, allowed);
  };
  const units = Object.keys(unitMs).join('|');
  return leaf({ what, allowed, description, check }).meta({
    pattern: `^${keyword === undefined ? '' : `${keyword}$|^`}[0-9]+(${units})$`,
  });
}

interface WholeNumberRule {
  readonly what: string;
  readonly min: number;
  readonly max: number;
  readonly description: string;
}

/** The schema of a whole number within its limits. */
export function wholeNumberShape({ what, min, max, description }: WholeNumberRule) {
  const error = ({ input }: { readonly input?: unknown }) => {
    const found = typeof input === 'number' ? String(input) : input;
    return formatFault(what, found, `a whole number from ${min} to ${max}`);
  };
  return z.int({ error }).min(min, { error }).max(max, { error }).meta({ description });
}
