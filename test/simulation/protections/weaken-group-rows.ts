import type { GroupRecord } from '../../../lambda/groups/group-row.ts';
import type { GroupMember } from '../../../lambda/groups/group-state.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { StoredRow, Table } from '../../../lambda/ledger/table.ts';
import { isOver } from '../../../lambda/workload/workload.ts';
import { isEntry, isGroupRecord } from '../judge/ledger-watch.ts';
import type { DisabledProtection } from './weaken.ts';

const centuryMs = 100 * 365 * 86_400_000;

/** Wraps the table of an execution environment without a protection of groups. */
export function weakenGroupRows(table: Table, without: DisabledProtection): Table {
  switch (without) {
    case 'conditional group row':
      return overwriteGroups(table);
    case 'days of groups':
      return mergeGroupDays(table);
    case 'later day of a group':
      return changeRows(table, moveGroupEntries(-centuryMs), moveGroupEntries(centuryMs));
    case 'newest run of a member':
      return changeRows(
        table,
        onMembers((member) => moveMember(member, -centuryMs)),
        onMembers(restoreMember),
      );
    case 'restart of a failed member':
      return changeRows(
        table,
        onMembers((member) => (hasFailed(member) ? moveMember(member, centuryMs) : member)),
        onMembers(restoreMember),
      );
    case 'first success of a member':
      return changeRows(table, onMembers(forgetSuccess));
    case 'counted members':
      return changeRows(table, (body) => body, onGroups(runAgain));
    case 'numbers of group changes':
      return changeRows(
        table,
        onGroups((record) => changeChanges(record, { number: 0 })),
      );
    case 'group effects after a crash':
      return changeRows(
        table,
        onGroups((record) => changeChanges(record, { by: '', atMs: 0 })),
      );
    default:
      return table;
  }
}

/** The table of the opening of days without a protection: it does not see the rows of groups. */
export function weakenCutoff(table: Table, without: DisabledProtection): Table {
  if (without !== 'start before the cutoff is recorded') return table;
  return {
    ...overwriteGroups(table),
    get: async (key) => (isGroupKey(key) ? undefined : table.get(key)),
  };
}

function isGroupKey(key: string): boolean {
  return key.startsWith('group ');
}

/** Rows of groups are written over any revision. */
function overwriteGroups(table: Table): Table {
  return {
    ...table,
    put: async (row, seen) =>
      table.put(row, isGroupKey(row.key) ? (await table.get(row.key))?.revision : seen),
  };
}

/** All days of a group share one row. */
function mergeGroupDays(table: Table): Table {
  const cut = (key: string) => (isGroupKey(key) ? key.replace(/ [\d-]+$/, '') : key);
  return {
    ...table,
    get: (key) => table.get(cut(key)),
    put: (row, seen) => table.put({ ...row, key: cut(row.key) }, seen),
  };
}

/** Changes the bodies of rows when they are read, and when they are written. */
function changeRows(
  table: Table,
  onRead: (body: unknown) => unknown,
  onWrite: (body: unknown) => unknown = (body) => body,
): Table {
  const toRead = (row: StoredRow | undefined) => row && { ...row, body: onRead(row.body) };
  return {
    ...table,
    get: async (key) => toRead(await table.get(key)),
    put: (row, seen) => table.put({ ...row, body: onWrite(row.body) }, seen),
  };
}

function onGroups(change: (record: GroupRecord) => GroupRecord): (body: unknown) => unknown {
  return (body) => (isGroupRecord(body) ? change(body) : body);
}

function onMembers(change: (member: GroupMember) => GroupMember): (body: unknown) => unknown {
  return onGroups((record) => ({ ...record, members: record.members.map(change) }));
}

/** Moves the day of stored states of groups. A day in the past century counts as moved. */
function moveGroupEntries(byMs: number): (body: unknown) => unknown {
  return (body) => {
    if (!isEntry(body) || !body.version.run.startsWith('group ')) return body;
    const isMoved = body.version.beganMs < 0;
    if (byMs > 0 !== isMoved) return body;
    const version = { ...body.version, beganMs: body.version.beganMs + byMs };
    return { ...body, version } satisfies Entry;
  };
}

const movedPrefix = 'moved ';

/** Moves the start of the newest run of a member, so that any event looks newer or older. */
function moveMember({ version, ...member }: GroupMember, byMs: number): GroupMember {
  const run = `${movedPrefix}${version.run}`;
  return { ...member, version: { ...version, run, beganMs: version.beganMs + byMs } };
}

function restoreMember({ version, ...member }: GroupMember): GroupMember {
  if (!version.run.startsWith(movedPrefix)) return { ...member, version };
  const run = version.run.slice(movedPrefix.length);
  const byMs = version.beganMs < 0 ? centuryMs : -centuryMs;
  return { ...member, version: { ...version, run, beganMs: version.beganMs + byMs } };
}

function hasFailed({ version }: GroupMember): boolean {
  return isOver(version.status) && version.status !== 'SUCCEEDED';
}

/** A member counts only while its newest run has succeeded. */
function forgetSuccess({ succeededMs: _, ...member }: GroupMember): GroupMember {
  return member;
}

/** Any member that runs sets the group to RUNNING, whether it counted or not. */
function runAgain(record: GroupRecord): GroupRecord {
  const { status, members, changes } = record;
  const last = changes.at(-1);
  if (status !== 'SUCCEEDED' || last === undefined) return record;
  if (members.every(({ version }) => isOver(version.status))) return record;
  const again = { ...last, number: last.number + 1, status: 'RUNNING' as const };
  return { ...record, status: again.status, changes: [...changes, again] };
}

function changeChanges(
  record: GroupRecord,
  change: Partial<GroupRecord['changes'][number]>,
): GroupRecord {
  return { ...record, changes: record.changes.map((one) => ({ ...one, ...change })) };
}
