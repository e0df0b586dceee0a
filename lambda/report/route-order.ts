import { LedgerError } from '../errors.ts';
import type { Effect, InvalidEffect, Repeat } from '../routing/translate.ts';

/**
 * Route order of the effects of one event. Within a route, an effect is sent after the effects
 * before it. No route waits for another.
 *
 * An effect that two routes request is sent once. Later effects of both routes wait for it.
 */
export class RouteOrder {
  /** Row keys of effects that AutoSys has not accepted yet, with their routes. */
  readonly #pending: { readonly route: string; readonly key: string }[] = [];
  /** Row keys of pending effects by effect key. */
  readonly #pendingByEffect = new Map<string, string>();
  readonly #stoppedRoutes = new Set<string>();
  /** Effect keys that were not processed because of a failure. */
  readonly #stoppedEffects = new Set<string>();

  /** Whether the effect may be processed. False if its route stopped at an earlier effect. */
  mayProceed(effect: Effect | Repeat | InvalidEffect): boolean {
    if (!this.#stoppedRoutes.has(effect.route)) return true;
    if (effect.kind === 'effect') this.#stoppedEffects.add(effect.key);
    return false;
  }

  /** Row keys of pending effects before this one in its route. */
  pendingBefore({ route }: Effect | InvalidEffect): readonly string[] {
    return this.#pending.filter((one) => one.route === route).map(({ key }) => key);
  }

  /**
   * Adds an effect that AutoSys has not accepted or that is parked. Later effects of its route wait
   * for it.
   *
   * @param key row key of the effect
   */
  addPending(effect: Effect | InvalidEffect, key: string): void {
    this.#pending.push({ route: effect.route, key });
    if (effect.kind === 'effect') this.#pendingByEffect.set(effect.key, key);
  }

  /**
   * Adds a failure, which stops the route. SQS redelivers the message, so the rest of the route is
   * retried then. A row that cannot be parsed does not stop the route.
   */
  addFailure(effect: Effect | InvalidEffect, failure: unknown): void {
    if (failure instanceof LedgerError && failure.row !== undefined) return;
    this.#stoppedRoutes.add(effect.route);
    if (effect.kind === 'effect') this.#stoppedEffects.add(effect.key);
  }

  /**
   * Adds an effect that an earlier route requested too. It is pending or stopped as in that route.
   */
  addRepeat({ route, key }: Repeat): void {
    const pending = this.#pendingByEffect.get(key);
    if (pending !== undefined) this.#pending.push({ route, key: pending });
    if (this.#stoppedEffects.has(key)) this.#stoppedRoutes.add(route);
  }
}
