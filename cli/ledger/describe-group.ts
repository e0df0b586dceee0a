import { findMissingMembers, type GroupRecord } from '../../lambda/groups/group-row.ts';
import type { GroupMember } from '../../lambda/groups/group-state.ts';
import type { Paint } from '../render.ts';
import type { TimeFormat } from './times.ts';

/** One line of a list of days. */
export function describeGroupLine(record: GroupRecord, paint: Paint): string {
  const { day, status, members, expect, need } = record;
  return `${day}  ${paint('bold', status)}  ${countSucceeded(members)} of ${expect} succeeded, ${need} needed`;
}

/** A group on one day: its state, who is missing, its members and the changes of its state. */
export function describeGroupDetails(
  record: GroupRecord,
  paint: Paint,
  time: TimeFormat,
): readonly string[] {
  const { name, day, beganMs, status, members, expect, need, changes } = record;
  return [
    paint('bold', `group ${name} on ${day}`),
    `  state    ${status}`,
    `  members  ${countSucceeded(members)} of ${expect} have succeeded, ${need} needed`,
    `  began    ${time.ago(beganMs)}`,
    ...toMissingLines(record).map((line) => `  missing  ${line}`),
    'members',
    ...members.map(
      ({ name: member, version }) =>
        `  ${version.status}  ${member}  since ${time.ago(version.changedMs)}  ${version.run}`,
    ),
    'history',
    ...changes.map(({ atMs, status: to, by }) => `  ${time.at(atMs)}  ${to}: ${by}`),
  ];
}

/** A group on one day for --json. */
export function toGroupDocument(record: GroupRecord) {
  const { name, day, beganMs, status, members, expect, need, changes } = record;
  const missing = findMissingMembers(record);
  return {
    group: name,
    day,
    status,
    beganAt: new Date(beganMs),
    expect,
    need,
    succeeded: countSucceeded(members),
    missing,
    missingWithoutName: Math.max(0, expect - members.length - missing.length),
    members: members.map(({ name: member, version }) => ({
      name: member,
      run: version.run,
      status: version.status,
      attempt: version.attempt,
      beganAt: new Date(version.beganMs),
      changedAt: new Date(version.changedMs),
    })),
    history: changes.map(({ atMs, status: to, by }) => ({ at: new Date(atMs), status: to, by })),
  };
}

/** The members that have not succeeded, each with what is known of it. */
function toMissingLines(record: GroupRecord): readonly string[] {
  const { members, expect } = record;
  const missing = findMissingMembers(record);
  const unnamed = expect - members.length - missing.length;
  return [
    ...missing.map((name) => `${name}: no event on this day`),
    ...(unnamed > 0 ? [`${unnamed} more: no event on this day, names not in the route file`] : []),
    ...members
      .filter(({ version }) => version.status !== 'SUCCEEDED')
      .map(({ name, version }) => `${name}: ${version.status}`),
  ];
}

function countSucceeded(members: readonly GroupMember[]): number {
  return members.filter(({ version }) => version.status === 'SUCCEEDED').length;
}
