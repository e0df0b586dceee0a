import type { AutosysInstance } from '../../autosys/names.ts';
import { type AgendaList, agendaLists, walkAgenda } from '../ledger/agenda.ts';
import { toOutageTarget } from '../ledger/outage.ts';
import type { SearchableTable, SpanKeys } from '../ledger/table.ts';

/** Time after the span in which rows may have changed again. */
const laterMs = 24 * 3_600_000;

/** Maximum outages that are read, newest first. More than in 90 days of repeated failures. */
const maxOutages = 500;

const pageSize = 500;

/** The latest `Date`, so that all rows of a list are read. */
const latest = new Date(8_640_000_000_000_000);

/**
 * Keys of the rows that may show something of an instance in a time span: outages, the hours of the
 * span with the newest first, the hours after it, and what waits or runs now.
 */
export async function findKeys(
  table: SearchableTable,
  {
    instance,
    from,
    until,
  }: {
    readonly instance: AutosysInstance;
    readonly from: Date;
    readonly until: Date;
  },
  { now, maxRows: limit }: { readonly now: Date; readonly maxRows: number },
): Promise<SpanKeys> {
  const end = new Date(Math.min(until.getTime(), now.getTime()));
  const later = new Date(Math.min(until.getTime() + laterMs, now.getTime()));
  const [outages, within, after, ...lists] = await Promise.all([
    table.ofTarget(toOutageTarget(instance), { limit: maxOutages }),
    table.inSpan(instance, { from, until: end, limit }),
    table.inSpan(instance, { from: end, until: later, limit }),
    listKeys(table, agendaLists.due(instance), limit),
    listKeys(table, agendaLists.wait(instance), limit),
    listKeys(table, agendaLists.parked, limit, isEntryOf(instance)),
    listKeys(table, agendaLists.launch, limit, (key) => key.startsWith(`launch ${instance} `)),
    listKeys(table, agendaLists.open, limit),
  ]);
  const keys = new Set([
    ...outages.entries.map(({ key }) => key),
    ...within.keys,
    ...lists.flatMap((list) => list.keys),
    ...after.keys,
  ]);
  const isCut = [within, after, ...lists].some((part) => part.isCut);
  return { keys: [...keys], isCut: isCut || outages.next !== undefined };
}

/** Keys of an agenda list that a test accepts, up to a limit. */
async function listKeys(
  table: SearchableTable,
  list: AgendaList,
  limit: number,
  isWanted: (key: string) => boolean = () => true,
): Promise<SpanKeys> {
  const keys: string[] = [];
  let count = 0;
  for await (const key of walkAgenda(table, list, { until: latest, pageSize })) {
    if (count === limit) return { keys, isCut: true };
    count += 1;
    if (isWanted(key)) keys.push(key);
  }
  return { keys, isCut: false };
}

/** Whether a row key is that of an entry of an instance. */
function isEntryOf(instance: AutosysInstance): (key: string) => boolean {
  const pattern = new RegExp(`^(?:old )?(?:state|switch|once|invalid) ${instance} `);
  return (key) => pattern.test(key);
}
