import { findMissingMembers, type GroupRecord } from '../groups/group-row.ts';
import type { NightGroup, NightMark, NightRun } from './night.ts';

/** The day of a group, with the effects of its states. Pure. */
export function toGroupDay(record: GroupRecord, marks: readonly NightMark[]): NightRun {
  const { name, day, beganMs, status, changes, members, expect, need } = record;
  const states = changes.map((change, at) => {
    const untilMs = changes[at + 1]?.atMs;
    return {
      status: change.status,
      fromMs: change.atMs,
      ...(untilMs !== undefined && { untilMs }),
    };
  });
  const succeeded = members.filter(({ version }) => version.status === 'SUCCEEDED');
  const missing = findMissingMembers(record);
  const last = states.at(-1);
  const isEnd = status === 'SUCCEEDED' || status === 'FAILED';
  return {
    name: `group ${name} ${day}`,
    status,
    startedMs: states[0]?.fromMs ?? beganMs,
    ...(isEnd && last && { endedMs: last.fromMs }),
    marks,
    group: {
      ...{ states, succeeded: succeeded.length, need, expect, missing },
      open: members
        .filter((member) => !succeeded.includes(member))
        .map((member) => `${toShortName(member.name)} ${member.version.status}`),
      unnamed: Math.max(0, expect - members.length - missing.length),
    },
  };
}

/** Without the account: `state machine risk-a`. */
function toShortName(member: string): string {
  return member.replace(/^\d{12} /, '');
}

/** Members that one line names. */
const mostNames = 5;

/** Such as `10 of 12 succeeded, 12 needed; missing: Batch job risk-a, Batch job risk-b`. Pure. */
export function describeGroupDay({
  succeeded,
  need,
  expect,
  open,
  missing,
  unnamed,
}: NightGroup): string {
  const unnamedText = unnamed === 0 ? [] : [`${unnamed} without a name in the route file`];
  return [
    `${succeeded} of ${expect} succeeded, ${need} needed`,
    ...toList('not yet', open),
    ...toList('missing', [...missing, ...unnamedText]),
  ].join('; ');
}

function toList(title: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return [`${title}: ${names.slice(0, mostNames).join(', ')}${more}`];
}
