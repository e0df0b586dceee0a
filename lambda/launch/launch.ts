import type { StartAnswer } from '../aws/start-result.ts';
import type { HistoryEntry } from '../ledger/entry.ts';
import { nothingStarted } from './api.ts';
import type { BoundRun } from './bound-run.ts';
import { toCallsLeft, toUnknownCalls } from './launch-doubt.ts';
import { failMirror, type LaunchMirror, watchMirrorJob } from './mirror/launch-mirror.ts';
import type { Continuation, ContinuedRun } from './restart/continued-run.ts';
import type { LaunchIdentity } from './run-name.ts';
import { isStopping, type LaunchStop, settleUnstarted } from './stop/stop-record.ts';

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
  /** Present if it continues the execution of an earlier launch. @default - it starts its own */
  readonly continues?: ContinuedRun;
  /** Present once another launch was to continue its execution. */
  readonly continuedBy?: Continuation;
  readonly requestedMs: number;
  readonly stage: 'intended' | 'started' | 'refused';
  /** While a function starts the run. */
  readonly lease?: LaunchLease;
  /** Calls that AWS may have accepted, besides that of the bound run, without a known answer. */
  readonly unknownCalls?: { readonly count: number; readonly lastMs: number };
  /** The run in AWS; with the stage `started`. */
  readonly aws?: BoundRun;
  /** Why AWS refused; with the stage `refused`. */
  readonly refusal?: LaunchRefusal;
  /** Exit code of an array job that has failed, from its children. It is read once. */
  readonly arrayExit?: { readonly code: number; readonly source: string };
  /** Present while the process of an AutoSys job waits for the run. */
  readonly watch?: LaunchWatch;
  /** What shows the state of the run in AutoSys. Absent for a start with a key. */
  readonly mirror?: LaunchMirror;
  /** When the sweep last looked up the start, without an answer that decides. */
  readonly lookedUpMs?: number;
  /** Present once a stop was requested. */
  readonly stop?: LaunchStop;
  readonly history: readonly HistoryEntry[];
}

/** The permission of one function to start the run of a launch. */
export interface LaunchLease {
  readonly owner: string;
  readonly untilMs: number;
  /**
   * True until its function is about to ask AWS. Only a start that waits for its mirror says so; see
   * `markAsked`.
   *
   * @default - AWS may have been asked
   */
  readonly unasked?: true;
}

/** What a launch submits as Batch job. */
export interface LaunchedBatchJob {
  readonly jobQueue: string;
  /** Number of children of an array job. */
  readonly arraySize?: number;
}

/** The marks of a waiting command. */
export interface LaunchWatch {
  readonly sinceMs: number;
  /** The last mark. */
  readonly seenMs: number;
  /** When the sweep looks again, after it has found the job active without a mark. */
  readonly nextMs?: number;
}

/** Why a start was refused, for the caller. */
export interface LaunchRefusal {
  /** Name of the AWS error, or a code of the bridge. */
  readonly code: string;
  readonly message: string;
  /** Exit code of the command. */
  readonly exit: number;
}

/** Code of a {@link LaunchRefusal} by the bridge: AWS does not have the start. */
export const neverStarted = 'NEVER_STARTED';

/** Number of changes that a launch row keeps. */
const keptLines = 24;

/**
 * The launch while a function starts its run. An expired lease before it becomes an unknown call, if
 * its function may have asked AWS. Pure.
 */
export function lease(launch: Launch, held: LaunchLease): Launch {
  const unknownCalls = toUnknownCalls(launch);
  return { ...launch, ...(unknownCalls && { unknownCalls }), lease: held };
}

/** What is known about a start after a call of AWS, or after a lookup. */
export type StartResult =
  | ({ readonly kind: 'started'; readonly found?: boolean } & BoundRun)
  | ({ readonly kind: 'refused' } & LaunchRefusal)
  /** AWS was not asked, because the mirror does not show RUNNING. */
  | ({ readonly kind: 'withheld' } & LaunchRefusal)
  | Extract<StartAnswer, { readonly kind: 'notSent' | 'unknown' }>;

/** The launch after a call of AWS, without its lease. Pure. */
export function settleLaunch(launch: Launch, result: StartResult, nowMs: number): Launch {
  const { lease: _, unknownCalls, lookedUpMs: __, ...free } = launch;
  switch (result.kind) {
    case 'started': {
      const { kind: _, found, ...aws } = result;
      const text = `${found ? 'found in AWS' : 'accepted by AWS'}: ${describeRedrive(aws)}${aws.id}`;
      // A late answer may follow the refusal of a later call.
      const { refusal: __, ...bound } = free;
      const left = toCallsLeft(launch, found);
      const started = { ...bound, ...left, stage: 'started' as const, aws };
      return withLine(watchMirrorJob(started, nowMs), nowMs, text);
    }
    case 'refused': {
      const { code, message, exit } = result;
      if (launch.continues?.orElse === 'start' && !isStopping(launch.stop)) {
        const { continues: _, ...anew } = free;
        return withLine(anew, nowMs, `not continued, a new run is started: ${message}`);
      }
      const refused = toRefused(free, { code, message, exit });
      return withLine(refused, nowMs, `refused by AWS: ${code}: ${message}`);
    }
    case 'withheld': {
      const { code, message, exit } = result;
      return withLine(toRefused(free, { code, message, exit }), nowMs, `not started: ${message}`);
    }
    case 'notSent':
      if (isStopping(launch.stop) && unknownCalls === undefined) {
        return settleUnsent(launch, 'stopped before it was started', nowMs);
      }
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

/** The launch of a start that AWS certainly does not have, so that it may be requested anew. Pure. */
export function settleUnsent(launch: Launch, message: string, nowMs: number): Launch {
  const { lease: _, unknownCalls: __, lookedUpMs: ___, ...free } = launch;
  const refused = toRefused(free, {
    code: neverStarted,
    message,
    exit: nothingStarted.notReached,
  });
  return withLine(refused, nowMs, message);
}

function describeRedrive({ redrive }: BoundRun): string {
  return redrive === undefined ? '' : `redrive ${redrive} of `;
}

function toRefused(launch: Launch, refusal: LaunchRefusal): Launch {
  const { stop } = launch;
  return {
    ...failMirror(launch),
    stage: 'refused',
    refusal,
    ...(stop && isStopping(stop) && { stop: settleUnstarted(stop) }),
  };
}

/**
 * The launch while the process of its AutoSys job waits. The same object if it is watched already,
 * if it is stopped, or if no job waits for it. Pure.
 */
export function beginWatch(launch: Launch, nowMs: number): Launch {
  const { identity, watch, stop, stage } = launch;
  const isWatchable = identity.kind === 'jobTry' && stage !== 'refused';
  if (!isWatchable || watch !== undefined || stop !== undefined) return launch;
  return { ...launch, watch: { sinceMs: nowMs, seenMs: nowMs } };
}

/** Adds a line to the history. A repeated line replaces the last one. Pure. */
export function withLine(launch: Launch, atMs: number, text: string): Launch {
  const { history } = launch;
  const before = history.at(-1)?.text === text ? history.slice(0, -1) : history;
  return { ...launch, history: [...before, { atMs, text }].slice(-keptLines) };
}
