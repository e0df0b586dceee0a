import type { Reply } from './reply.ts';

/** The meaning of a reply, by its status and its sender. */
export type Meaning =
  | 'done'
  | 'redirect'
  | 'login rejected'
  | 'permission denied'
  | 'absent'
  | 'unexplained'
  | 'rejected'
  | 'unavailable'
  | 'broken';

const meaningByStatus: ReadonlyMap<number, Meaning> = new Map([
  [401, 'login rejected'],
  [403, 'permission denied'], // EEM, with an empty body (Broadcom KB 187058)
  [404, 'absent'],
  [408, 'unavailable'], // the request did not arrive completely, so AEWS did not act (RFC 9110)
  [429, 'unavailable'],
  [501, 'rejected'], // it has no such request
  [503, 'unavailable'],
  [505, 'rejected'],
]);

const meaningByHundred: ReadonlyMap<number, Meaning> = new Map([
  [2, 'done'],
  [3, 'redirect'],
  [4, 'rejected'],
  [5, 'broken'], // 500, 502, 504: it may have acted before it failed
]);

/**
 * Statuses whose HTML page means that AEWS did not receive the request.
 *
 * AEWS itself rejects with JSON, a `CAUAJM` line, or an empty body (403, documented). An HTML page
 * comes from the web server while AEWS is not deployed, or from a proxy (inferred).
 */
export const pageStatuses: ReadonlySet<number> = new Set([403, 404, 405, 407, 415, 421, 426]);

/** Determines the meaning of a reply. This is the only place that does so. */
export function toMeaning({ httpStatus, origin }: Pick<Reply, 'httpStatus' | 'origin'>): Meaning {
  if (origin === 'html' && pageStatuses.has(httpStatus)) return 'unavailable';
  if (httpStatus === 404 && origin !== 'aews') return 'unexplained';
  return (
    meaningByStatus.get(httpStatus) ??
    meaningByHundred.get(Math.floor(httpStatus / 100)) ??
    'broken'
  );
}

/** Whether a reply shows that AEWS serves the requested address. */
export function isAnswerOfAews(reply: Reply): boolean {
  switch (toMeaning(reply)) {
    case 'done':
      return reply.shape !== 'page' && reply.shape !== 'unreadable';
    case 'permission denied':
      return reply.origin === 'aews' || reply.origin === 'empty';
    case 'absent':
    case 'rejected':
      return reply.origin === 'aews';
    default:
      return false;
  }
}
