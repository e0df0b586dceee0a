import type { GroupRecord } from '../../../lambda/groups/group-row.ts';
import { isOver } from '../../../lambda/workload/workload.ts';
import { groupNeed } from '../simulated-group.ts';
import type { LedgerWatch } from './ledger-watch.ts';
import { isNewer } from './versions.ts';

/**
 * Checks all that was ever written to the rows of groups: each state follows from the members in
 * the same row, a member never goes back to an older run or loses its success, and the changes of
 * the state are numbered without a gap.
 */
export function judgeGroupWrites(
  { groupWritesByKey }: LedgerWatch,
  expect: number,
): readonly string[] {
  return [...groupWritesByKey.values()].flatMap((writes) =>
    writes.flatMap((record, at) => [
      ...judgeState(record, writes[at - 1], expect),
      ...judgeMembers(record, writes[at - 1]),
      ...judgeNumbers(record, writes[at - 1]),
    ]),
  );
}

function judgeState(
  { day, members, status }: GroupRecord,
  before: GroupRecord | undefined,
  expect: number,
) {
  const expected = toStateOf(members, expect);
  if (status === expected) return [];
  return before?.status === 'SUCCEEDED' && expected === 'SUCCEEDED'
    ? [`${day}: the group left SUCCEEDED for ${status}, and no member that counted was started`]
    : [`${day}: the group became ${status}, but its members made it ${expected}`];
}

/** The state by the words of the documentation, from the members in the row. */
function toStateOf(members: GroupRecord['members'], expect: number): string {
  if (members.length === 0) return 'PENDING';
  const ended = members.filter(({ version }) => isOver(version.status));
  const succeeded = ended.filter(({ version }) => version.status === 'SUCCEEDED').length;
  const failed = ended.length - succeeded;
  if (expect - failed < groupNeed) return 'FAILED';
  const counted = members
    .filter(({ succeededMs }) => succeededMs !== undefined)
    .toSorted(
      (one, other) =>
        Number(one.succeededMs) - Number(other.succeededMs) || (one.name < other.name ? -1 : 1),
    )
    .slice(0, groupNeed);
  const areOver = counted.every(({ version }) => isOver(version.status));
  return succeeded >= groupNeed && areOver ? 'SUCCEEDED' : 'RUNNING';
}

function judgeMembers({ day, members }: GroupRecord, before?: GroupRecord): readonly string[] {
  return (before?.members ?? []).flatMap((known) => {
    const member = members.find(({ name }) => name === known.name);
    if (member === undefined) return [`${day}: ${known.name} has left the group`];
    if (isNewer(known.version, member.version)) {
      return [`${day}: ${known.name} went back to an older event`];
    }
    const { succeededMs = Number.POSITIVE_INFINITY } = member;
    return known.succeededMs !== undefined && succeededMs > known.succeededMs
      ? [`${day}: ${known.name} has lost its first success`]
      : [];
  });
}

function judgeNumbers({ day, changes }: GroupRecord, before?: GroupRecord): readonly string[] {
  const known = before?.changes.at(-1)?.number ?? 0;
  const last = changes.at(-1)?.number ?? 0;
  const isChanged = before?.changes.at(-1)?.status !== changes.at(-1)?.status;
  return last === known + Number(isChanged)
    ? []
    : [`${day}: change ${last} of the group follows change ${known}`];
}
