import { findGroupDay } from '../../lambda/groups/group-day.ts';
import { toMemberName } from '../../lambda/groups/group-state.ts';
import type { AnyRoute } from '../../lambda/routing/routes.ts';
import type { WorkloadEvent } from '../../lambda/workload/workload.ts';

/** A group that an event belongs to. What is sent depends on the events of the other members. */
export interface GroupDocument {
  readonly group: string;
  readonly instance: string;
  /** Account and name. */
  readonly member: string;
  /** Business day. Absent if the run belongs to none. */
  readonly day?: string;
  /** Why it belongs to no day. */
  readonly reason?: string;
  /** Number of members that must succeed, and of all members. */
  readonly need: number;
  readonly expect: number;
}

/** The groups that an event belongs to, each once. */
export function explainGroups(
  matching: readonly AnyRoute[],
  event: WorkloadEvent,
): readonly GroupDocument[] {
  const groups = new Set(matching.flatMap((one) => ('group' in one ? [one.group] : [])));
  return [...groups].map(({ name: group, to: instance, day: days, need, expect }) => {
    const found = findGroupDay(event, days);
    const member = toMemberName(event);
    const day = found.kind === 'day' ? { day: found.day } : { reason: found.reason };
    return { group, instance, member, ...day, need, expect };
  });
}

/** Formats a group of an event on one line. */
export function formatGroup({ group, day, reason, member, need, expect }: GroupDocument): string {
  return day === undefined
    ? `  not counted in group ${group}: ${reason}`
    : `  counted in group ${group} on ${day} as ${member}; it succeeds when ${need} of ${expect} have succeeded`;
}
