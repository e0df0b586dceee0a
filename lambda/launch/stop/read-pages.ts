import type { NoAnswer } from '../../aws/lookup.ts';
import type { ListPage } from '../../aws/stop-result.ts';

/** Reads all pages. @param take returns false to read no more @returns the failure, if any */
export async function readPages<Item>(
  read: (from: string | undefined) => Promise<ListPage<Item>>,
  take: (item: Item) => boolean,
): Promise<NoAnswer | undefined> {
  let from: string | undefined;
  do {
    const page = await read(from);
    if (page.kind !== 'found') return page;
    for (const item of page.items) if (!take(item)) return undefined;
    from = page.next;
  } while (from !== undefined);
  return undefined;
}

/** Why a list is not complete, if its reading has failed. */
export function toReasons(what: string, failed: NoAnswer | undefined): readonly string[] {
  return failed === undefined ? [] : [`${what}: ${failed.reason}`];
}
