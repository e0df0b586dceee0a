import { keptMs } from '../ledger/entry-row.ts';
import { checkBody, groupShape } from '../ledger/row-schema.ts';
import type { Row, StoredRow } from '../ledger/table.ts';
import type { GroupStatus } from '../routing/groups.ts';
import type { GroupMember } from './group-state.ts';

/** Ledger record of a group on one business day. One row per group and day. */
export interface GroupRecord {
  /** Format of the row. Other software wrote a row of another format; it is not changed. */
  readonly format: 1;
  readonly kind: 'group';
  readonly name: string;
  /** Local date `yyyy-mm-dd`. */
  readonly day: string;
  /** When the day began, in epoch milliseconds. */
  readonly beganMs: number;
  readonly status: GroupStatus;
  /** Number of different members, when the row was written. */
  readonly expect: number;
  /** Number of members that must succeed. */
  readonly need: number;
  /**
   * Names of all members: `state machine risk-a`, with the account in front if the route file names
   * it. Absent if the route file does not list them.
   */
  readonly listed?: readonly string[];
  /** Members with an event on this day, by name. At most `maxMembers`. */
  readonly members: readonly GroupMember[];
  /** Changes of the state, oldest first. Only the last {@link keptChanges} are kept. */
  readonly changes: readonly GroupChange[];
}

/** A change of the state of a group. */
export interface GroupChange {
  /** Number of the change, from 1. */
  readonly number: number;
  readonly status: GroupStatus;
  /** When it was recorded, in epoch milliseconds. */
  readonly atMs: number;
  /**
   * The status change of a member that caused it, or `cutoff`. If SQS redelivers its event, the
   * effects of this change are requested again.
   */
  readonly by: string;
}

/** Maximum changes in a row. An event that is redelivered after more of them requests nothing. */
export const keptChanges = 24;

/** The listed members without an event on the day. Empty if the route file does not list names. */
export function findMissingMembers({ listed = [], members }: GroupRecord): readonly string[] {
  return listed.filter(
    (name) => !members.some((one) => one.name === name || one.name.endsWith(` ${name}`)),
  );
}

/** Key of the row of a group on a day. */
export function toGroupKey(name: string, day: string): string {
  return `group ${name} ${day}`;
}

/** True for the key of the row of a group on a day, which is also the run of its states. */
export function isGroupKey(key: string): boolean {
  return /^group \S+ \d{4}-\d\d-\d\d$/.test(key);
}

/** Target name that finds the days of a group, the last one first. */
export function toGroupTarget(name: string): string {
  return `group ${name}`;
}

/** The row of a group on a day. */
export function toGroupRow(record: GroupRecord, nowMs: number): Row {
  const { name, day, beganMs } = record;
  return {
    key: toGroupKey(name, day),
    body: record,
    // This instant never changes, so the index is written once for each day.
    target: { name: toGroupTarget(name), changedAt: new Date(beganMs) },
    expiresAt: new Date(nowMs + keptMs),
  };
}

/** The record in a row. @throws {LedgerError} if other software wrote the row, or it is damaged */
export function parseGroup(row: StoredRow): GroupRecord {
  checkBody(row, groupShape);
  return row.body as GroupRecord;
}
