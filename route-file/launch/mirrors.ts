import { describeMirror } from '../../lambda/routing/mirror.ts';
import { defaultCanaryGlobal, type InstanceConfig } from '../../lambda/routing/routes.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import type { RouteAtPath } from '../conflicts.ts';
import type { Faults } from '../faults.ts';
import { canMeet, toTextTokens } from '../name-tokens.ts';
import { findTargetUses } from '../targets.ts';

/**
 * Refuses mirrors that something else sets as well: another target, a route, or the canary.
 *
 * Any caller may start a target from any instance, so the instance of a route makes no difference.
 */
export function refuseSharedMirrors(
  targets: readonly LaunchTarget[],
  {
    placed,
    instances,
  }: { readonly placed: readonly RouteAtPath[]; readonly instances: readonly InstanceConfig[] },
  faults: Faults,
): void {
  const mirrored = targets.flatMap(({ name, mirror }) => (mirror ? [{ name, mirror }] : []));
  if (mirrored.length === 0) return;
  const uses = placed.flatMap(findTargetUses);
  const first = new Map<string, string>();
  for (const { name, mirror } of mirrored) {
    const path = ['targets', name, 'mirror', mirror.kind];
    const text = describeMirror(mirror);
    const other = first.get(text);
    if (other !== undefined) {
      faults.at(path, `mirror: target ${other} has ${text} too; use another name`);
    }
    first.set(text, other ?? name);
    const tokens = toTextTokens(mirror.name);
    const route = uses.find(
      ({ property, pattern }) =>
        property === (mirror.kind === 'global' ? 'value' : 'status') &&
        canMeet(tokens, pattern.tokens),
    )?.placed.route;
    if (route) {
      faults.at(path, `mirror: route ${route.name} can set ${text} too; use another name`);
    }
    const owner = instances.find(
      ({ canaryGlobal = defaultCanaryGlobal }) =>
        mirror.kind === 'global' && canaryGlobal === mirror.name,
    );
    if (owner) {
      faults.at(
        path,
        `mirror: ${text} is the scratch variable of instance ${owner.name}, which the canary sets to the current time; use another name`,
      );
    }
  }
}
