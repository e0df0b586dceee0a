import * as z from 'zod';
import { leaf, say } from './shapes.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration of the file in milliseconds, or `undefined` where the text is none. */
export function readDuration(text: string): number | undefined {
  const { count, unit } = /^(?<count>\d{1,6})(?<unit>ms|s|m|h|d)$/.exec(text)?.groups ?? {};
  return isUnit(unit) ? Number(count) * unitMs[unit] : undefined;
}

function isUnit(text: string | undefined): text is keyof typeof unitMs {
  return text !== undefined && Object.hasOwn(unitMs, text);
}

interface DurationRule {
  readonly what: string;
  /** As in the file: `1h`. */
  readonly least: string;
  readonly most: string;
  /** Examples, for the message. */
  readonly such: string;
  readonly description: string;
  /** A word that stands for no time at all. @default - there is none */
  readonly or?: 'never';
}

/** A duration within its limits. */
export function duration({ what, least, most, such, description, or }: DurationRule) {
  const allowed = `${or === undefined ? '' : `${or}, or `}from ${least} to ${most}, such as ${such}`;
  const [leastMs = 0, mostMs = 0] = [least, most].map(readDuration);
  const check = (text: string) => {
    const ms = readDuration(text);
    const lawful = text === or || (ms !== undefined && ms >= leastMs && ms <= mostMs);
    return lawful ? undefined : say(what, text, allowed);
  };
  const units = Object.keys(unitMs).join('|');
  return leaf({ what, allowed, description, check }).meta({
    pattern: `^${or === undefined ? '' : `${or}$|^`}[0-9]+(${units})$`,
  });
}

interface WholeNumberRule {
  readonly what: string;
  readonly least: number;
  readonly most: number;
  readonly description: string;
}

/** A whole number within its limits. */
export function wholeNumberShape({ what, least, most, description }: WholeNumberRule) {
  const error = ({ input }: { readonly input?: unknown }) => {
    const found = typeof input === 'number' ? String(input) : input;
    return say(what, found, `a whole number from ${least} to ${most}`);
  };
  return z.int({ error }).min(least, { error }).max(most, { error }).meta({ description });
}
