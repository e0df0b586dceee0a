/** Maximum requests of a command that are under way at once. */
const maxConcurrent = 4;

/** Maps the items, a few at once, and keeps their order. */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += maxConcurrent) {
    results.push(...(await Promise.all(items.slice(at, at + maxConcurrent).map(read))));
  }
  return results;
}
