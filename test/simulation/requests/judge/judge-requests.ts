import { toRequestKey } from '../../../../lambda/request/request-row.ts';
import { judgeLogins } from '../../judge/logins.ts';
import type { RequestSystem } from '../simulate-requests.ts';
import { judgeGlobals } from './judge-globals.ts';
import { judgeKills } from './judge-kills.ts';
import { judgeResult, judgeShared } from './judge-results.ts';
import { judgeSaid } from './judge-said.ts';
import { judgeVisits } from './judge-visits.ts';
import type { WatchedRequest } from './watch-requests.ts';

const minuteMs = 60_000;

/** Checks the rules of requests and waits at the end of a scenario. */
export async function judgeRequests(system: RequestSystem): Promise<readonly string[]> {
  const { watched, autosys } = system;
  return [
    ...judgeOnce(system),
    ...[...watched.byKey.values()].flatMap((one) => [
      ...judgeResult(one, system),
      ...judgeOpen(one, system),
    ]),
    ...judgeCalls(system),
    ...judgeTasks(system),
    ...judgeGlobals(system),
    ...judgeKills(system),
    ...judgeSaid(system),
    ...judgeShared(system),
    ...judgeVisits(system),
    ...judgeLogins(autosys.account),
  ];
}

/** Events whose repetition changes nothing more. */
const repeatable = ['SET_GLOBAL', 'JOB_ON_HOLD', 'JOB_OFF_HOLD'];

/** AutoSys has accepted each event at most once. */
function judgeOnce({ watched, autosys }: RequestSystem): readonly string[] {
  const { acceptedEvents } = autosys.installation.recorder;
  return [...watched.byKey.values()].flatMap(({ id, request }) => {
    const own = acceptedEvents.filter(
      ({ event }) =>
        !repeatable.includes(event.kind) && 'comment' in event && event.comment?.includes(id),
    );
    const kinds = Map.groupBy(own, ({ event }) => event.kind);
    return [...kinds].flatMap(([kind, all]) =>
      all.length > 1 ? [`${all.length} ${kind} accepted of ${toRequestKey(request)}`] : [],
    );
  });
}

/** No wait is open whose job has ended, or whose time is over. */
function judgeOpen({ request, id }: WatchedRequest, system: RequestSystem): readonly string[] {
  const { autosys, world } = system;
  const { wait, stage } = request;
  if (wait === undefined) return [];
  const name = toRequestKey(request);
  const latestMs = world.nowMs - 5 * minuteMs;
  if (stage === 'ended') {
    return [
      ...(wait.answering ? [`the result of ${name} is not sent at the end`] : []),
      ...(wait.kill ? [`the kill of ${name} is open at the end`] : []),
      ...(wait.token !== undefined && !wait.answering ? [`${name} keeps its task token`] : []),
    ];
  }
  const run =
    autosys.runs.find((one) => one.request === id) ?? autosys.findRun(wait.job, wait.run?.run);
  const ended = run?.tries.at(-1)?.ends[0];
  if (ended !== undefined && ended.atMs < latestMs)
    return [`${name} waits for a run that has ended`];
  return wait.untilMs < latestMs ? [`${name} waits longer than its timeout`] : [];
}

/** Each token is answered with one content, which is the result in the ledger. */
function judgeCalls({ stepFunctions, watched }: RequestSystem): readonly string[] {
  const byToken = Map.groupBy(stepFunctions.calls, ({ token }) => token);
  return [...byToken].flatMap(([token, calls]) => {
    const contents = new Set(calls.map(({ content }) => content));
    if (contents.size > 1) return [`${token} is answered ${[...contents].join(' and ')}`];
    const taken = calls.find(({ isTaken }) => isTaken);
    if (taken === undefined) return [];
    const owner = [...watched.byKey.values()].find(({ tokens }) => tokens.has(token));
    // A request that had succeeded is answered with the new token, which no row has.
    if (owner === undefined) return [];
    const { result } = owner.request;
    const known =
      result?.kind === 'answer'
        ? JSON.stringify(result.answer)
        : `${result?.failure}: ${result?.cause}`;
    return known === taken.content
      ? []
      : [`${token} is answered ${taken.content}, and its request ended with ${known}`];
  });
}

/** Faults after which the wait function may miss heartbeats. An AutoSys that is away is none. */
const disturbances = [
  ...['crashes', 'function timeouts', 'environment pauses', 'freezes during calls'],
  ...['ledger calls throttled', 'ledger responses lost', 'ledger failing'],
  ...['task calls throttled', 'task answers lost', 'answers of invocations lost', 'clock jumps'],
];

/** Without faults, no state ends by its heartbeat or its timeout. */
function judgeTasks({ stepFunctions, faultsUntilMs, world }: RequestSystem): readonly string[] {
  const isCalm = !disturbances.some((name) => world.counters.has(name));
  return [...stepFunctions.tasks.values()].flatMap(({ token, end }) => {
    if (end === undefined) return [`${token} still waits at the end`];
    const isLate = end.by === 'heartbeat' || end.by === 'timeout';
    // A function that froze before the end of the faults goes on ten minutes later.
    return isLate && (isCalm || end.atMs > faultsUntilMs + 20 * minuteMs)
      ? [`${token} ends by ${end.by} without faults`]
      : [];
  });
}
