import { LedgerError } from '../errors.ts';
import type { Effect, InvalidEffect, Repeat } from '../routing/translate.ts';

/**
 * Whose turn it is among what the routes say on one announcement: of one route nothing is sent before what stands above it, and
 * no route waits for another.
 *
 * What two routes ask for alike is sent once, and each of them waits for it in its own order.
 */
export class RouteOrder {
  /** What AutoSys has not taken yet, by its route; the key is that of its row. */
  readonly #open: { readonly route: string; readonly key: string }[] = [];
  /** Rows of these effects, by what names the effect. */
  readonly #openByEffect = new Map<string, string>();
  readonly #halted = new Set<string>();
  readonly #haltedEffects = new Set<string>();

  /** Whether its route goes as far as this on this delivery. */
  reaches(effect: Effect | Repeat | InvalidEffect): boolean {
    if (!this.#halted.has(effect.route)) return true;
    if (effect.kind === 'effect') this.#haltedEffects.add(effect.key);
    return false;
  }

  /** Keys of what stands above in its route and is still to be sent. */
  above({ route }: Effect | InvalidEffect): readonly string[] {
    return this.#open.filter((one) => one.route === route).map(({ key }) => key);
  }

  /** AutoSys has not taken it, or it is parked: what stands below it in its route waits for this row. */
  wait(effect: Effect | InvalidEffect, key: string): void {
    this.#open.push({ route: effect.route, key });
    if (effect.kind === 'effect') this.#openByEffect.set(effect.key, key);
  }

  /** The message comes again, with all that the route says from here on. A row that nobody can read keeps nobody. */
  fail(effect: Effect | InvalidEffect, failure: unknown): void {
    if (failure instanceof LedgerError && failure.row !== undefined) return;
    this.#halted.add(effect.route);
    if (effect.kind === 'effect') this.#haltedEffects.add(effect.key);
  }

  /** Another route has asked for the very same: to this one happens what happened to that. */
  repeat({ route, key }: Repeat): void {
    const open = this.#openByEffect.get(key);
    if (open !== undefined) this.#open.push({ route, key: open });
    if (this.#haltedEffects.has(key)) this.#halted.add(route);
  }
}
