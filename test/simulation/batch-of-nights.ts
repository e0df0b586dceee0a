import type { Protection } from './protections/protections.ts';
import { simulate } from './simulate.ts';

/** Which nights are to be played. */
export interface Nights {
  readonly from: number;
  readonly count: number;
  readonly without?: Protection;
}

/** What many nights came to. */
export interface Outcome {
  readonly nights: number;
  /** In words, with their seeds. */
  readonly broken: readonly { readonly seed: number; readonly violations: readonly string[] }[];
  /** How often what happened in all of them. */
  readonly tally: Readonly<Record<string, number>>;
  readonly instants: number;
}

export const nothingYet: Outcome = { nights: 0, broken: [], tally: {}, instants: 0 };

/** Plays nights one after the other. */
export async function playNights({ from, count, without }: Nights): Promise<Outcome> {
  let outcome = nothingYet;
  for (let seed = from; seed < from + count; seed += 1) {
    const night = await simulate(seed, without && { without });
    const { violations, tally, instants } = night;
    outcome = add(outcome, {
      nights: 1,
      broken: violations.length > 0 ? [{ seed, violations }] : [],
      tally: Object.fromEntries(tally),
      instants,
    });
  }
  return outcome;
}

/** Adds up two outcomes. */
export function add(one: Outcome, other: Outcome): Outcome {
  const tally: Record<string, number> = { ...one.tally };
  for (const [what, times] of Object.entries(other.tally)) tally[what] = (tally[what] ?? 0) + times;
  return {
    nights: one.nights + other.nights,
    broken: [...one.broken, ...other.broken],
    tally,
    instants: one.instants + other.instants,
  };
}
