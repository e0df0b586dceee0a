import * as z from 'zod/mini';
import type { AgendaPage } from './table.ts';

/** An entry of an agenda, behind which the next page begins. */
export type AgendaEntry = AgendaPage['entries'][number];

const shape = z.tuple([z.int(), z.string()]);

/** Writes where a page ended, as text that nobody needs to read; the list is not in it, the caller names it again. */
export function toPageToken({ key, at }: AgendaEntry): string {
  return Buffer.from(JSON.stringify([at.getTime(), key])).toString('base64url');
}

/** Where a page ended, or `undefined` for a text that is no token. */
export function readPageToken(token: string): AgendaEntry | undefined {
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
export function toAgendaPage(
  entries: readonly AgendaEntry[],
  { limit, hasMore = false }: { readonly limit: number; readonly hasMore?: boolean },
): AgendaPage {
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  const goesOn = hasMore || entries.length > limit;
  return { entries: page, ...(goesOn && last && { next: toPageToken(last) }) };
}
