import type { Group } from '../../lambda/routing/groups.ts';
import type { RequestEntry } from '../../lambda/routing/requests.ts';
import type { InstanceConfig } from '../../lambda/routing/routes.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import type { RouteAtPath } from '../conflicts.ts';
import type { Faults } from '../faults.ts';
import { isMapping } from '../located.ts';
import { compileRequests } from './compile-requests.ts';
import { refuseOwnedTargets, warnOfSharedRequests } from './conflicts.ts';
import { findOwnedTargets } from './owned-targets.ts';

/** Compiles what AWS processes may ask of AutoSys, and compares it with the rest of the file. */
export function compileFileRequests(
  file: Readonly<Record<string, unknown>>,
  compiled: {
    readonly placed: readonly RouteAtPath[];
    readonly groups: readonly Group[];
    readonly targets: readonly LaunchTarget[];
    readonly instances: readonly InstanceConfig[];
  },
  findings: { readonly faults: Faults; readonly warnings: Faults },
): readonly RequestEntry[] {
  const names = isMapping(file['instances']) ? Object.keys(file['instances']) : [];
  const entries = compileRequests(file['requests'], names, findings);
  if (entries.length === 0) return entries;
  refuseOwnedTargets(entries, findOwnedTargets(compiled, findings.faults), findings.faults);
  warnOfSharedRequests(entries, findings.warnings);
  return entries;
}
