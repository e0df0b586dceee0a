import { findGroupDay, toCountedEvent } from '../../lambda/groups/group-day.ts';
import { toMemberName } from '../../lambda/groups/group-state.ts';
import type { AnyRoute } from '../../lambda/routing/routes.ts';
import type { WorkloadEvent } from '../../lambda/workload/workload.ts';

/** A group that an event belongs to. What is sent depends on the events of the other members. */
export interface GroupDocument {
  readonly group: string;
  readonly instances: readonly string[];
  /** Account and name. */
  readonly member: string;
  /** Business day. Absent if the run belongs to none. */
  readonly day?: string;
  /** Why it belongs to no day. */
  readonly reason?: string;
  /** Why an end counts as RUNNING. Absent if it counts as an end. */
  readonly countsAsRunning?: string;
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
  return [...groups].map((one) => {
    const { name: group, to: instances, need, expect } = one;
    const found = findGroupDay(event, one.day);
    const member = toMemberName(event);
    const day = found.kind === 'day' ? { day: found.day } : { reason: found.reason };
    const { why } = toCountedEvent(event, one);
    const note = why === undefined ? {} : { countsAsRunning: why };
    return { group, instances, member, ...day, ...note, need, expect };
  });
}

/** Formats a group of an event on one line. */
export function formatGroup(document: GroupDocument): string {
  const { group, day, reason, member, need, expect, countsAsRunning } = document;
  if (day === undefined) return `  not counted in group ${group}: ${reason}`;
  const as = countsAsRunning === undefined ? '' : `, as RUNNING, because ${countsAsRunning}`;
  return `  counted in group ${group} on ${day} as ${member}${as}; it succeeds when ${need} of ${expect} have succeeded`;
}
