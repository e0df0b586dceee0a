import * as z from 'zod/mini';
import type { KeyPage } from '../table.ts';

/** An entry of an index, behind which the next page begins. */
export type IndexEntry = KeyPage['entries'][number];

const shape = z.tuple([z.int(), z.string()]);

/** Writes where a page ended, as text that nobody needs to read; list or target is not in it, the caller names it again. */
function toPageToken({ key, at }: IndexEntry): string {
  return Buffer.from(JSON.stringify([at.getTime(), key])).toString('base64url');
}

/** Where a page ended, or `undefined` for a text that is no token. */
export function readPageToken(token: string): IndexEntry | undefined {
  try {
    const result = z.safeParse(shape, JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
    if (!result.success) return undefined;
    const [at, key] = result.data;
    return { key, at: new Date(at) };
  } catch {
    // Not JSON: no token, which the caller tells.
    return undefined;
  }
}

/** Cuts a page out of entries of which one more than `limit` was asked for, so that a last page says it is the last. */
export function toKeyPage(
  entries: readonly IndexEntry[],
  { limit, hasMore = false }: { readonly limit: number; readonly hasMore?: boolean },
): KeyPage {
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  const goesOn = hasMore || entries.length > limit;
  return { entries: page, ...(goesOn && last && { next: toPageToken(last) }) };
}
