import type { AutosysInstance } from '../../autosys/names.ts';
import type { WorkloadEvent, WorkloadStatus } from '../workload/workload.ts';
import type { BusinessDays } from './business-day.ts';
import type { EventTemplate, MatchedRoute } from './matched-route.ts';
import type { Origin } from './origin.ts';
import type { Template } from './template.ts';
import type { When } from './when.ts';

/** States of a group on a business day. `PENDING` only if the group sets it at the cutoff. */
export const groupStatuses = [
  'PENDING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
] as const satisfies readonly WorkloadStatus[];
export type GroupStatus = (typeof groupStatuses)[number];

/** Maximum members of a group on a day. Their row takes about 150 KB. */
export const maxMembers = 500;

/** Which business day a run belongs to: that of its start, or the date in a field of the run. */
export interface GroupDays extends BusinessDays {
  /** Text of the run that contains the date. @default - the start of the run decides */
  readonly field?: Template;
}

/** A group of workloads with one state per business day. `groups:` of the route file, compiled. */
export interface Group {
  /** Unique in the file, among groups. */
  readonly name: string;
  /** Workloads whose runs are members. With a list of names, one origin for each. */
  readonly members: readonly Origin[];
  /** Number of different members on a day. */
  readonly expect: number;
  /** Number of members that must succeed. */
  readonly need: number;
  readonly day: GroupDays;
  /** AutoSys instances that receive the effects, at least one. */
  readonly to: readonly AutosysInstance[];
  /** Condition on the end of a run. An end on which it does not hold counts as RUNNING. @default - none */
  readonly when?: When;
  /** Time in which a run of a member usually ends. After it, the sweep asks AWS about the run. */
  readonly endsWithinMs: number;
  /** Present if the state of the day is PENDING from the cutoff to the first start. */
  readonly atCutoff?: 'PENDING';
  /** Actions by the state of the group. */
  readonly actions: Readonly<Partial<Record<GroupStatus, readonly EventTemplate[]>>>;
}

/**
 * Members of a group as events are matched with them: the state of the group decides what is sent.
 * Its name is `group:NAME`, which no route can have.
 */
export interface GroupRoute extends MatchedRoute {
  readonly group: Group;
  readonly actions: Readonly<Partial<Record<WorkloadStatus, readonly never[]>>>;
}

/** Statuses of a member that its rules match, and that its run row records. */
const memberStatuses = {
  execution: ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
  // An array parent never runs: it goes from PENDING to its end (Batch user guide, documented).
  batchJob: ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED'],
} as const satisfies Readonly<Record<WorkloadEvent['kind'], readonly WorkloadStatus[]>>;

/** The groups as events are matched with them: one route for each origin. */
export function toGroupRoutes(groups: readonly Group[]): readonly GroupRoute[] {
  return groups.flatMap((group) =>
    group.members.map((from) => ({
      name: toGroupRouteName(group.name),
      group,
      from,
      endsWithinMs: group.endsWithinMs,
      actions: Object.fromEntries(memberStatuses[from.kind].map((status) => [status, []])),
    })),
  );
}

const routePrefix = 'group:';

/** Name of a group in run rows, entries and logs. No route has it, because of the colon. */
export function toGroupRouteName(group: string): string {
  return `${routePrefix}${group}`;
}

/** Name of the group whose state an effect sets; `undefined` for that of a route. */
export function toGroupOfRoute(route: string): string | undefined {
  return route.startsWith(routePrefix) ? route.slice(routePrefix.length) : undefined;
}
