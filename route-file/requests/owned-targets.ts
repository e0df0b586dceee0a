import { toTrait } from '../../autosys/event.ts';
import type { Group } from '../../lambda/routing/groups.ts';
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
  /** The known text at the beginning of the names. */
  readonly head: string;
  /** AutoSys instance. @default - any: a target may be started from each instance */
  readonly instance?: string;
  /** For messages: `route settlement (line 12) sets AWS_SETTLEMENT`. */
  readonly describe: () => string;
}

/**
 * Everything that the routes, the groups, the mirrors of targets and the canary change, in this
 * order.
 */
export function findOwnedTargets(
  {
    placed,
    groups = [],
    targets,
    instances,
  }: {
    readonly placed: readonly RouteAtPath[];
    /** @default - empty */
    readonly groups?: readonly Group[];
    readonly targets: readonly LaunchTarget[];
    readonly instances: readonly InstanceConfig[];
  },
  faults: Faults,
): readonly OwnedTarget[] {
  return [
    ...placed.flatMap((one) => ofRoute(one, faults)),
    ...groups.flatMap(ofGroup),
    ...targets.flatMap(ofMirror),
    ...instances.map(({ name, canaryGlobal = defaultCanaryGlobal }) => ({
      property: 'value',
      ...toKnownName(canaryGlobal),
      instance: name,
      describe: () => `the canary sets ${canaryGlobal}, its scratch variable`,
    })),
  ];
}

function toKnownName(name: string): Pick<OwnedTarget, 'tokens' | 'head'> {
  return { tokens: toTextTokens(name), head: name };
}

function ofRoute(placed: RouteAtPath, faults: Faults): readonly OwnedTarget[] {
  const { route, path } = placed;
  const toText = (what: string) => () =>
    `route ${route.name} (line ${faults.lineOf([...path, 'name'])}) ${what}`;
  const sets = findTargetUses(placed).map(({ property, pattern, text }) => ({
    property,
    tokens: pattern.tokens,
    head: pattern.head,
    instance: route.to,
    describe: toText(`sets ${text}`),
  }));
  const starts = findStarts(placed).map(({ job, pattern: { tokens, head } }) => ({
    property: 'status',
    tokens,
    head,
    instance: route.to,
    describe: toText(`starts job ${job}`),
  }));
  return [...sets, ...starts];
}

function ofGroup({ name, to, actions }: Group): readonly OwnedTarget[] {
  const uses = Object.values(actions)
    .flat()
    .flatMap(({ kind, fields }) => {
      const { sets, starts } = toTrait(kind);
      const target = printTemplate(fields[sets === 'value' ? 'globalVariable' : 'job'] ?? []);
      if (sets === undefined && !starts) return [];
      const property = sets ?? 'status';
      const what = sets === undefined ? `starts job ${target}` : describeSetting(sets, target);
      return [{ property, target, what }];
    });
  return [...new Map(uses.map((use) => [use.what, use])).values()].flatMap(
    ({ property, target, what }) =>
      to.map((instance) => ({
        property,
        ...toKnownName(target),
        instance,
        describe: () => `group ${name} ${what}`,
      })),
  );
}

function describeSetting(property: string, target: string): string {
  return property === 'value' ? `sets ${target}` : `sets the ${property} of job ${target}`;
}

/** The jobs that a route starts. */
function findStarts({ route }: RouteAtPath) {
  return Object.entries(route.actions).flatMap(([status, events]) =>
    events.flatMap(({ kind, fields: { job } }) =>
      toTrait(kind).starts && job
        ? [
            {
              job: printTemplate(job),
              pattern: toNamePattern(job, route, status as WorkloadStatus),
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
      ...toKnownName(mirror.name),
      describe: () => `target ${name} has the mirror ${describeMirror(mirror)}`,
    },
  ];
}
