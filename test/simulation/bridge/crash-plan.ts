import type { World } from '../world.ts';

/**
 * The instant of the crash, as its number among all possible instants from 1. 0 is no crash;
 * undefined is random crashes.
 */
export type CrashAt = number | undefined;

/**
 * Decides when an execution environment crashes.
 *
 * One can crash before and after everything that it awaits. These instants are counted over the
 * whole scenario, so that the scenario can be repeated with a crash at each of them.
 */
export class CrashPlan {
  /** Number of instants so far. */
  instants = 0;
  /** Probability of a crash at each instant. */
  probability = 0;
  readonly #world: World;
  readonly #crashAt: CrashAt;

  constructor(world: World, crashAt: CrashAt) {
    this.#world = world;
    this.#crashAt = crashAt;
  }

  /** Counts an instant. True when the execution environment crashes at it. */
  shouldCrash(): boolean {
    this.instants += 1;
    return this.instants === this.#crashAt || this.#world.chance(this.probability);
  }
}
