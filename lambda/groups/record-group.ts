import { LedgerError } from '../errors.ts';
import type { Table } from '../ledger/table.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import { type GroupRecord, parseGroup, toGroupKey, toGroupRow } from './group-row.ts';
import { type DayOfGroup, openDay, updateGroup } from './update-group.ts';

/**
 * Maximum lost races in a row. Members that end at the same instant win races; after more, SQS
 * redelivers the event.
 */
const maxRaces = 40;

/** Creates the writers of group rows. Each write is conditional on the revision that was read. */
export function createRecordGroup({
  table,
  now,
}: {
  readonly table: Pick<Table, 'get' | 'put'>;
  readonly now: () => Date;
}) {
  return {
    /**
     * Records an event of a member: one read, and one write if it changes the row.
     *
     * @throws {LedgerError}
     */
    recordMember: (of: DayOfGroup, event: WorkloadEvent): Promise<GroupRecord> =>
      record(of, (known, nowMs) => updateGroup(known, event, { ...of, nowMs })),

    /** Records that a day has begun, unless a member has started on it. @throws {LedgerError} */
    recordCutoff: (of: DayOfGroup): Promise<GroupRecord> =>
      record(of, (known, nowMs) => known ?? openDay(of, nowMs)),
  };

  async function record(
    { group, day }: DayOfGroup,
    change: (known: GroupRecord | undefined, nowMs: number) => GroupRecord,
  ): Promise<GroupRecord> {
    const key = toGroupKey(group.name, day);
    for (let races = 0; races < maxRaces; races += 1) {
      const row = await table.get(key);
      const known = row && parseGroup(row);
      const nowMs = now().getTime();
      const next = change(known, nowMs);
      if (next === known) return next;
      const revision = await table.put(toGroupRow(next, nowMs), row?.revision);
      if (revision !== undefined) return next;
    }
    throw new LedgerError({ doing: `write ${key}`, reason: `${maxRaces} races lost in a row` });
  }
}
