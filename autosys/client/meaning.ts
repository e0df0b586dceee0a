import type { Reply } from './reply.ts';

/** What an answer means, by its status first and then by who sent it. */
export type Meaning =
  | 'done'
  | 'redirect'
  | 'login refused'
  | 'permission refused'
  | 'absent'
  | 'unexplained'
  | 'refused'
  | 'unavailable'
  | 'broken';

const meaningByStatus: ReadonlyMap<number, Meaning> = new Map([
  [401, 'login refused'],
  [403, 'permission refused'], // EEM, with an empty body (Broadcom KB 187058)
  [404, 'absent'],
  [408, 'unavailable'], // the request never arrived whole, so nothing was done (RFC 9110)
  [429, 'unavailable'],
  [501, 'refused'], // it does not know the request at all
  [503, 'unavailable'],
  [505, 'refused'],
]);

const meaningByHundred: ReadonlyMap<number, Meaning> = new Map([
  [2, 'done'],
  [3, 'redirect'],
  [4, 'refused'],
  [5, 'broken'], // 500, 502, 504: it may have acted before it broke
]);

/**
 * AEWS's own refusals are JSON, a `CAUAJM` line, or nothing at all (403, documented). An HTML page with one of these comes
 * from the web server while AEWS is not deployed, or from a proxy (inferred): AEWS took nothing.
 */
export const pageStatuses: ReadonlySet<number> = new Set([403, 404, 405, 407, 415, 421, 426]);

/** The one table from an answer to its meaning. */
export function toMeaning({ httpStatus, origin }: Pick<Reply, 'httpStatus' | 'origin'>): Meaning {
  if (origin === 'html' && pageStatuses.has(httpStatus)) return 'unavailable';
  if (httpStatus === 404 && origin !== 'aews') return 'unexplained';
  return (
    meaningByStatus.get(httpStatus) ??
    meaningByHundred.get(Math.floor(httpStatus / 100)) ??
    'broken'
  );
}

/** Whether an answer shows that AEWS serves the address it was asked at. */
export function isAnswerOfAews(reply: Reply): boolean {
  switch (toMeaning(reply)) {
    case 'done':
      return reply.shape !== 'page' && reply.shape !== 'unreadable';
    case 'permission refused':
      return reply.origin === 'aews' || reply.origin === 'empty';
    case 'absent':
    case 'refused':
      return reply.origin === 'aews';
    default:
      return false;
  }
}
