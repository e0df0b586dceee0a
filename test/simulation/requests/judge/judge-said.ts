import { toRequestKey } from '../../../../lambda/request/request-row.ts';
import type { HandledInvocation } from '../callers/function-calls.ts';
import type { RequestSystem } from '../simulate-requests.ts';
import { toKey } from './visits.ts';
import type { WatchedRequest } from './watch-requests.ts';

/** Checks what failures say: that nothing was sent, or that it had no effect. */
export function judgeSaid(system: RequestSystem): readonly string[] {
  return [
    ...system.calls.handled.flatMap((one) => judgeAnswered(one, system)),
    ...[...system.watched.byKey.values()].flatMap((one) => judgeRejected(one, system)),
  ];
}

/** A failure that says that nothing was sent is right when it is answered. */
function judgeAnswered(handled: HandledInvocation, { watched }: RequestSystem): readonly string[] {
  const { end, answeredMs } = handled;
  if (end.kind === 'answer' || !end.cause.includes('nothing was sent')) return [];
  if (end.errorType === 'AutoSys.KeyConflict') return [];
  const own = findRequest(handled, watched);
  const sent = watched.sent.find(
    ({ id, event, sentMs }) => id === own?.id && event.kind !== 'KILLJOB' && sentMs < answeredMs,
  );
  if (own === undefined || sent === undefined) return [];
  return [
    `${toRequestKey(own.request)} is answered "${end.cause}", and ${sent.event.kind} was sent`,
  ];
}

/** The request that an invocation found: the last attempt of its key at that time. */
function findRequest(
  handled: HandledInvocation,
  watched: RequestSystem['watched'],
): WatchedRequest | undefined {
  const key = toKey(handled);
  return [...watched.byKey.values()]
    .filter(
      ({ request, firstMs }) =>
        request.key === key && request.entry === handled.entry && firstMs <= handled.answeredMs,
    )
    .at(-1);
}

/** A rejected request has no effect, now or later. */
function judgeRejected(
  { id, request }: WatchedRequest,
  { autosys, watched }: RequestSystem,
): readonly string[] {
  const { result } = request;
  if (result?.kind !== 'failure' || result.failure !== 'AutoSys.Rejected') return [];
  const name = toRequestKey(request);
  const run = autosys.runs.find((one) => one.request === id);
  const value = autosys.values.find(
    ({ global, value: set }) => watched.findByValue(global, set ?? '')?.id === id,
  );
  return [
    ...(run ? [`${name} is answered Rejected (${result.cause}), and started run ${run.run}`] : []),
    ...(value ? [`${name} is answered Rejected (${result.cause}), and set ${value.global}`] : []),
  ];
}
