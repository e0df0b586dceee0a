import { createAutosysEvent } from '../../autosys/create-event.ts';
import type { AutosysEvent } from '../../autosys/event.ts';
import { nameRules } from '../../autosys/names.ts';
import type { EffectRequest } from '../ledger/admit.ts';
import { toEntryKind } from '../ledger/entry-kind.ts';
import { toDigest } from '../workload/digest.ts';
import type { EffectAsk } from './payload.ts';
import { type RequestId, toShownKey } from './request-row.ts';
import type { StoredRequest } from './stored-request.ts';

const routePrefix = 'request:';

/** Route name under which effects of an entry stand in the ledger. No route can have it. */
export function toRequestRouteName(entry: string): string {
  return `${routePrefix}${entry}`;
}

/** Name of the entry whose request an effect is of; `undefined` for that of a route. */
export function toEntryOfRoute(route: string): string | undefined {
  return route.startsWith(routePrefix) ? route.slice(routePrefix.length) : undefined;
}

/**
 * Id of a request in the place of an EventBridge event id. It is the same in every attempt and stands
 * in the comment of the AutoSys event, so that each attempt recognises what an earlier one has sent.
 */
export function toRequestEventId({ entry, key, attempt }: RequestId): string {
  return `request-${toDigest(JSON.stringify([entry, key, attempt])).slice(0, 32)}`;
}

/**
 * The effect of a request, for the ledger. Pure.
 *
 * Its version begins when the bridge received the request, so requests to one target are ordered by
 * their time of receipt. The time was fixed by the first write of the row.
 */
export function toRequestEffect(request: StoredRequest, event: AutosysEvent): EffectRequest {
  const { entry, key, attempt, receivedMs, instance, execution } = request;
  const id = toRequestEventId(request);
  return {
    kind: toEntryKind(event.kind),
    to: instance,
    event: withMark(event, id),
    version: {
      ...{ beganMs: receivedMs, run: `request ${entry} ${toShownKey(key)}`, attempt },
      ...{ status: 'REQUESTED', changedMs: receivedMs },
    },
    cause: {
      eventId: id,
      route: toRequestRouteName(entry),
      run: execution === undefined ? `request of ${entry}` : `request of ${toShortName(execution)}`,
      seenMs: receivedMs,
    },
  };
}

/** The start that a `runJob` sends. `undefined` if its way to get a run sends nothing. Pure. */
export function toStartRequest(request: StoredRequest): EffectRequest | undefined {
  const { wait } = request;
  if (wait === undefined || wait.start === 'current' || wait.start === 'next') return undefined;
  const kind = wait.start === 'join' ? 'STARTJOB' : wait.start;
  const effect = toRequestEffect(request, { kind, job: wait.job });
  return { ...effect, cause: { ...effect.cause, awaited: true } };
}

/** The event of a request that sends one. Pure. */
export function toAskedEvent(ask: Exclude<EffectAsk, { readonly action: 'runJob' }>): AutosysEvent {
  if (ask.action === 'sendEvent') return ask.event;
  return { kind: 'SET_GLOBAL', globalVariable: ask.global, value: ask.value };
}

/**
 * The event with the id in its comment, before the caller's own comment as far as there is room. The
 * text of a COMMENT is its effect and stays as it is.
 */
function withMark(event: AutosysEvent, id: string): AutosysEvent {
  if (event.kind === 'COMMENT') return event;
  const { kind, comment: own, ...fields } = event;
  const mark = `AWS request, event ${id}`;
  const comment = (own === undefined ? mark : `${mark}: ${own}`).slice(0, nameRules.comment.max);
  const texts = Object.entries(fields).filter(([, value]) => value !== undefined);
  return createAutosysEvent(kind, {
    ...Object.fromEntries(texts.map(([name, value]) => [name, String(value)])),
    comment,
  });
}

/** State machine and name of an execution. */
function toShortName(execution: string): string {
  return execution.split(':').slice(6).join(':');
}
