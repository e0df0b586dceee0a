import { isDeepStrictEqual } from 'node:util';
import type { QueuedEvent } from '../../../../emulator/instance-types.ts';
import type { Entry } from '../../../../lambda/ledger/entry.ts';
import { leaseMs } from '../../../../lambda/policies.ts';
import { toRequestEventId } from '../../../../lambda/request/effect-request.ts';
import { toRequestKey } from '../../../../lambda/request/request-row.ts';
import { repeatedFailures } from '../../../../lambda/request/result.ts';
import type { StoredRequest } from '../../../../lambda/request/stored-request.ts';
import type { RequestEntry } from '../../../../lambda/routing/requests.ts';
import type { LaunchLedger } from '../../launch/bridge/launch-ledger.ts';
import type { World } from '../../world.ts';
import { type RequestedAutosys, toRequestId } from '../autosys/requested-autosys.ts';
import { requestEntries, requestInstance } from '../requests-deployment.ts';

/** A request as the ledger has it, with the times of the simulation. */
export interface WatchedRequest {
  /** Id in the comments of its events. */
  readonly id: string;
  readonly firstMs: number;
  /** When it was recorded how the job was before the start. */
  readMs?: number;
  request: StoredRequest;
  endedMs?: number;
  /** All task tokens with which it was asked. */
  readonly tokens: Set<string>;
}

/** An event that the bridge sent, whether or not AutoSys accepted it. */
export interface SentByBridge {
  readonly event: QueuedEvent;
  readonly id: string | undefined;
  readonly sentMs: number;
}

/** The requests of a scenario, and the events that were sent for them. */
export interface WatchedRequests {
  readonly byKey: Map<string, WatchedRequest>;
  readonly sent: SentByBridge[];
  find(id: string | undefined): WatchedRequest | undefined;
  /** The request that sets this value. Each sets a value of its own. */
  findByValue(global: string, value: string): WatchedRequest | undefined;
  /** The request to whose start the ledger attributes a run. */
  findOwner(job: string, run: number): WatchedRequest | undefined;
}

/** Records the rows of requests and what is sent, and checks each change at once. */
export function watchRequests(
  world: World,
  { ledger, autosys }: { readonly ledger: LaunchLedger; readonly autosys: RequestedAutosys },
  violations: string[],
): WatchedRequests {
  const byKey = new Map<string, WatchedRequest>();
  const byId = new Map<string, WatchedRequest>();
  const sent: SentByBridge[] = [];
  const idByValue = new Map<string, string>();
  const idByStart = new Map<string, string>();
  const idByRun = new Map<string, string>();
  ledger.onWrite(({ key: rowKey, body }) => {
    if (rowKey.startsWith('state ')) {
      const { event, cause } = body as Entry;
      if (event.kind === 'SET_GLOBAL') idByValue.set(toValueKey(event), cause.eventId);
    }
    if (rowKey.startsWith('attribution ')) {
      const id = idByStart.get((body as { readonly entry: string }).entry);
      if (id !== undefined) idByRun.set(rowKey, id);
    }
    if (rowKey.startsWith('once ')) {
      const { event, cause } = body as Entry;
      idByStart.set(rowKey, cause.eventId);
      if (event.kind === 'COMMENT') idByValue.set(`COMMENT ${event.comment}`, cause.eventId);
    }
    if (!rowKey.startsWith('request ')) return;
    const request = body as StoredRequest;
    const key = toRequestKey(request);
    const id = toRequestEventId(request);
    const known = byKey.get(key);
    if (known === undefined) checkAttempt(request);
    else checkResult(known, request);
    const watched = known ?? { id, firstMs: world.nowMs, request, tokens: new Set<string>() };
    watched.request = request;
    if (request.stage === 'ended') watched.endedMs ??= world.nowMs;
    if (request.wait?.before) watched.readMs ??= world.nowMs;
    if (request.wait?.token !== undefined) watched.tokens.add(request.wait.token);
    byKey.set(key, watched);
    byId.set(id, watched);
  });
  autosys.installation.recorder.onSend = (event, { sentMs }) => {
    const id = idOf(event);
    sent.push({ event, id, sentMs });
    violations.push(...checkSent(event, find(id), world.nowMs));
  };
  return { byKey, sent, find, findByValue, findOwner };

  function find(id: string | undefined): WatchedRequest | undefined {
    return id === undefined ? undefined : byId.get(id);
  }

  function idOf(event: QueuedEvent): string | undefined {
    if (event.kind === 'SET_GLOBAL') return idByValue.get(toValueKey(event));
    if (event.kind === 'COMMENT') return idByValue.get(`COMMENT ${event.comment}`);
    return toRequestId(event);
  }

  function findOwner(job: string, run: number): WatchedRequest | undefined {
    return find(idByRun.get(`attribution ${requestInstance} job ${job} run ${run}`));
  }

  function findByValue(globalVariable: string, value: string): WatchedRequest | undefined {
    return find(idByValue.get(toValueKey({ globalVariable, value })));
  }

  /** A further attempt of a key begins only after a failure of the job. */
  function checkAttempt(request: StoredRequest): void {
    if (request.attempt === 0) return;
    const before = byKey.get(toRequestKey({ ...request, attempt: request.attempt - 1 }))?.request;
    const { result } = before ?? {};
    const isRepeated =
      result?.kind === 'failure' && repeatedFailures.some((one) => one === result.failure);
    if (!isRepeated || (request.retry ?? 0) <= (before?.retry ?? 0)) {
      violations.push(`${toRequestKey(request)} begins although its request was not repeated`);
    }
  }

  function checkResult({ request: before }: WatchedRequest, request: StoredRequest): void {
    if (before.result === undefined || isDeepStrictEqual(before.result, request.result)) return;
    violations.push(`the result of ${toRequestKey(request)} was changed`);
  }
}

function toValueKey({
  globalVariable,
  value,
}: {
  readonly globalVariable: string;
  readonly value: string;
}): string {
  return `${globalVariable} ${value}`;
}

/** Checks an event of the bridge when it is sent. */
function checkSent(
  event: QueuedEvent,
  watched: WatchedRequest | undefined,
  nowMs: number,
): readonly string[] {
  const target = 'job' in event ? `job ${event.job}` : toGlobal(event);
  if (watched === undefined) return [`${event.kind} ${target} is sent without a request`];
  const { request, endedMs } = watched;
  const entry = requestEntries.find(({ name }) => name === request.entry);
  const name = `${event.kind} ${target} of ${toRequestKey(request)}`;
  const faults: string[] = [];
  if (entry === undefined || !isAllowed(event, request, entry) || request.subject !== target) {
    faults.push(`${name} is sent, and its entry does not allow it`);
  }
  const { result } = request;
  if (endedMs === undefined || result?.kind !== 'failure' || event.kind === 'KILLJOB')
    return faults;
  // The function may have sent it when the result was written. Of an unknown outcome, another
  // function may be about to send it.
  const allowedMs = result.failure === 'AutoSys.Unknown' ? leaseMs : 1_000;
  if (nowMs > endedMs + allowedMs) {
    const seconds = Math.round((nowMs - endedMs) / 1_000);
    faults.push(`${name} is sent ${seconds} s after it was answered ${result.failure}`);
  }
  return faults;
}

function toGlobal(event: QueuedEvent): string {
  return event.kind === 'SET_GLOBAL' ? `global ${event.globalVariable}` : '';
}

function isAllowed(event: QueuedEvent, request: StoredRequest, entry: RequestEntry): boolean {
  const { wait, action } = request;
  const isOf = (patterns: readonly string[], text: string) =>
    patterns.some((pattern) =>
      pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern,
    );
  if (!entry.actions.includes(action)) return false;
  if (event.kind === 'SET_GLOBAL') {
    return action === 'setGlobal' && isOf(entry.globals, event.globalVariable);
  }
  if (!('job' in event) || !isOf(entry.jobs, event.job ?? '')) return false;
  if (action === 'sendEvent') return entry.events.includes(event.kind);
  if (wait === undefined || !entry.starts.includes(wait.start)) return false;
  if (event.kind === 'KILLJOB') return entry.mayKill && wait.onAbort === 'kill';
  return event.kind === (wait.start === 'join' ? 'STARTJOB' : wait.start);
}
