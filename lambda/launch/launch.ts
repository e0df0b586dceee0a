import type { StartAnswer } from '../aws/start-result.ts';
import type { HistoryEntry } from '../ledger/entry.ts';
import { type DoubtStep, judgeDoubt, toCallsLeft, toUnknownCalls } from './launch-doubt.ts';
import type { LaunchIdentity, NamedStart } from './run-name.ts';

/**
 * Ledger record of one start of a target: who asked for it, with which input, and what AWS answered.
 *
 * ```
 * intended ──AWS accepted──▶ started        (bound to the run in AWS)
 *     │ ╰───AWS refused────▶ refused        (nothing was started)
 *     ╰── outcome unknown: stays intended, is looked up, and asked for again by the caller
 * ```
 *
 * StartExecution may be repeated: the name is its token. SubmitJob has none, so after an unknown
 * outcome the job is looked up for two minutes before the one further attempt (`judgeDoubt`).
 *
 * The row is written before AWS is called. The function that holds the lease calls AWS. The input is
 * not stored, only its digest, so only a caller can ask AWS again; the sweep looks up.
 */
export interface Launch {
  readonly format: 1;
  readonly kind: 'launch';
  readonly identity: LaunchIdentity;
  /** 1, or more after starts with `again`. */
  readonly start: number;
  /** Name of the execution or Batch job in AWS. */
  readonly name: string;
  readonly target: string;
  readonly workload: 'execution' | 'batchJob';
  readonly caller: string;
  /** Random id of the caller's request. */
  readonly launchId: string;
  /** SHA-256 of the input, in hexadecimal. */
  readonly inputDigest: string;
  /** Of a Batch job. The target may have changed when the job is looked up. */
  readonly batch?: LaunchedBatchJob;
  readonly requestedMs: number;
  readonly stage: 'intended' | 'started' | 'refused';
  /** While a function calls AWS. */
  readonly lease?: { readonly owner: string; readonly untilMs: number };
  /** Calls that AWS may have accepted, besides that of the bound run, without a known answer. */
  readonly unknownCalls?: { readonly count: number; readonly lastMs: number };
  /** The run in AWS; with the stage `started`. */
  readonly aws?: BoundRun;
  /** Why AWS refused; with the stage `refused`. */
  readonly refusal?: LaunchRefusal;
  /** Exit code of an array job that has failed, from its children. It is read once. */
  readonly arrayExit?: { readonly code: number; readonly source: string };
  /** Present while a command waits for the run. */
  readonly watch?: { readonly sinceMs: number; readonly seenMs: number };
  readonly history: readonly HistoryEntry[];
}

/** What a launch submits as Batch job. */
export interface LaunchedBatchJob {
  readonly jobQueue: string;
  /** Number of children of an array job. */
  readonly arraySize?: number;
}

/** The run in AWS that a launch started. */
export interface BoundRun {
  /** Execution ARN or Batch job id. */
  readonly id: string;
  /** Start of the execution, or submission of the Batch job. */
  readonly beganMs: number;
}

/** Why a start was refused, for the caller. */
export interface LaunchRefusal {
  /** Name of the AWS error, or a code of the bridge. */
  readonly code: string;
  readonly message: string;
  /** Exit code of the command. */
  readonly exit: number;
}

/** A request for a start, after all checks. */
export interface CheckedStart {
  readonly identity: LaunchIdentity;
  readonly target: string;
  readonly workload: Launch['workload'];
  readonly caller: string;
  readonly launchId: string;
  readonly inputDigest: string;
  readonly again: boolean;
}

/** Number of changes that a launch row keeps. */
const keptLines = 24;

/** A new launch, before AWS is called. */
export function intend(
  request: CheckedStart,
  {
    name,
    start,
    batch,
    nowMs,
  }: { name: string; batch?: LaunchedBatchJob | undefined; nowMs: number } & Pick<
    NamedStart,
    'start'
  >,
): Launch {
  const { again: _, ...facts } = request;
  return withLine(
    {
      format: 1,
      kind: 'launch',
      ...facts,
      start,
      name,
      ...(batch && { batch }),
      requestedMs: nowMs,
      stage: 'intended',
      history: [],
    },
    nowMs,
    `requested by ${request.caller} (target ${request.target})`,
  );
}

/** What to do with a request whose identity has a launch already. */
export type KnownLaunch =
  /** It is the answer to the request. */
  | { readonly kind: 'found' }
  /** AWS must be asked: the launch is intended and no function holds the lease. */
  | { readonly kind: 'resume' }
  /** AWS may have accepted a SubmitJob: the job is looked up before anything else. */
  | { readonly kind: 'lookUp'; readonly ifNotFound: DoubtStep }
  /** Another function calls AWS at the moment. */
  | { readonly kind: 'busy' }
  /** The request is for the next start of the identity. */
  | { readonly kind: 'next' }
  /** Nothing was started, so it may be requested anew, also with other input. */
  | { readonly kind: 'renew' }
  | { readonly kind: 'conflict'; readonly why: 'otherInput' | 'otherTarget' | 'longEnded' };

/**
 * Decides on a request whose identity has a launch. Pure.
 *
 * @param ended when its run ended, in epoch milliseconds; absent while it is not known to have ended
 * @param foundForMs how long after its end a launch is found again
 */
export function judgeKnown(
  known: Launch,
  request: CheckedStart,
  {
    endedMs,
    nowMs,
    foundForMs,
  }: { endedMs?: number | undefined; nowMs: number; foundForMs: number },
): KnownLaunch {
  const isSameRequest = known.launchId === request.launchId;
  if (request.again && !isSameRequest) return { kind: 'next' };
  const isOther = known.target !== request.target || known.inputDigest !== request.inputDigest;
  if (isOther && isNothingStarted(known)) return { kind: 'renew' };
  if (known.target !== request.target) return { kind: 'conflict', why: 'otherTarget' };
  if (isOther) return { kind: 'conflict', why: 'otherInput' };
  switch (known.stage) {
    case 'refused':
      return isSameRequest ? { kind: 'found' } : { kind: 'renew' };
    case 'intended':
      return (known.lease?.untilMs ?? 0) > nowMs ? { kind: 'busy' } : judgeDoubt(known, nowMs);
    case 'started':
      return !isSameRequest && endedMs !== undefined && nowMs - endedMs > foundForMs
        ? { kind: 'conflict', why: 'longEnded' }
        : { kind: 'found' };
    default:
      return known.stage satisfies never;
  }
}

/** Whether AWS has certainly started nothing: it refused, or no call has reached it. */
function isNothingStarted({ stage, lease: held, unknownCalls }: Launch): boolean {
  if (stage === 'intended') return held === undefined && unknownCalls === undefined;
  return stage === 'refused';
}

/** The launch while a function calls AWS. An expired lease before it becomes an unknown call. */
export function lease(launch: Launch, owner: string, untilMs: number): Launch {
  const unknownCalls = toUnknownCalls(launch);
  return { ...launch, ...(unknownCalls && { unknownCalls }), lease: { owner, untilMs } };
}

/** What is known about a start after a call of AWS, or after a lookup. */
export type StartResult =
  | ({ readonly kind: 'started'; readonly found?: boolean } & BoundRun)
  | ({ readonly kind: 'refused' } & LaunchRefusal)
  | Extract<StartAnswer, { readonly kind: 'notSent' | 'unknown' }>;

/** The launch after a call of AWS, without its lease. Pure. */
export function settleLaunch(launch: Launch, result: StartResult, nowMs: number): Launch {
  const { lease: _, unknownCalls, ...free } = launch;
  switch (result.kind) {
    case 'started': {
      const { id, beganMs, found } = result;
      const text = found ? `found in AWS: ${id}` : `accepted by AWS: ${id}`;
      // A late answer may follow the refusal of a later call.
      const { refusal: __, ...bound } = free;
      const left = toCallsLeft(launch, found);
      const started = { ...bound, ...left, stage: 'started' as const, aws: { id, beganMs } };
      return withLine(started, nowMs, text);
    }
    case 'refused': {
      const { code, message, exit } = result;
      const refused = { ...free, stage: 'refused' as const, refusal: { code, message, exit } };
      return withLine(refused, nowMs, `refused by AWS: ${code}: ${message}`);
    }
    case 'notSent':
      return withLine(
        { ...free, ...(unknownCalls && { unknownCalls }) },
        nowMs,
        `not sent: ${result.reason}`,
      );
    case 'unknown': {
      const count = (unknownCalls?.count ?? 0) + 1;
      return withLine(
        { ...free, unknownCalls: { count, lastMs: nowMs } },
        nowMs,
        `outcome unknown: ${result.reason}`,
      );
    }
    default:
      return result satisfies never;
  }
}

/**
 * Minimum time between two stored marks of a waiting command, in milliseconds: more writes would
 * cost more than the polls.
 */
const markEveryMs = 60_000;

/** The launch with the mark of a waiting command. The same object if the mark is recent enough. */
export function markSeen(launch: Launch, nowMs: number): Launch {
  const { watch } = launch;
  if (watch !== undefined && nowMs - watch.seenMs < markEveryMs) return launch;
  return { ...launch, watch: { sinceMs: watch?.sinceMs ?? nowMs, seenMs: nowMs } };
}

/** Adds a line to the history. A repeated line replaces the last one. Pure. */
export function withLine(launch: Launch, atMs: number, text: string): Launch {
  const { history } = launch;
  const before = history.at(-1)?.text === text ? history.slice(0, -1) : history;
  return { ...launch, history: [...before, { atMs, text }].slice(-keptLines) };
}
