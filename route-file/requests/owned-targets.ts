import { toTrait } from '../../autosys/event.ts';
import { describeMirror } from '../../lambda/routing/mirror.ts';
import { defaultCanaryGlobal, type InstanceConfig } from '../../lambda/routing/routes.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import type { WorkloadStatus } from '../../lambda/workload/workload.ts';
import type { RouteAtPath } from '../conflicts.ts';
import type { Faults } from '../faults.ts';
import { toNamePattern } from '../name-pattern.ts';
import { type NameToken, toTextTokens } from '../name-tokens.ts';
import { findTargetUses } from '../targets.ts';
import { printTemplate } from '../template-print.ts';

/** What the file itself changes in AutoSys, and which no request may change. */
export interface OwnedTarget {
  /** As in `RequestChange`. */
  readonly property: string;
  readonly tokens: readonly NameToken[];
  /** AutoSys instance. @default - any: a target may be started from each instance */
  readonly instance?: string;
  /** For messages: `route settlement (line 12) sets AWS_SETTLEMENT`. */
  readonly text: string;
}

/** Everything that the routes, the mirrors of targets and the canary change, in this order. */
export function findOwnedTargets(
  {
    placed,
    targets,
    instances,
  }: {
    readonly placed: readonly RouteAtPath[];
    readonly targets: readonly LaunchTarget[];
    readonly instances: readonly InstanceConfig[];
  },
  faults: Faults,
): readonly OwnedTarget[] {
  return [
    ...placed.flatMap((one) => ofRoute(one, faults)),
    ...targets.flatMap(ofMirror),
    ...instances.map(({ name, canaryGlobal = defaultCanaryGlobal }) => ({
      property: 'value',
      tokens: toTextTokens(canaryGlobal),
      instance: name,
      text: `the canary sets ${canaryGlobal}, its scratch variable`,
    })),
  ];
}

function ofRoute(placed: RouteAtPath, faults: Faults): readonly OwnedTarget[] {
  const { route, path } = placed;
  const name = `route ${route.name} (line ${faults.lineOf([...path, 'name'])})`;
  const sets = findTargetUses(placed).map(({ property, pattern, text }) => ({
    property,
    tokens: pattern.tokens,
    instance: route.to,
    text: `${name} sets ${text}`,
  }));
  return [
    ...sets,
    ...findStarts(placed).map((start) => ({ ...start, text: `${name} ${start.text}` })),
  ];
}

function findStarts({ route }: RouteAtPath): readonly OwnedTarget[] {
  return Object.entries(route.actions).flatMap(([status, events]) =>
    events.flatMap(({ kind, fields: { job } }) =>
      toTrait(kind).starts && job
        ? [
            {
              property: 'status',
              tokens: toNamePattern(job, route, status as WorkloadStatus).tokens,
              instance: route.to,
              text: `starts job ${printTemplate(job)}`,
            },
          ]
        : [],
    ),
  );
}

function ofMirror({ name, mirror }: LaunchTarget): readonly OwnedTarget[] {
  if (mirror === undefined) return [];
  return [
    {
      property: mirror.kind === 'global' ? 'value' : 'status',
      tokens: toTextTokens(mirror.name),
      text: `target ${name} has the mirror ${describeMirror(mirror)}`,
    },
  ];
}
