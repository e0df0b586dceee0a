import { toRequestKey } from '../../../../lambda/request/request-row.ts';
import type { RequestSystem } from '../simulate-requests.ts';
import { toKey } from './visits.ts';
import type { WatchedRequest } from './watch-requests.ts';

/** The rows of requests for one variable. */
interface OfGlobal {
  readonly global: string;
  readonly requests: readonly WatchedRequest[];
}

/** Checks the requests that set variables: shown, and in the order of receipt. */
export function judgeGlobals(system: RequestSystem): readonly string[] {
  const all = [...system.watched.byKey.values()].filter(
    ({ request }) => request.action === 'setGlobal',
  );
  const bySubject = Map.groupBy(all, ({ request }) => request.subject);
  return [...bySubject].flatMap(([subject, requests]) => {
    const of = { global: subject.replace('global ', ''), requests };
    return [
      ...judgeShown(of, system),
      ...judgeReceipt(of, system),
      ...judgeOrder(of, system),
      ...judgeLast(of, system),
    ];
  });
}

function isConfirmed({ request: { result } }: WatchedRequest): boolean {
  return (
    result?.kind === 'answer' && 'confirmed' in result.answer && result.answer.confirmed === true
  );
}

/** A value that was answered as confirmed was really shown. */
function judgeShown({ global, requests }: OfGlobal, { autosys }: RequestSystem): readonly string[] {
  return requests.filter(isConfirmed).flatMap(({ request, firstMs, endedMs = 0 }) => {
    const { result } = request;
    const value = result?.kind === 'answer' && 'value' in result.answer ? result.answer.value : '';
    const own = autosys.values.filter((one) => one.global === global);
    const isShown = own.some(
      ({ atMs, value: shown }, index) =>
        shown === value &&
        atMs <= endedMs &&
        (own[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) >= firstMs,
    );
    return isShown
      ? []
      : [`${toRequestKey(request)} is answered confirmed, and ${global} never was ${value}`];
  });
}

/** A request that was invoked after the answer of another one is the newer one. */
function judgeReceipt({ requests }: OfGlobal, { calls }: RequestSystem): readonly string[] {
  const cameMs = ({ request: { entry, key } }: WatchedRequest) =>
    calls.invoked.find((one) => one.entry === entry && toKey(one) === key)?.invokedMs ?? 0;
  return requests.flatMap((one) =>
    requests.flatMap((other) =>
      one.endedMs !== undefined &&
      one.endedMs < other.firstMs &&
      one.request.receivedMs >= other.request.receivedMs &&
      isConfirmed(one) &&
      one.endedMs < cameMs(other)
        ? [
            `${toRequestKey(other.request)} counts as older than ${toRequestKey(one.request)}, which was answered before`,
          ]
        : [],
    ),
  );
}

/** No older value is sent after a newer one was answered. */
function judgeOrder({ global, requests }: OfGlobal, { watched }: RequestSystem): readonly string[] {
  return watched.sent.flatMap(({ event, id, sentMs }) => {
    if (event.kind !== 'SET_GLOBAL' || event.globalVariable !== global) return [];
    const own = watched.find(id);
    const newer = requests.find(
      (one) =>
        isConfirmed(one) &&
        (one.endedMs ?? sentMs) < sentMs &&
        one.request.receivedMs > (own?.request.receivedMs ?? 0),
    );
    return newer
      ? [`${global} ${event.value} is sent after ${toRequestKey(newer.request)} was answered`]
      : [];
  });
}

/** In the end a variable has the value of the newest request, unless others have set it. */
function judgeLast({ global, requests }: OfGlobal, { autosys }: RequestSystem): readonly string[] {
  const lastMs = Math.max(...requests.map(({ request }) => request.receivedMs));
  // Requests of one millisecond have no order.
  const last = requests.filter(({ request }) => request.receivedMs === lastMs);
  const [newest] = last.length === 1 ? last : [];
  const { recorder, variableHistory, instance } = autosys.installation;
  if (newest === undefined || !isConfirmed(newest)) return [];
  if (recorder.operatorMsByTarget.has(global) || variableHistory.wasRestored(global)) return [];
  const { result } = newest.request;
  const value = result?.kind === 'answer' && 'value' in result.answer ? result.answer.value : '';
  const shown = instance.globalVariable(global)?.value;
  return shown === value
    ? []
    : [`${global} is ${shown} in the end, and the newest request has set ${value}`];
}
