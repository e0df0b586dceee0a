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
 * Whether the state has not been told the failure for certain: its token was no longer valid, or it is
 * just being sent. Pure.
 */
export function isOwed({ result, untold, wait }: StoredRequest): boolean {
  return result?.kind === 'failure' && (untold === true || wait?.answering !== undefined);
}

/** A failure that was told to this attempt. A later one begins a new request. Pure. */
export function withTold(
  request: StoredRequest,
  retry: number | undefined,
  nowMs: number,
): StoredRequest {
  if (!isOwed(request) || retry === undefined || retry <= (request.retry ?? 0)) return request;
  const { untold: _, ...told } = request;
  const { wait } = request;
  const text = `the failure was told to the attempt with retry ${retry}`;
  const over = { ...told, retry, ...(wait && { wait: withoutToken(wait) }) };
  return withHistory<StoredRequest>(over, nowMs, text);
}
