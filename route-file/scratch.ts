import { defaultCanaryGlobal, type InstanceConfig } from '../lambda/routing/routes.ts';
import type { Faults } from './faults.ts';
import type { RouteAtPath } from './rivalry.ts';

/** Refuses routes that set the scratch variable of their AutoSys: the canary would overwrite what they say. */
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
    const events = Object.values(route.say).flat();
    // A name with fields in it is known at night only.
    const sets = events.some(({ fields: { globalVariable = [] } }) => {
      return globalVariable.length === 1 && globalVariable[0] === scratch;
    });
    if (!sets) continue;
    faults.at(
      [...path, 'name'],
      `this route sets ${scratch}, which the canary of ${route.to} sets to the time; give one of them another name (canaryGlobal of the instance)`,
    );
  }
}
