import { toShard } from './shard.ts';
import type { KeyPage, Table } from './table.ts';

/**
 * Partitions of the lists that each event of an instance enters and leaves. At 300 events/s each
 * takes 300 writes/s; DynamoDB allows a partition 1,000.
 */
const shards = 2;

/** Names of the agenda lists. A list of several names is one list in several partitions. */
export const agendaLists = {
  /** Entries to be sent to an instance, by due time. */
  due: (instance: string) => toPartitions(`due ${instance}`),
  /** Entries that wait for a person, by the time of parking. */
  parked: 'parked',
  /** Runs that have not ended, by the time at which the sweep asks AWS. */
  open: 'open',
  /** Confirmed values of an instance, by the time of the next read. */
  reread: (instance: string) => toPartitions(`reread ${instance}`),
  /** Launches that the sweep must check, by the time of the next check. */
  launch: 'launch',
  /** Requests that wait for the end of a job of an instance, by the time of the next read. */
  wait: (instance: string) => `wait ${instance}`,
  /** Observed entries of an instance whose old reaction is to be read, by the time of the read. */
  observed: (instance: string) => `observed ${instance}`,
  /** Outages of an instance whose end is not recorded, by the time of their beginning. */
  outage: (instance: string) => `outage ${instance}`,
} as const;

/** An agenda list: its name, or the names of its partitions. */
export type AgendaList = string | readonly string[];

/** The partition of a list in which the row of a key is. Pure. */
export function toListPartition(partitions: readonly string[], key: string): string {
  return partitions[toShard(key, partitions.length)] ?? String(partitions[0]);
}

/** The first one has the name that the list had when it was one partition. */
function toPartitions(list: string): readonly string[] {
  return Array.from({ length: shards }, (_, shard) => (shard === 0 ? list : `${list} ${shard}`));
}

/**
 * Yields the keys of an agenda list, oldest first. It reads the next page when the consumer needs
 * it.
 *
 * As with {@link Table.agenda}, a row may have expired or left the list meanwhile.
 *
 * @param until rows that are due later are left out. One instant for all pages, so that the walk
 *   ends
 */
export async function* walkAgenda(
  table: Pick<Table, 'agenda'>,
  list: AgendaList,
  options: { readonly until: Date; readonly pageSize: number },
): AsyncGenerator<string> {
  for await (const { key } of walkEntries(table, list, options)) yield key;
}

type AgendaPageEntry = KeyPage['entries'][number];

/** The first entries of an agenda list, oldest first. See {@link walkAgenda}. */
export async function readAgenda(
  table: Pick<Table, 'agenda'>,
  list: AgendaList,
  { until, limit }: { readonly until: Date; readonly limit: number },
): Promise<readonly AgendaPageEntry[]> {
  const first: AgendaPageEntry[] = [];
  for await (const entry of walkEntries(table, list, { until, pageSize: limit })) {
    first.push(entry);
    if (first.length === limit) break;
  }
  return first;
}

/** Merges the partitions of a list by their times. */
async function* walkEntries(
  table: Pick<Table, 'agenda'>,
  list: AgendaList,
  options: { readonly until: Date; readonly pageSize: number },
): AsyncGenerator<AgendaPageEntry> {
  const walks = [list].flat().map((partition) => walkPartition(table, partition, options));
  const heads = await Promise.all(walks.map((walk) => walk.next()));
  for (;;) {
    const at = findOldest(heads);
    const [walk, head] = [walks[at], heads[at]];
    if (walk === undefined || head === undefined || head.done) return;
    yield head.value;
    heads[at] = await walk.next();
  }
}

/** The place of the oldest head, or -1. */
function findOldest(heads: readonly IteratorResult<AgendaPageEntry, void>[]): number {
  let found = -1;
  let oldestMs = Number.POSITIVE_INFINITY;
  for (const [at, head] of heads.entries()) {
    if (head.done || head.value.at.getTime() >= oldestMs) continue;
    found = at;
    oldestMs = head.value.at.getTime();
  }
  return found;
}

async function* walkPartition(
  table: Pick<Table, 'agenda'>,
  partition: string,
  { until, pageSize }: { readonly until: Date; readonly pageSize: number },
): AsyncGenerator<AgendaPageEntry, void> {
  let from: string | undefined;
  do {
    const options = { until, limit: pageSize, ...(from !== undefined && { from }) };
    const page = await table.agenda(partition, options);
    yield* page.entries;
    from = page.next;
  } while (from !== undefined);
}
