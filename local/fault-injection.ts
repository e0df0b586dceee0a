import type { Random } from './random.ts';

/** Faults of a queue, for tests. Chances are from 0 to 1. */
export interface FaultInjection {
  readonly random: Random;
  /** The chance that a message is delivered twice, under the same id, as standard queues may do. */
  readonly duplicate: number;
  /** Whether messages arrive in random order instead of the order in which they were sent. */
  readonly shuffle: boolean;
}

/** The items in random order. */
export function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
