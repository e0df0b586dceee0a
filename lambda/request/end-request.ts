import { withHistory } from '../ledger/entry.ts';
import type { RequestResult } from './result.ts';
import type { JobWait, StoredRequest } from './stored-request.ts';

/**
 * The request with its result, and without the task token. A request that has ended keeps its first
 * result. Pure.
 */
export function endRequest(
  request: StoredRequest,
  result: RequestResult,
  nowMs: number,
): StoredRequest {
  if (request.stage === 'ended') return request;
  const { wait } = request;
  const text = result.kind === 'answer' ? 'answered' : `${result.failure}: ${result.cause}`;
  return withHistory<StoredRequest>(
    {
      ...request,
      stage: 'ended',
      result,
      ...(wait && { wait: withoutToken(wait) }),
    },
    nowMs,
    text,
  );
}

/** The wait without its token, as it is kept when nothing is left to send. Pure. */
export function withoutToken({ token: _, answering: __, ...wait }: JobWait): JobWait {
  return wait;
}
