import { LedgerError } from '../errors.ts';
import { withHistory } from '../ledger/entry.ts';
import { parseEntry, toKey } from '../ledger/entry-row.ts';
import type { Table } from '../ledger/table.ts';
import type { RequestEntry } from '../routing/requests.ts';
import { toSubject } from './check-allowed.ts';
import { toAskedEvent, toRequestEffect } from './effect-request.ts';
import { type EffectAsk, type Payload, payloadLimits } from './payload.ts';
import { RequestError } from './request-error.ts';
import { type RequestIdentity, toRequestIdentity } from './request-key.ts';
import { toRequestKey } from './request-row.ts';
import type { KnownRequest, StoredRequests } from './requests.ts';
import type { JobWait, StoredRequest } from './stored-request.ts';
import { isRepeated, isUndelivered } from './undelivered-failure.ts';

/** A request that changes something, as it was checked. */
export type EffectPayload = Payload & { readonly ask: EffectAsk };

export interface FindRequestDeps {
  readonly table: Pick<Table, 'get'>;
  readonly requests: StoredRequests;
  readonly now: () => Date;
}

/**
 * Creates the search for the row of a request. A request that has none gets one, before anything
 * else is done, so that its time of receipt is fixed.
 *
 * The attempts of a key are numbered. An attempt that ended with the failure of its job is followed
 * by the next number, if the state asks with a higher retry count: that is what its Retrier wants. If
 * the state was not informed of the failure, the next attempt is informed of it first.
 * Every other attempt finds the request that is open, or its result.
 */
export function createFindRequest({ table, requests, now }: FindRequestDeps) {
  /** @throws {RequestError} `AutoSys.KeyConflict` @throws {LedgerError} */
  return async function findRequest(
    payload: EffectPayload,
    entry: RequestEntry,
  ): Promise<KnownRequest> {
    const identity = toRequestIdentity(payload, entry);
    for (let attempt = 0; ; attempt += 1) {
      // Most requests are new, so the row is written before it is read.
      const nowMs = now().getTime();
      const received = toNewRequest(payload, { entry, identity, attempt, nowMs });
      const request = await inOrder(received, payload.ask);
      const written = await requests.write(request, undefined);
      if (written !== undefined) return written;
      const known = await requests.read(entry.name, identity.key, attempt);
      if (known === undefined) throw toExpired(request);
      refuseOtherContent(known.request, identity);
      if (!isRepeatWanted(known.request, payload)) return joinRequest(known, payload);
    }
  };

  /**
   * The request as received after every request for its target that the ledger knows. The clocks of
   * two functions differ by some milliseconds, so the later one may show the earlier time.
   */
  async function inOrder(request: StoredRequest, ask: EffectAsk): Promise<StoredRequest> {
    if (ask.action === 'runJob') return request;
    const effect = toRequestEffect(request, toAskedEvent(ask));
    const row = effect.kind === 'once' ? undefined : await table.get(toKey(effect));
    const { version } = row ? parseEntry(row) : {};
    if (version?.status !== 'REQUESTED' || version.beganMs < request.receivedMs) return request;
    return { ...request, receivedMs: version.beganMs + 1 };
  }

  /** Records that the state asks again, and the task token with which it does. */
  async function joinRequest(known: KnownRequest, payload: EffectPayload): Promise<KnownRequest> {
    const joined = await requests.change(known, (request) =>
      withAsker(request, payload, now().getTime()),
    );
    const { request } = joined;
    if (isOfOtherAsker(request, payload)) {
      const asker = `${request.execution ?? 'another caller'}, ${request.state ?? ''}`;
      throw new RequestError(
        'AutoSys.KeyConflict',
        `the key waits for a job in another state (${asker}); give each state that waits a key of its own`,
      );
    }
    return joined;
  }
}

/** The row expired between two calls. */
function toExpired(request: StoredRequest): LedgerError {
  return new LedgerError({ doing: `read ${toRequestKey(request)}`, reason: 'the row is gone' });
}

function refuseOtherContent(
  { digest, action, subject, receivedMs }: StoredRequest,
  identity: RequestIdentity,
): void {
  if (digest === identity.digest) return;
  const receivedAt = new Date(receivedMs).toISOString();
  throw new RequestError(
    'AutoSys.KeyConflict',
    `the key was used with other content (${action} ${subject}, received ${receivedAt}); nothing was sent; use another key for another request`,
  );
}

function isRepeatWanted(request: StoredRequest, { context }: Payload): boolean {
  const { result, retry = 0 } = request;
  return (
    isRepeated(result) && !isUndelivered(request) && context !== undefined && context.retry > retry
  );
}

function isOfOtherAsker({ stage, wait, ...request }: StoredRequest, payload: EffectPayload) {
  if (stage === 'ended' || wait?.token === undefined) return false;
  if (payload.ask.action !== 'runJob' || payload.ask.token === undefined) return false;
  const { execution, state } = toAsker(payload);
  return request.execution !== execution || request.state !== state;
}

/** The request with what this attempt adds; the same object if that is nothing. Pure. */
function withAsker(found: StoredRequest, payload: EffectPayload, nowMs: number): StoredRequest {
  const { stage, wait } = found;
  if (stage === 'ended') return found;
  const request: StoredRequest = wait || found.joined ? found : { ...found, joined: true };
  if (isOfOtherAsker(request, payload)) return request;
  const { retry = 0 } = payload.context ?? {};
  const known = request.retry ?? 0;
  // A repeated invocation of an earlier attempt has a token that Step Functions no longer accepts.
  if (retry < known) return request;
  const token = payload.ask.action === 'runJob' ? payload.ask.token : undefined;
  const hasToken = token !== undefined && wait !== undefined && token !== wait.token;
  if (retry === known && !hasToken) return request;
  const text = hasToken ? `asked again with a new task token, retry ${retry}` : `retry ${retry}`;
  return withHistory<StoredRequest>(
    {
      ...request,
      ...(payload.context && { ...toAsker(payload), retry }),
      ...(hasToken && { wait: { ...withoutGone(wait), token } }),
    },
    nowMs,
    text,
  );
}

/** A new task token is valid. */
function withoutGone({ goneMs: _, ...wait }: JobWait): JobWait {
  return wait;
}

function toNewRequest(
  payload: EffectPayload,
  {
    entry,
    identity,
    attempt,
    nowMs,
  }: {
    readonly entry: RequestEntry;
    readonly identity: RequestIdentity;
    readonly attempt: number;
    readonly nowMs: number;
  },
): StoredRequest {
  const { ask, context } = payload;
  return {
    format: 1,
    kind: 'request',
    entry: entry.name,
    ...identity,
    attempt,
    instance: entry.instance,
    action: ask.action,
    subject: describeSubject(ask),
    ...(context && { ...toAsker(payload), retry: context.retry }),
    receivedMs: nowMs,
    stage: 'open',
    ...(ask.action === 'runJob' && { wait: toWait(ask, nowMs) }),
    history: [{ atMs: nowMs, text: 'received' }],
  };
}

function toWait(ask: EffectAsk & { readonly action: 'runJob' }, nowMs: number): JobWait {
  const { job, start, onAbort, token, timeoutMs } = ask;
  return {
    ...{ job, start, onAbort, nextMs: nowMs },
    untilMs: nowMs + Math.min(timeoutMs, payloadLimits.timeoutMs.max),
    ...(token !== undefined && { token }),
  };
}

/** Who asks. Iterations of a Map state differ. */
function toAsker({ context }: Payload): Pick<StoredRequest, 'execution' | 'state'> {
  if (context === undefined) return {};
  const { execution, state, item } = context;
  return { execution, state: item === undefined ? state : `${state}, item ${item}` };
}

function describeSubject(ask: EffectAsk): string {
  const { job, global } = toSubject(ask);
  if (job !== undefined) return `job ${job}`;
  if (global !== undefined) return `global ${global}`;
  return ask.action === 'sendEvent' ? ask.event.kind : ask.action;
}
