import { ledgerTable } from '../../lambda/contract.ts';
import type { Row } from '../../lambda/ledger/table.ts';

/** One write of a partition key, of the table or of an index. */
export interface KeyWrite {
  /** `table`, or the name of the index. */
  readonly of: string;
  readonly key: string;
}

/**
 * Creates the count of the writes that putting a row causes in the table and in its indexes.
 *
 * An index is written if the row is new in it, leaves it, or changes its key attributes there; the
 * last one is two writes (DynamoDB developer guide, global secondary indexes).
 */
export function createIndexWrites(): (row: Row) => readonly KeyWrite[] {
  const entriesByKey = new Map<string, readonly (IndexedAt | undefined)[]>();
  return function listWrites(row) {
    const before = entriesByKey.get(row.key) ?? [];
    const after = toIndexed(row);
    entriesByKey.set(row.key, after);
    const ofIndexes = after.flatMap((entry, index) => {
      const old = before[index];
      if (old?.id === entry?.id) return [];
      return [old, entry].flatMap((one) => (one ? [{ of: one.of, key: one.partition }] : []));
    });
    return [{ of: 'table', key: row.key }, ...ofIndexes];
  };
}

interface IndexedAt {
  readonly of: string;
  readonly partition: string;
  /** Partition and sort key. */
  readonly id: string;
}

function toIndexed({ agenda, target, hour }: Row): readonly (IndexedAt | undefined)[] {
  const { agendaIndex, targetIndex, hourIndex } = ledgerTable;
  const entry = (of: string, partition: string, sort: number) => ({
    ...{ of, partition },
    id: `${partition} ${sort}`,
  });
  return [
    agenda && entry(agendaIndex, agenda.list, agenda.at.getTime()),
    target && entry(targetIndex, target.name, target.changedAt.getTime()),
    hour === undefined ? undefined : entry(hourIndex, hour, 0),
  ];
}
