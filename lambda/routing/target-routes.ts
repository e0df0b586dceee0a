import type { WorkloadStatus } from '../workload/workload.ts';
import { toGroupRoutes } from './groups.ts';
import type { AnyRoute, BridgeConfig, GroupRoute, Route, TargetRoute } from './routes.ts';
import type { LaunchTarget } from './targets.ts';

/**
 * Everything that events are matched with: the routes of the file, then its launch targets, then its
 * groups.
 */
export function toMatchedRoutes({
  routes,
  targets,
  groups = [],
}: Pick<BridgeConfig, 'routes' | 'targets' | 'groups'>): readonly AnyRoute[] {
  return [...routes, ...toTargetRoutes(targets), ...toGroupRoutes(groups)];
}

/**
 * What events of other accounts and Regions are matched with: the routes and groups. A launch target
 * is in the account and Region of the bridge.
 */
export function toSourceRoutes({
  routes,
  groups = [],
}: Pick<BridgeConfig, 'routes' | 'groups'>): readonly (Route | GroupRoute)[] {
  return [...routes, ...toGroupRoutes(groups)];
}

/** The launch targets as events are matched with them. */
export function toTargetRoutes(targets: readonly LaunchTarget[]): readonly TargetRoute[] {
  return targets.map((target) => ({
    name: toTargetRouteName(target.name),
    target: target.name,
    ...(target.mirror && { mirrored: true as const }),
    from: target.from,
    endsWithinMs: target.endsWithinMs,
    actions: Object.fromEntries(toStatuses(target).map((status) => [status, []])),
  }));
}

/** Name of a launch target in the rows of its runs. No route has it, because of the colon. */
export function toTargetRouteName(target: string): string {
  return `target:${target}`;
}

/** Statuses that the run's row records. */
function toStatuses(target: LaunchTarget): readonly WorkloadStatus[] {
  if (target.kind === 'execution') {
    return ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
  }
  // A job with dependencies is PENDING until they end. An array parent never runs: it goes from
  // PENDING to its end (Batch user guide, documented).
  const isPendingFirst = target.arraySize !== undefined || target.dependsOn.length > 0;
  return [
    ...(isPendingFirst ? (['PENDING'] as const) : []),
    'RUNNABLE',
    'STARTING',
    'RUNNING',
    'SUCCEEDED',
    'FAILED',
  ];
}
