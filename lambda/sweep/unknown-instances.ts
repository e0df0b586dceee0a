import type { DrainResult } from '../delivery/drain.ts';
import { toParked } from '../delivery/outcome.ts';
import { describeError } from '../errors.ts';
import { agendaLists, walkAgenda } from '../ledger/agenda.ts';
import { isPending } from '../ledger/entry.ts';
import { parseEntry, toRow } from '../ledger/entry-row.ts';
import {
  changeInstanceNames,
  findUnknown,
  parkUnknown,
  withFile,
  withGroups,
  withTimezones,
} from '../ledger/instance-names.ts';
import type { Table } from '../ledger/table.ts';
import { horizonMs } from './health.ts';
import type { SweepDeadline } from './rate-limiter.ts';

export interface ParkUnknownDeps {
  readonly table: Table;
  readonly now: () => Date;
  /** Names of the instances in the route file. */
  readonly names: readonly string[];
  /** Timezones of these instances, by name. */
  readonly timezones: Readonly<Record<string, string>>;
  /** Groups in the route file, each with its instance. @default - none */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

const pageSize = 100;

/**
 * Creates the parking of entries whose instance was renamed or removed. The drain does not send
 * them, so an operator must decide.
 *
 * All pending entries are parked: due, sending and accepted. An entry under a lease is left to its
 * lease owner, which may belong to the previous deployment; the next sweep run finds it. Each sweep
 * run costs one read. A deployment that changes the names costs one write.
 */
export function createParkUnknown({ table, now, names, timezones, groups = {} }: ParkUnknownDeps) {
  /** Yields each entry that was parked, and each row that could not be read. */
  return async function* parkUnknownInstances(
    deadline: SweepDeadline,
  ): AsyncGenerator<DrainResult> {
    const known = await changeInstanceNames({ table, now }, (kept) =>
      withGroups(withTimezones(withFile(kept, names), timezones), groups),
    );
    for (const name of findUnknown(known, names)) {
      const until = new Date(now().getTime() + horizonMs);
      for await (const key of walkAgenda(table, agendaLists.due(name), { until, pageSize })) {
        if (deadline.signal.aborted || now().getTime() >= deadline.untilMs) return;
        const parked = await parkOne(key);
        if (parked) yield parked;
      }
    }
  };

  async function parkOne(key: string): Promise<DrainResult | undefined> {
    try {
      const row = await table.get(key);
      const nowMs = now().getTime();
      const entry = row && parseEntry(row);
      if (!entry || !isPending(entry) || (entry.lease?.untilMs ?? 0) > nowMs) return undefined;
      const parked = parkUnknown(entry, nowMs);
      const revision = await table.put({ ...toRow(parked, nowMs), key }, row.revision);
      // Losing the conditional write is fine: the next sweep run sees the change of the other
      // function.
      if (revision === undefined) return undefined;
      return { kind: 'worked', entry: parked, outcome: toParked(parked) };
    } catch (error) {
      return { kind: 'failed', key, error: describeError(error) };
    }
  }
}
