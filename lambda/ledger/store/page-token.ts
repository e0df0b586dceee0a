import * as z from 'zod/mini';
import type { KeyPage } from '../table.ts';

/** An entry of an index. The next page starts after the last entry of a page. */
export type IndexEntry = KeyPage['entries'][number];

const shape = z.tuple([z.int(), z.string()]);

/** Formats the end of a page as an opaque token. It does not contain the list or target. */
function toPageToken({ key, at }: IndexEntry): string {
  return Buffer.from(JSON.stringify([at.getTime(), key])).toString('base64url');
}

/** The end of a page in a token, or `undefined` for a text that is no token. */
export function readPageToken(token: string): IndexEntry | undefined {
  try {
    const result = z.safeParse(shape, JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
    if (!result.success) return undefined;
    const [at, key] = result.data;
    return { key, at: new Date(at) };
  } catch {
    // Not JSON, so it is no token. The caller reports it.
    return undefined;
  }
}

/**
 * Cuts a page from the entries. The caller requests one entry more than `limit`, so that the last
 * page has no token.
 */
export function toKeyPage(
  entries: readonly IndexEntry[],
  { limit, hasMore = false }: { readonly limit: number; readonly hasMore?: boolean },
): KeyPage {
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  const hasNext = hasMore || entries.length > limit;
  return { entries: page, ...(hasNext && last && { next: toPageToken(last) }) };
}
