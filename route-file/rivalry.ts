import type { Route } from '../lambda/routing/routes.ts';
import type { WorkloadStatus } from '../lambda/workload/workload.ts';
import { type CommonEvents, compareOrigins } from './common-events.ts';
import type { Path } from './faults.ts';
import { canDiffer, toWorkloads } from './workloads.ts';

/** A route with its place in the file. */
export interface RouteAtPath {
  readonly route: Route;
  readonly path: Path;
}

/** One thing that a route brings a target to on one status. */
export interface Setting {
  readonly placed: RouteAtPath;
  readonly status: WorkloadStatus;
  readonly value: string;
}

/**
 * How two routes stand to each other on one target.
 *
 * - `fight`: they hear the same and say different things; `perhaps`: they may
 * - `repetition`: they hear the same and say the same
 * - `turns`: they hear different runs of one workload, such as a version and another, or a whole and its children
 * - `peace`: what they both hear they say of different statuses, or say alike; or the file says `combine`; or they hear
 *   different workloads, which `checkSharedTargets` looks at
 */
export interface Conflict {
  readonly kind: 'fight' | 'perhaps' | 'repetition' | 'turns' | 'peace';
  readonly weight: number;
  readonly first: RouteAtPath;
  readonly second: RouteAtPath;
  readonly statuses: readonly WorkloadStatus[];
}

const weights = { fight: 0, perhaps: 1, repetition: 2, turns: 3, peace: 4 } as const;

/** Of all who set a target before, the one that stands worst to another; `undefined` where there is none. */
export function findWorst(all: readonly (readonly Setting[])[], mine: readonly Setting[]) {
  let worst: Conflict | undefined;
  for (const theirs of all) {
    // Thousands of routes may write one target: most are told apart by their names alone.
    if (areNamedApart(theirs, mine)) continue;
    const rivalry = compare(theirs, mine);
    if (worst === undefined || rivalry.weight < worst.weight) worst = rivalry;
  }
  return worst;
}

function areNamedApart([theirs]: readonly Setting[], [mine]: readonly Setting[]): boolean {
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

/** Whether the run that began last decides, whatever its workload. */
export function isCombined({ route }: RouteAtPath): boolean {
  return route.combine !== undefined;
}

function compare(theirs: readonly Setting[], mine: readonly Setting[]): Conflict {
  const [first, second] = [theirs[0]?.placed, mine[0]?.placed];
  if (first === undefined || second === undefined) throw new Error('a route without a setting');
  const shared = mine.filter(({ status }) => theirs.some((other) => other.status === status));
  const fought = shared.filter(({ status, value }) =>
    theirs.some((other) => other.status === status && other.value !== value),
  );
  const common = compareOrigins(first.route.from, second.route.from);
  const kind = toKind(common, {
    hasShared: shared.length > 0,
    hasFought: fought.length > 0,
    isSameOrigin: JSON.stringify(first.route.from) === JSON.stringify(second.route.from),
    takeTurns:
      common === 'none' && ![first, second].every(isCombined) && areOneWorkload(first, second),
  });
  const statuses = [...new Set((fought.length > 0 ? fought : shared).map(({ status }) => status))];
  return { kind, weight: weights[kind], first, second, statuses };
}

function toKind(
  common: CommonEvents,
  facts: {
    readonly hasShared: boolean;
    readonly hasFought: boolean;
    readonly isSameOrigin: boolean;
    readonly takeTurns: boolean;
  },
): Conflict['kind'] {
  if (common === 'none') return facts.takeTurns ? 'turns' : 'peace';
  if (facts.hasFought) return common === 'all' ? 'fight' : 'perhaps';
  return facts.hasShared && facts.isSameOrigin ? 'repetition' : 'peace';
}
