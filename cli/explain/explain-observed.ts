import { type AnyRoute, isRoute } from '../../lambda/routing/routes.ts';
import type { Effect, InvalidEffect, Repeat } from '../../lambda/routing/translate.ts';
import { nameOldReaction } from '../describe-route.ts';

/** What the old reaction of an observed effect is; `undefined` if its route is live. */
export function findObserved(
  { route, to }: Effect | InvalidEffect | Repeat,
  matchedBy: readonly AnyRoute[],
): string | undefined {
  const found = matchedBy.filter(isRoute).find((one) => one.name === route && one.to === to);
  return found?.observe && nameOldReaction(found.observe);
}
