import type { Protection } from './protections/protections.ts';
import { type Night, type Playing, simulate } from './simulate.ts';

/** Which nights are to be played. */
export interface Nights {
  readonly from: number;
  readonly count: number;
  readonly without?: Protection;
  /** Brief nights, each played again with a death at every single instant. @default false */
  readonly everyDeath?: boolean;
}

/** A night that did not hold. */
export interface Broken {
  readonly seed: number;
  readonly deathAt?: number;
  readonly violations: readonly string[];
}

/** What many nights came to. */
export interface Outcome {
  /** Seeds that were played. */
  readonly seeds: number;
  /** Nights: more than seeds where each was played with many deaths. */
  readonly nights: number;
  readonly broken: readonly Broken[];
  /** How often what happened in all of them. */
  readonly tally: Readonly<Record<string, number>>;
}

export const nothingYet: Outcome = { seeds: 0, nights: 0, broken: [], tally: {} };

/** Plays nights one after the other. */
export async function playNights({ from, count, ...kind }: Nights): Promise<Outcome> {
  let outcome = nothingYet;
  for (let seed = from; seed < from + count; seed += 1) {
    const played = kind.everyDeath ? await playDeaths(seed, kind) : await playOne(seed, kind);
    outcome = add(outcome, { ...played, seeds: 1 });
  }
  return outcome;
}

/** The same brief night once without a death, and then with one at each instant at which there can be one. */
async function playDeaths(seed: number, kind: Pick<Nights, 'without'>): Promise<Outcome> {
  const alive = await simulate(seed, { ...toPlaying(kind), deathAt: 0 });
  let outcome = toOutcome(seed, alive, 0);
  for (let deathAt = 1; deathAt <= alive.instants; deathAt += 1) {
    const night = await simulate(seed, { ...toPlaying(kind), deathAt });
    outcome = add(outcome, toOutcome(seed, night, deathAt));
  }
  return outcome;
}

async function playOne(seed: number, kind: Pick<Nights, 'without'>): Promise<Outcome> {
  return toOutcome(seed, await simulate(seed, toPlaying(kind)));
}

function toPlaying({ without }: Pick<Nights, 'without'>): Playing {
  return without === undefined ? {} : { without };
}

function toOutcome(seed: number, { violations, tally }: Night, deathAt?: number): Outcome {
  const where = { seed, ...(deathAt !== undefined && { deathAt }) };
  return {
    seeds: 0,
    nights: 1,
    broken: violations.length > 0 ? [{ ...where, violations }] : [],
    tally: Object.fromEntries(tally),
  };
}

/** Adds up two outcomes. */
export function add(one: Outcome, other: Outcome): Outcome {
  const tally: Record<string, number> = { ...one.tally };
  for (const [what, times] of Object.entries(other.tally)) tally[what] = (tally[what] ?? 0) + times;
  return {
    seeds: one.seeds + other.seeds,
    nights: one.nights + other.nights,
    broken: [...one.broken, ...other.broken],
    tally,
  };
}
