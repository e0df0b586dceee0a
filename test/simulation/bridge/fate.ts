import type { World } from '../world.ts';

/** Where a sandbox is to die: at the n-th of all instants of a night at which one can; 0 is never, absent by chance. */
export type DeathAt = number | undefined;

/**
 * Decides who dies and when.
 *
 * A sandbox can die before and after every single thing it awaits. These instants are counted over the whole night, so that
 * a night may be played again with a death at each of them in turn.
 */
export class Fate {
  /** How many instants there were so far. */
  instants = 0;
  /** The chance of dying at each of them. */
  chance = 0;
  readonly #world: World;
  readonly #deathAt: DeathAt;

  constructor(world: World, deathAt: DeathAt) {
    this.#world = world;
    this.#deathAt = deathAt;
  }

  /** Whether it ends here. */
  strikes(): boolean {
    this.instants += 1;
    return this.instants === this.#deathAt || this.#world.chance(this.chance);
  }
}
