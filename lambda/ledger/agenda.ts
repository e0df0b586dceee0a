import type { Table } from './table.ts';

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
  list: string,
  { until, pageSize }: { readonly until: Date; readonly pageSize: number },
): AsyncGenerator<string> {
  let from: string | undefined;
  do {
    const options = { until, limit: pageSize, ...(from !== undefined && { from }) };
    const page = await table.agenda(list, options);
    yield* page.entries.map(({ key }) => key);
    from = page.next;
  } while (from !== undefined);
}
