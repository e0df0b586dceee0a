import type { Random } from './random.ts';

/** What a queue does beyond its duty, so that tests can see who copes: chances from 0 to 1. */
export interface FaultInjection {
  readonly random: Random;
  /** The chance that a message arrives twice, under the same id, as standard queues may do. */
  readonly duplicate: number;
  /** Messages come in any order instead of the one they were sent in. */
  readonly shuffle: boolean;
}

/** The items in an order that only the numbers know. */
export function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
