import type { GroupStatus } from '../routing/groups.ts';
import type { Home } from '../routing/origin.ts';
import { toDigest } from '../workload/digest.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import { type GroupChange, type GroupRecord, toGroupKey } from './group-row.ts';

/** An event that stands for the state of a group, for its effects. */
export type GroupEvent = WorkloadEvent & { readonly status: GroupStatus };

/** The event of a member as one of its group: the change of the group decides. Pure. */
export function toGroupEvent(
  event: WorkloadEvent,
  { name, day, beganMs }: Pick<GroupRecord, 'name' | 'day' | 'beganMs'>,
  { number: change, status }: GroupChange,
): GroupEvent {
  // The statuses of a group are statuses of AWS too, so the cast is safe.
  return { ...event, status, group: { run: toGroupKey(name, day), beganMs, change } } as GroupEvent;
}

/** The event of a day that begins: it has no member yet. Pure. */
export function toCutoffEvent(
  record: Pick<GroupRecord, 'name' | 'day' | 'beganMs'>,
  change: GroupChange,
  { account, region }: Home,
): GroupEvent {
  const run = toGroupKey(record.name, record.day);
  const at = new Date(record.beganMs);
  const event: WorkloadEvent = {
    kind: 'execution',
    // As long as the id of an event of AWS.
    eventId: `group-${toDigest(run).slice(0, 30)}`,
    account,
    region,
    emittedAt: at,
    changedAt: at,
    beganAt: at,
    status: 'RUNNING',
    executionArn: run,
    executionName: run,
    stateMachineArn: run,
    stateMachineName: run,
    qualifiedArns: [],
    redriveCount: 0,
    input: { kind: 'none' },
    output: { kind: 'none' },
  };
  return toGroupEvent(event, record, change);
}
