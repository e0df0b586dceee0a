import type { Group } from '../../lambda/routing/groups.ts';
import type { InstanceConfig } from '../../lambda/routing/routes.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import type { RouteAtPath } from '../conflicts.ts';
import type { Faults } from '../faults.ts';
import { isMapping } from '../located.ts';
import { findOwnedTargets } from '../requests/owned-targets.ts';
import { compileGroups } from './compile-groups.ts';
import { refuseDifferentDays, refuseSharedEffects } from './conflicts.ts';

/** Compiles the groups, and compares them with each other and with the rest of the file. */
export function compileFileGroups(
  file: Readonly<Record<string, unknown>>,
  compiled: {
    readonly placed: readonly RouteAtPath[];
    readonly targets: readonly LaunchTarget[];
    readonly instances: readonly InstanceConfig[];
  },
  findings: { readonly faults: Faults; readonly warnings: Faults },
): readonly Group[] {
  const names = isMapping(file['instances']) ? Object.keys(file['instances']) : [];
  const placed = compileGroups(file['groups'], names, findings.faults);
  if (placed.length === 0) return [];
  refuseDifferentDays(placed, findings);
  refuseSharedEffects(placed, findOwnedTargets(compiled, findings.faults), findings.faults);
  return placed.map(({ group }) => group);
}
