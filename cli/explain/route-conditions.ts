import type { Route, TargetRoute } from '../../lambda/routing/routes.ts';
import { judgeWhen, type When } from '../../lambda/routing/when.ts';
import type { WorkloadEvent } from '../../lambda/workload/workload.ts';

/** Names of the routes that are chosen. A route to several instances has one name. */
export function findRouteNames(
  matching: readonly (Route | TargetRoute)[],
  isChosen: (route: Route) => boolean,
): readonly string[] {
  const names = matching.flatMap((route) =>
    !('target' in route) && isChosen(route) ? [route.name] : [],
  );
  return [...new Set(names)];
}

/** Whether a route would act on the status of an event, and its condition does not hold. */
export function isUnmet(
  when: When | undefined,
  actions: Route['actions'],
  event: WorkloadEvent,
): boolean {
  if (when === undefined || !actions[event.status]?.length) return false;
  return judgeWhen(when, event).kind === 'fails';
}
