import { LedgerError } from '../../lambda/errors.ts';
import { type AgendaList, walkAgenda } from '../../lambda/ledger/agenda.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { latestDate } from '../ledger/open.ts';
import type { TonightSection } from './tonight-facts.ts';

/** Maximum reads of one list. docs/tonight.md states them. */
export const listLimits = {
  /** Keys that are counted. */
  keys: 1_000,
  /** Rows that are read. */
  rows: 200,
} as const;

/** How the rows of a list become items. */
export interface ListReading<Item> {
  /** Whether a row may be an item, by its key. @default - each may */
  readonly isWanted?: (key: string) => boolean;
  /**
   * The item of a row; `undefined` if it is no longer on the list.
   *
   * @throws {LedgerError} if the row cannot be parsed
   */
  readonly read: (row: NonNullable<Awaited<ReturnType<Table['get']>>>) => Item | undefined;
}

/** Reads an agenda list within {@link listLimits}, those that are due first. */
export async function readList<Item>(
  table: Pick<Table, 'get' | 'agenda'>,
  list: AgendaList,
  { isWanted = () => true, read }: ListReading<Item>,
): Promise<TonightSection<Item>> {
  const [name = ''] = [list].flat();
  return guardSection(name, async () => {
    const keys: string[] = [];
    let walked = 0;
    for await (const key of walkAgenda(table, list, { until: latestDate, pageSize: 500 })) {
      walked += 1;
      if (walked > listLimits.keys) break;
      if (isWanted(key)) keys.push(key);
    }
    const results = await Promise.all(
      keys.slice(0, listLimits.rows).map((key) => readItem(table, key, read)),
    );
    const items = results.flatMap((one) => ('item' in one ? [one.item] : []));
    const left = Math.max(0, keys.length - listLimits.rows);
    return {
      items,
      count: items.length + left,
      isCut: walked > listLimits.keys,
      unread: results.flatMap((one) => ('unread' in one ? [one.unread] : [])),
    };
  });
}

/** The section, or one that says why it could not be read. */
export async function guardSection<Item>(
  name: string,
  read: () => Promise<TonightSection<Item>>,
): Promise<TonightSection<Item>> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { items: [], count: 0, isCut: false, unread: [`list ${name}: ${error.message}`] };
  }
}

async function readItem<Item>(
  table: Pick<Table, 'get'>,
  key: string,
  read: ListReading<Item>['read'],
): Promise<{ readonly item: Item } | { readonly unread: string } | Record<never, never>> {
  try {
    const row = await table.get(key);
    const item = row && read(row);
    return item === undefined ? {} : { item };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { unread: error.message };
  }
}

/** One section of several. Pure. */
export function joinSections<Item>(
  sections: readonly TonightSection<Item>[],
): TonightSection<Item> {
  return {
    items: sections.flatMap(({ items }) => items),
    count: sections.reduce((sum, { count }) => sum + count, 0),
    isCut: sections.some(({ isCut }) => isCut),
    unread: sections.flatMap(({ unread }) => unread),
  };
}

/** The section in another order, with at most `limit` items. The count stays. Pure. */
export function toSorted<Item>(
  section: TonightSection<Item>,
  compare: (one: Item, other: Item) => number,
  limit: number,
): TonightSection<Item> {
  return { ...section, items: section.items.toSorted(compare).slice(0, limit) };
}
