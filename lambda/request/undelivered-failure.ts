import { withHistory } from '../ledger/entry.ts';
import { withoutToken } from './end-request.ts';
import { type RequestResult, repeatedFailures } from './result.ts';
import type { StoredRequest } from './stored-request.ts';

/** Whether a failure is one after which a Retrier asks for a new request. Pure. */
export function isRepeated(result: RequestResult | undefined): boolean {
  return (
    result?.kind === 'failure' && repeatedFailures.some((failure) => failure === result.failure)
  );
}

/**
 * Whether the state may not have received the failure: its token was no longer valid, or it is
 * just being sent. Pure.
 */
export function isUndelivered({ result, undelivered, wait }: StoredRequest): boolean {
  return result?.kind === 'failure' && (undelivered === true || wait?.answering !== undefined);
}

/**
 * A failure that this attempt has received, also if the attempt before it has received it meanwhile. A
 * later one begins a new request, and a repeated invocation of this one does not. Pure.
 */
export function withDelivered(
  request: StoredRequest,
  retry: number | undefined,
  nowMs: number,
): StoredRequest {
  if (retry === undefined || retry <= (request.retry ?? 0)) return request;
  const { undelivered: _, ...delivered } = request;
  const { wait } = request;
  const text = `the failure was delivered to the attempt with retry ${retry}`;
  const over = { ...delivered, retry, ...(wait && { wait: withoutToken(wait) }) };
  return withHistory<StoredRequest>(over, nowMs, text);
}
