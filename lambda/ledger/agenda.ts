import type { Table } from './table.ts';

/**
 * Keys of a list of the agenda, the oldest first; the next page is read when somebody asks for more than this one holds.
 *
 * As {@link Table.agenda} has them: one may be named that has meanwhile gone or moved on.
 *
 * @param until what comes due later is left out; one instant for all pages, so that the walk ends
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
