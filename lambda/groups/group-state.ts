import type { Group, GroupStatus } from '../routing/groups.ts';
import { compareToKnown, toVersion, type Version } from '../workload/version.ts';
import { isOver, type WorkloadEvent } from '../workload/workload.ts';

/** A member of a group on a business day, with its newest run on that day. */
export interface GroupMember {
  /** Account and name, as `toMemberName` formats them. */
  readonly name: string;
  /** Version of the newest event of its newest run. */
  readonly version: Version;
  /** When it first succeeded on this day, in epoch milliseconds. Absent while it has not. */
  readonly succeededMs?: number;
}

/** Name of a member: `111122223333 risk-var`. A state machine and a Batch job may share it. */
export function toMemberName(event: WorkloadEvent): string {
  return event.kind === 'execution'
    ? `${event.account} state machine ${event.stateMachineName}`
    : `${event.account} Batch job ${event.batchJobName}`;
}

/** The state machine or job of a member, from a name as {@link toMemberName} formats it. */
export function readMemberName(name: string): string | undefined {
  return /^(?:\d+ )?(?:state machine|Batch job) (.+)$/.exec(name)?.[1];
}

/**
 * The members after an event of one of them. Pure. The result does not depend on the order and the
 * number of the events.
 *
 * @returns the same object if the event changes nothing
 */
export function withMember(
  members: readonly GroupMember[],
  event: WorkloadEvent,
): readonly GroupMember[] {
  const name = toMemberName(event);
  const known = members.find((member) => member.name === name);
  const version = toVersion(event);
  const isNewer = known === undefined || compareToKnown(version, known.version) === 'newer';
  const succeededMs = toFirstSuccess(known, version);
  if (!isNewer && succeededMs === known.succeededMs) return members;
  const member = {
    name,
    version: isNewer ? version : known.version,
    ...(succeededMs !== undefined && { succeededMs }),
  };
  return [...members.filter((one) => one !== known), member].toSorted(compareNames);
}

/** An event of an earlier run may arrive late, so the earliest success counts. */
function toFirstSuccess(
  known: GroupMember | undefined,
  { status, changedMs }: Version,
): number | undefined {
  if (status !== 'SUCCEEDED') return known?.succeededMs;
  return Math.min(changedMs, known?.succeededMs ?? changedMs);
}

function compareNames(one: GroupMember, other: GroupMember): number {
  return one.name < other.name ? -1 : 1;
}

/**
 * The state of a group that has at least one member. Pure.
 *
 * - SUCCEEDED: enough members have succeeded. A later start of a member that did not count changes
 *   nothing
 * - RUNNING: success is possible, or a member that counted has been started again
 * - FAILED: success is out of reach because of members that have failed. Members that still run do not
 *   change that
 */
export function toGroupState(
  members: readonly GroupMember[],
  { expect, need }: Pick<Group, 'expect' | 'need'>,
): GroupStatus {
  const succeeded = members.filter(({ version }) => version.status === 'SUCCEEDED').length;
  const failed = members.filter(({ version }) => isOver(version.status)).length - succeeded;
  if (succeeded >= need) {
    const isStartedAgain = findCounted(members, need).some(
      ({ version }) => !isOver(version.status),
    );
    return isStartedAgain ? 'RUNNING' : 'SUCCEEDED';
  }
  return Math.max(expect, members.length) - failed < need ? 'FAILED' : 'RUNNING';
}

/** The members that counted: those that succeeded first on this day, as many as are needed. */
export function findCounted(members: readonly GroupMember[], need: number): readonly GroupMember[] {
  return members
    .filter(({ succeededMs }) => succeededMs !== undefined)
    .toSorted(
      (one, other) => (one.succeededMs ?? 0) - (other.succeededMs ?? 0) || compareNames(one, other),
    )
    .slice(0, need);
}
