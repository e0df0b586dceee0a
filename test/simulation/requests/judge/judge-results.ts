import type { JobStatus } from '../../../../autosys/status.ts';
import { toRequestKey } from '../../../../lambda/request/request-row.ts';
import type { TrueRun } from '../autosys/requested-autosys.ts';
import type { RequestSystem } from '../simulate-requests.ts';
import type { WatchedRequest } from './watch-requests.ts';

const minuteMs = 60_000;
/** A frozen function may have read the job ten minutes before it decides. */
const frozenMs = 12 * minuteMs;

/** The run that a result names. */
interface NamedRun {
  readonly run: number | undefined;
  readonly try: number | undefined;
  readonly status: JobStatus;
  readonly exitCode: number | undefined;
}

/** Checks the result of a `runJob` against what really happened. */
export function judgeResult(watched: WatchedRequest, system: RequestSystem): readonly string[] {
  const { request } = watched;
  const { wait, result } = request;
  if (wait === undefined || result === undefined) return [];
  const name = toRequestKey(request);
  if (result.kind === 'failure' && result.failure === 'AutoSys.Timeout') {
    return judgeTimeout(watched, result.cause, system);
  }
  const named = toNamedRun(result);
  if (named === undefined) return [];
  // AutoSys has not shown the number.
  if (named.run === undefined) return [];
  const run = system.autosys.findRun(wait.job, named.run);
  if (run === undefined) return [`${name} is answered with run ${named.run}, which does not exist`];
  return [...judgeIdentity(watched, run, system), ...judgeEnd(watched, { named, run }, system)].map(
    (fault) =>
      `${name} (${wait.start}) is answered with run ${run.run}/${named.try} ${named.status}: ${fault}`,
  );
}

function toNamedRun(
  result: NonNullable<WatchedRequest['request']['result']>,
): NamedRun | undefined {
  if (result.kind === 'answer') {
    if (!('status' in result.answer)) return undefined;
    const { run, status, exitCode } = result.answer;
    return { run, try: result.answer.try, status, exitCode };
  }
  const match = /^run (\d+), try (\d+) of job \S+ ended with (\w+)(?:, exit code (\d+))?$/.exec(
    result.cause,
  );
  if (match === null) return undefined;
  const [, run, attempt, status, exitCode] = match;
  return {
    run: Number(run),
    try: Number(attempt),
    status: status as JobStatus,
    exitCode: exitCode === undefined ? undefined : Number(exitCode),
  };
}

/** Whether the run is the one that the request awaited. */
function judgeIdentity(
  { id, request, firstMs, readMs }: WatchedRequest,
  run: TrueRun,
  { autosys, watched }: RequestSystem,
): readonly string[] {
  const { start = 'next' } = request.wait ?? {};
  const begun = autosys.runs.find((one) => one.request === id);
  if (begun === run) return [];
  // Its run is the answer of another request, which is judged there; so a later one may be its own.
  const isTaken = begun !== undefined && isTakenByOther(begun, { id, watched });
  const own = isTaken ? undefined : begun;
  const sent = watched.sent.find((one) => one.id === id && one.event.kind !== 'KILLJOB');
  // Of two starts that were under way when the run began, either may get it, and only one.
  const underWayMs = Math.min(
    sent?.sentMs ?? Number.POSITIVE_INFINITY,
    readMs ?? Number.POSITIVE_INFINITY,
  );
  const isShared =
    run.request !== undefined && sent !== undefined && underWayMs < run.startedMs + 2_000;
  const { unreadable, deniedReads } = autosys.installation.recorder;
  // Where the events or the history of the job cannot be read, the run of another start is taken for
  // the own one.
  const isMistaken = unreadable.length + deniedReads.length > 0;
  // A run of a person between the last reading of the job and the start, or in the moment of the own
  // run: a stalled scheduler processes all waiting starts at once.
  const isBetween =
    run.request === undefined &&
    run.startedMs >= (readMs ?? Number.POSITIVE_INFINITY) - 2_000 &&
    (run.startedMs < (sent?.sentMs ?? 0) + 2_000 || isSameMoment(run, own));
  const isFirst = (isShared || isBetween) && own !== undefined && own.startedMs >= run.startedMs;
  if (own !== undefined && !isMistaken && !isFirst) {
    return [`its start began run ${own.run}`];
  }
  if (sent !== undefined) {
    // A join that has begun no run shares one that began since it was received.
    const joins = start === 'join' && own === undefined;
    if (run.request !== undefined && !isShared && !joins) {
      return ['another request started this run'];
    }
    // AutoSys has ignored the start or lost it; a later start counts, also that of a person, and also
    // one between the last reading of the job and the start.
    const sinceMs = joins
      ? firstMs - 1_000
      : Math.min(sent.sentMs - 1_000, (readMs ?? sent.sentMs) - 2_000);
    return run.startedMs >= sinceMs ? [] : ['it began before the start was sent'];
  }
  if (start === 'STARTJOB' || start === 'FORCE_STARTJOB') {
    return isMistaken ? [] : ['its start was never sent'];
  }
  const isOver = (run.tries.at(-1)?.ends.at(-1)?.atMs ?? Number.POSITIVE_INFINITY) < firstMs;
  if (isOver) return ['it had ended before the request'];
  return start === 'next' && run.startedMs < firstMs ? ['it had begun before the request'] : [];
}

/**
 * Whether another request has the run: as its answer, or by its start, which was under way when the run
 * began.
 */
function isTakenByOther(
  run: TrueRun,
  { id, watched }: Pick<RequestSystem, 'watched'> & { readonly id: string },
): boolean {
  if (findAnswered(run, watched).some((one) => one.id !== id)) return true;
  const owner = watched.findOwner(run.job, run.run);
  if (owner === undefined || owner.id === id) return false;
  return watched.sent.some(
    (one) =>
      one.id === owner.id &&
      one.event.kind.endsWith('STARTJOB') &&
      one.sentMs < run.startedMs + 2_000,
  );
}

function isSameMoment(run: TrueRun, own: TrueRun | undefined): boolean {
  return own !== undefined && Math.abs(own.startedMs - run.startedMs) < 2_000;
}

/** Whether AutoSys showed this end, and it is the last one of the run. */
function judgeEnd(
  { request, endedMs = 0 }: WatchedRequest,
  { named, run }: { readonly named: NamedRun; readonly run: TrueRun },
  { autosys }: RequestSystem,
): readonly string[] {
  const { wait, result } = request;
  // Without a token the run is answered as it was when it was identified.
  const isAwaited = result?.kind === 'failure';
  const shown = run.tries.find((one) => one.try === named.try);
  const isEnd =
    named.status === 'SUCCESS' || named.status === 'FAILURE' || named.status === 'TERMINATED';
  if (!isEnd) return [];
  const { unreadable, deniedReads } = autosys.installation.recorder;
  // Where the details of a job cannot be read, its exit code is missing.
  const mayMiss = named.exitCode === undefined && unreadable.length + deniedReads.length > 0;
  const isShown = shown?.ends.some(
    ({ atMs, status, exitCode }) =>
      status === named.status && (mayMiss || exitCode === named.exitCode) && atMs <= endedMs,
  );
  if (!isShown) {
    const ends = run.tries.flatMap(({ ends }) =>
      ends.map(({ status, exitCode }) => `${status} ${exitCode}`),
    );
    return [`exit code ${named.exitCode} was not shown; it ended with ${ends.join(', ')}`];
  }
  const isUnreadable = autosys.installation.recorder.unreadable.some((text) =>
    text.includes(wait?.job ?? ''),
  );
  const isLast = run.tries.every((one) => one.try <= (named.try ?? 0));
  return isAwaited && named.status === 'FAILURE' && !isLast && !isUnreadable
    ? [`AutoSys ran try ${run.tries.at(-1)?.try}`]
    : [];
}

/** A timeout is right only if the awaited run had not ended. */
function judgeTimeout(
  { id, request, endedMs = 0 }: WatchedRequest,
  cause: string,
  { autosys, watched }: RequestSystem,
): readonly string[] {
  const { wait } = request;
  if (!cause.startsWith('the job has not ended in time') || cause.includes('cannot be read'))
    return [];
  const run = autosys.runs.find((one) => one.request === id);
  const ended = run?.tries.at(-1)?.ends[0]?.atMs;
  // Another start got the run.
  if (run && (findAnswered(run, watched).length > 0 || hasRival(run, { autosys, watched })))
    return [];
  if (ended === undefined || ended > Math.min(wait?.untilMs ?? 0, endedMs) - frozenMs) return [];
  return [`${toRequestKey(request)} is answered Timeout, and its run ${run?.run} had ended`];
}

/** The requests with a start that are answered with a run. */
export function findAnswered(
  run: TrueRun,
  watched: RequestSystem['watched'],
): readonly WatchedRequest[] {
  return [...watched.byKey.values()].filter(({ id, request: { wait, result } }) => {
    const isOf = wait?.job === run.job && result !== undefined;
    if (!isOf || toNamedRun(result)?.run !== run.run) return false;
    return watched.sent.some((one) => one.id === id && one.event.kind.endsWith('STARTJOB'));
  });
}

/** A run is the answer of one start, and of any `join`. */
export function judgeShared({ autosys, watched }: RequestSystem): readonly string[] {
  return autosys.runs.flatMap((run) => {
    const all = findAnswered(run, watched)
      .filter(({ request }) => request.wait?.start !== 'join')
      .filter(({ id, request }) => request.wait?.start !== 'join' || run.request === id);
    if (all.length < 2) return [];
    const names = all.map(({ request }) => toRequestKey(request)).join(' and ');
    return [`run ${run.run} of ${run.job} is the answer of ${names}`];
  });
}

/**
 * Whether another request wanted a start of the job before the run began, and has no run: the read-back
 * of its start may have taken this run, where the events of the job cannot be read.
 */
function hasRival(
  run: TrueRun,
  { autosys, watched }: Pick<RequestSystem, 'autosys' | 'watched'>,
): boolean {
  return [...watched.byKey.values()].some(({ id, firstMs, request: { wait } }) => {
    const isOther = wait?.job === run.job && id !== run.request && firstMs < run.startedMs;
    const sends = wait?.start !== 'current' && wait?.start !== 'next';
    return isOther && sends && !autosys.runs.some((one) => one.request === id);
  });
}
