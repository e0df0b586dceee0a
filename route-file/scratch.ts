import { defaultCanaryGlobal, type InstanceConfig } from '../lambda/routing/routes.ts';
import type { RouteAtPath } from './conflicts.ts';
import type { Faults } from './faults.ts';

/**
 * Rejects routes that set the scratch variable of their instance, because the canary would
 * overwrite the value.
 */
export function refuseScratch(
  placed: readonly RouteAtPath[],
  instances: readonly InstanceConfig[],
  faults: Faults,
): void {
  const scratchByInstance = new Map(
    instances.map(({ name, canaryGlobal = defaultCanaryGlobal }) => [name, canaryGlobal]),
  );
  for (const { route, path } of placed) {
    const scratch = scratchByInstance.get(route.to);
    const events = Object.values(route.actions).flat();
    // A name with fields is known at run time only.
    const sets = events.some(({ fields: { globalVariable = [] } }) => {
      return globalVariable.length === 1 && globalVariable[0] === scratch;
    });
    if (!sets) continue;
    faults.at(
      [...path, 'name'],
      `this route sets ${scratch}, the scratch variable that the canary of ${route.to} sets to the current time; use another name, or change canaryGlobal of the instance`,
    );
  }
}
