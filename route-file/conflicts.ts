import type { Route } from '../lambda/routing/routes.ts';
import type { WorkloadStatus } from '../lambda/workload/workload.ts';
import { type CommonEvents, compareOrigins } from './common-events.ts';
import { areExclusive } from './exclusive-conditions.ts';
import type { Path } from './faults.ts';
import { canDiffer, toWorkloads } from './workloads.ts';

/** A route with its path in the file. */
export interface RouteAtPath {
  readonly route: Route;
  readonly path: Path;
}

/** The value that a route sets a target to on one status. */
export interface Setting {
  readonly placed: RouteAtPath;
  readonly status: WorkloadStatus;
  readonly value: string;
}

/**
 * How two routes conflict on one target.
 *
 * - `contradiction`: they match the same events and set different values
 * - `possibleContradiction`: they may match the same events and set different values
 * - `repetition`: they match the same events and set the same value
 * - `otherRuns`: they match different runs of one workload, such as two versions, or a run and its
 *   children
 * - `none`: they set the target on different statuses, to the same value, or with `combine`; or
 *   they match different workloads, which `checkSharedTargets` checks
 */
export interface Conflict {
  readonly kind: 'contradiction' | 'possibleContradiction' | 'repetition' | 'otherRuns' | 'none';
  readonly weight: number;
  readonly first: RouteAtPath;
  readonly second: RouteAtPath;
  readonly statuses: readonly WorkloadStatus[];
}

const weights = {
  contradiction: 0,
  possibleContradiction: 1,
  repetition: 2,
  otherRuns: 3,
  none: 4,
} as const;

/**
 * Finds the most serious conflict of a route with the routes that set the same target before it.
 * Returns `undefined` if there are none.
 */
export function findWorstConflict(all: readonly (readonly Setting[])[], mine: readonly Setting[]) {
  let worst: Conflict | undefined;
  for (const theirs of all) {
    // Thousands of routes may set one target. Most pairs have different names and need no full
    // comparison.
    if (haveDifferentNames(theirs, mine)) continue;
    const conflict = compare(theirs, mine);
    if (worst === undefined || conflict.weight < worst.weight) worst = conflict;
  }
  return worst;
}

function haveDifferentNames([theirs]: readonly Setting[], [mine]: readonly Setting[]): boolean {
  const [one, other] = [theirs?.placed.route.from, mine?.placed.route.from];
  return (
    one?.kind === 'execution' &&
    other?.kind === 'execution' &&
    one.stateMachine.by === 'name' &&
    other.stateMachine.by === 'name' &&
    one.stateMachine.text !== other.stateMachine.text
  );
}

function areOneWorkload(one: RouteAtPath, other: RouteAtPath): boolean {
  const [mine, theirs] = [toWorkloads(one.route.from), toWorkloads(other.route.from)];
  return !canDiffer(mine, theirs, new Set());
}

/** True if the route has `combine`: the run that began last decides, whatever its workload. */
export function isCombined({ route }: RouteAtPath): boolean {
  return route.combine !== undefined;
}

function compare(theirs: readonly Setting[], mine: readonly Setting[]): Conflict {
  const [first, second] = [theirs[0]?.placed, mine[0]?.placed];
  if (first === undefined || second === undefined) throw new Error('a route has no setting');
  const shared = mine.filter(({ status }) => theirs.some((other) => other.status === status));
  const different = shared.filter(({ status, value }) =>
    theirs.some((other) => other.status === status && other.value !== value),
  );
  const common = areExclusive(first.route.when, second.route.when)
    ? 'none'
    : compareOrigins(first.route.from, second.route.from);
  const [when, otherWhen] = [first, second].map(({ route }) => route.when?.text);
  const kind = toKind(common, {
    hasShared: shared.length > 0,
    hasDifferentValues: different.length > 0,
    isConditional: when !== otherWhen,
    isSameOrigin: JSON.stringify(first.route.from) === JSON.stringify(second.route.from),
    isOtherRuns:
      compareOrigins(first.route.from, second.route.from) === 'none' &&
      ![first, second].every(isCombined) &&
      areOneWorkload(first, second),
  });
  const statuses = [
    ...new Set((different.length > 0 ? different : shared).map(({ status }) => status)),
  ];
  return { kind, weight: weights[kind], first, second, statuses };
}

function toKind(
  common: CommonEvents,
  facts: {
    readonly hasShared: boolean;
    readonly hasDifferentValues: boolean;
    /** True if their conditions differ, so that an event of both origins may satisfy one only. */
    readonly isConditional: boolean;
    readonly isSameOrigin: boolean;
    readonly isOtherRuns: boolean;
  },
): Conflict['kind'] {
  if (common === 'none') return facts.isOtherRuns ? 'otherRuns' : 'none';
  const isCertain = common === 'all' && !facts.isConditional;
  if (facts.hasDifferentValues) return isCertain ? 'contradiction' : 'possibleContradiction';
  return facts.hasShared && facts.isSameOrigin && isCertain ? 'repetition' : 'none';
}
