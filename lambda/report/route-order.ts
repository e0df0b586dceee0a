import { LedgerError } from '../errors.ts';
import type { Effect, InvalidEffect, Repeat } from '../routing/translate.ts';

/**
 * Route order of the effects of one event. Within a route, an effect is sent after the effects
 * before it on the same instance. No route waits for another, and no instance for another.
 *
 * An effect that two routes request is sent once. Later effects of both routes wait for it.
 */
export class RouteOrder {
  /** Row keys of effects that AutoSys has not accepted yet, with route and instance. */
  readonly #pending: { readonly route: string; readonly key: string }[] = [];
  /** Row keys of pending effects by effect key. */
  readonly #pendingByEffect = new Map<string, string>();
  readonly #stoppedRoutes = new Set<string>();
  /** Effect keys that were not processed because of a failure. */
  readonly #stoppedEffects = new Set<string>();

  /** Whether the effect may be processed. False if its route stopped at an earlier effect. */
  mayProceed(effect: Effect | Repeat | InvalidEffect): boolean {
    if (!this.#stoppedRoutes.has(toSequence(effect))) return true;
    if (effect.kind === 'effect') this.#stoppedEffects.add(effect.key);
    return false;
  }

  /** Row keys of pending effects before this one in its route. */
  pendingBefore(effect: Effect | InvalidEffect): readonly string[] {
    const route = toSequence(effect);
    return this.#pending.filter((one) => one.route === route).map(({ key }) => key);
  }

  /**
   * Adds an effect that AutoSys has not accepted or that is parked. Later effects of its route wait
   * for it.
   *
   * @param key row key of the effect
   */
  addPending(effect: Effect | InvalidEffect, key: string): void {
    this.#pending.push({ route: toSequence(effect), key });
    if (effect.kind === 'effect') this.#pendingByEffect.set(effect.key, key);
  }

  /**
   * Adds a failure, which stops the route. SQS redelivers the message, so the rest of the route is
   * retried then. A row that cannot be parsed does not stop the route.
   */
  addFailure(effect: Effect | InvalidEffect, failure: unknown): void {
    if (failure instanceof LedgerError && failure.row !== undefined) return;
    this.#stoppedRoutes.add(toSequence(effect));
    if (effect.kind === 'effect') this.#stoppedEffects.add(effect.key);
  }

  /**
   * Adds an effect that an earlier route requested too. It is pending or stopped as in that route.
   */
  addRepeat(repeat: Repeat): void {
    const { key } = repeat;
    const route = toSequence(repeat);
    const pending = this.#pendingByEffect.get(key);
    if (pending !== undefined) this.#pending.push({ route, key: pending });
    if (this.#stoppedEffects.has(key)) this.#stoppedRoutes.add(route);
  }
}

/** Route and instance: the effects that are sent in order. */
function toSequence({ route, to }: Effect | Repeat | InvalidEffect): string {
  return `${to} ${route}`;
}
