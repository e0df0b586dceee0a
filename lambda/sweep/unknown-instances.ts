import type { Drained } from '../report/drain.ts';
import { walkAgenda } from '../report/ledger/agenda.ts';
import { isOpen } from '../report/ledger/entry.ts';
import {
  changeInstanceNames,
  findUnknown,
  parkUnknown,
  withFile,
} from '../report/ledger/instance-names.ts';
import { agendaLists, parseEntry, toRow } from '../report/ledger/rows.ts';
import { toParked } from '../report/outcome.ts';
import { describeError } from '../shared/errors.ts';
import type { Table } from '../shared/table.ts';
import type { Pass } from './desk.ts';
import { horizonMs } from './standing.ts';

export interface ParkUnknownDeps {
  readonly table: Table;
  readonly now: () => Date;
  /** The names of the route file. */
  readonly names: readonly string[];
}

const pageSize = 100;

/**
 * Binds the parking of entries whose instance was renamed or removed: nothing drains them, so an operator must look.
 *
 * All that is not settled is parked: due, sending and accepted. An entry under a lease is left to the function that
 * works on it, which may be of the former deployment; the next sweep run finds it. Each sweep run costs one read more, and a
 * write after a deployment that changes the names.
 */
export function createParkUnknown({ table, now, names }: ParkUnknownDeps) {
  /** Yields each entry that was parked, and each row that could not be read. */
  return async function* parkUnknownInstances(pass: Pass): AsyncGenerator<Drained> {
    const known = await changeInstanceNames({ table, now }, (kept) => withFile(kept, names));
    for (const name of findUnknown(known, names)) {
      const until = new Date(now().getTime() + horizonMs);
      for await (const key of walkAgenda(table, agendaLists.due(name), { until, pageSize })) {
        if (pass.signal.aborted || now().getTime() >= pass.untilMs) return;
        const parked = await parkOne(key);
        if (parked) yield parked;
      }
    }
  };

  async function parkOne(key: string): Promise<Drained | undefined> {
    try {
      const row = await table.get(key);
      const nowMs = now().getTime();
      const entry = row && parseEntry(row);
      if (!entry || !isOpen(entry) || (entry.lease?.untilMs ?? 0) > nowMs) return undefined;
      const parked = parkUnknown(entry, nowMs);
      const revision = await table.put({ ...toRow(parked, nowMs), key }, row.revision);
      // Losing the write is fine: another function has changed the entry, and the next sweep run sees it.
      if (revision === undefined) return undefined;
      return { kind: 'worked', entry: parked, outcome: toParked(parked) };
    } catch (error) {
      return { kind: 'failed', key, error: describeError(error) };
    }
  }
}
