import { type Group, type GroupStatus, maxMembers } from '../routing/groups.ts';
import { toVersion } from '../workload/version.ts';
import { toVersionKey } from '../workload/version-key.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import { type GroupChange, type GroupRecord, keptChanges } from './group-row.ts';
import { type GroupMember, toGroupState, toMemberName, withMember } from './group-state.ts';

/** A business day of a group. */
export interface DayOfGroup {
  readonly group: Pick<Group, 'name' | 'members' | 'expect' | 'need'>;
  readonly day: string;
  readonly beganMs: number;
}

/**
 * The record of a group after an event of a member, which may be a duplicate or late. Pure.
 *
 * @returns the same object if the event changes nothing
 */
export function updateGroup(
  known: GroupRecord | undefined,
  event: WorkloadEvent,
  { group, day, beganMs, nowMs }: DayOfGroup & { readonly nowMs: number },
): GroupRecord {
  const record = known ?? toNewRecord({ group, day, beganMs });
  const members = withLimit(withMember(record.members, event), record.members);
  if (members === record.members) return record;
  const status = toGroupState(members, group);
  const next = { ...record, ...toExpected(group), members };
  if (status === known?.status) return next;
  return withChange(next, { status, atMs: nowMs, by: toCause(event) });
}

/** The record of a day at its cutoff, before any member has started. Pure. */
export function openDay(day: DayOfGroup, nowMs: number): GroupRecord {
  return withChange(toNewRecord(day), { status: 'PENDING', atMs: nowMs, by: byCutoff });
}

/** Cause of the change at the cutoff. */
export const byCutoff = 'cutoff';

/**
 * Time after a change in which further events request its effects again, in milliseconds. The message
 * that caused it is a dead letter hours later at most.
 */
const requestedAgainMs = 6 * 3_600_000;

/**
 * The changes whose effects an event of a member requests: those that it has caused, otherwise the last
 * one. The function that recorded the last one may have died before the ledger had its effects. An effect
 * that the ledger has is not requested twice. Pure.
 */
export function findChanges(
  { changes }: Pick<GroupRecord, 'changes'>,
  event: WorkloadEvent,
  nowMs: number,
): readonly GroupChange[] {
  const cause = toCause(event);
  const own = changes.filter(({ by }) => by === cause);
  if (own.length > 0) return own;
  return changes.slice(-1).filter(({ atMs }) => nowMs - atMs < requestedAgainMs);
}

/** The same for each event of one status change of a run, also if AWS sends it again. */
function toCause(event: WorkloadEvent): string {
  return `${toMemberName(event)} ${toVersionKey(toVersion(event))}`;
}

function toNewRecord({ group, day, beganMs }: DayOfGroup): GroupRecord {
  const { name } = group;
  const empty = { status: 'PENDING' as const, members: [], changes: [] };
  return { format: 1, kind: 'group', name, day, beganMs, ...toExpected(group), ...empty };
}

/** What the route file says about the members, for people. */
function toExpected({ members, expect, need }: DayOfGroup['group']) {
  const listed = members.flatMap((origin) => {
    const { by, text } =
      (origin.kind === 'execution' ? origin.stateMachine : origin.batchJobName) ?? {};
    if (by !== 'name') return [];
    const name = `${origin.kind === 'execution' ? 'state machine' : 'Batch job'} ${text}`;
    return origin.accounts?.map((account) => `${account} ${name}`) ?? [name];
  });
  return { expect, need, ...(listed.length === expect && { listed }) };
}

function withChange(
  record: GroupRecord,
  change: { readonly status: GroupStatus; readonly atMs: number; readonly by: string },
): GroupRecord {
  const number = (record.changes.at(-1)?.number ?? 0) + 1;
  const changes = [...record.changes, { number, ...change }].slice(-keptChanges);
  return { ...record, status: change.status, changes };
}

/** Only as many members as a row can hold. A further one is left out, whatever its status. */
function withLimit(
  members: readonly GroupMember[],
  known: readonly GroupMember[],
): readonly GroupMember[] {
  return members.length > maxMembers ? known : members;
}
