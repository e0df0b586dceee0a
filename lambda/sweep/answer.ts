import type { NoAnswer } from '../aws/lookup.ts';
import type { QueueMessage, ReportResult } from '../delivery/report-result.ts';
import { describeError } from '../errors.ts';
import type { Run } from '../ledger/run.ts';
import { readWorkloadEvent } from '../workload/read/index.ts';
import { compareToKnown, toRunId, toVersion } from '../workload/version.ts';
import { isOver, type WorkloadEvent } from '../workload/workload.ts';
import { toNextAskMs, unansweredForMs } from './budget.ts';
import type { OpenRun, OpenRuns } from './open-runs.ts';
import type { RecoveredEvent } from './recovered-event.ts';
import type { RunAnswerResult, RunLookup } from './run-answer.ts';

export interface AnswerDeps {
  readonly runs: OpenRuns;
  readonly now: () => Date;
  /** Reports a recovered event like a message of the queue. */
  readonly report: (message: QueueMessage, signal: AbortSignal) => Promise<ReportResult>;
}

/** An open run with the key of its row. */
export interface KeyedRun {
  readonly key: string;
  readonly open: OpenRun;
}

/**
 * Creates the processing of an answer of AWS: a change is reported to AutoSys, and the run is
 * postponed or closed.
 *
 * The result is `undefined` if the signal had aborted before the answer was processed.
 */
export function createSettleAnswer(deps: AnswerDeps) {
  return async function settleAnswer(
    run: KeyedRun,
    answer: RunLookup,
    signal: AbortSignal,
  ): Promise<RunAnswerResult | undefined> {
    // An aborted lookup shows nothing about AWS. A change that was found is found again.
    if (signal.aborted) return undefined;
    const { open } = run;
    switch (answer.kind) {
      case 'event':
        return settleEvent(deps, run, answer.event, signal);
      case 'unknown': {
        const reason = `AWS no longer knows ${open.run.called}; how it ended is not known`;
        await deps.runs.close(open, reason);
        return { kind: 'lost', run: open.run, reason };
      }
      default:
        return leaveUnanswered(deps, open, answer.kind, answer.reason);
    }
  };
}

async function settleEvent(
  deps: AnswerDeps,
  { key, open }: KeyedRun,
  found: RecoveredEvent,
  signal: AbortSignal,
): Promise<RunAnswerResult> {
  const { runs, now } = deps;
  const event = withKnownStart(found, open.run.version);
  const reading = readWorkloadEvent(event, now());
  if (reading.kind !== 'event') {
    const reason = reading.kind === 'invalid' ? reading.error.message : reading.reason;
    return leaveUnanswered(deps, open, 'unreadable', reason);
  }
  const { status } = reading.event;
  if (toRunId(toVersion(reading.event)) !== toRunId(open.run.version)) {
    return settleOtherRun(deps, { key, open }, event, signal);
  }
  if (!isChanged(open.run, reading.event)) {
    const text = `AWS was asked: ${status}`;
    // Only an operator lets the sweep ask about a run that has ended.
    if (isOver(status)) await runs.close(open, text);
    else await runs.postpone(open, toNextMs(deps, open), text);
    return { kind: 'still', run: open.run, status };
  }
  const reported = await reportOrPostpone(deps, key, event, signal);
  await postponeOrClose(deps, key, reading.event, reported);
  return hasNoEffect(reported)
    ? { kind: 'ended', event: reading.event, reason: reported.reason }
    : { kind: 'recovered', event: reading.event, report: reported };
}

/**
 * Reports a recovered event. If that fails, the run is postponed, so that other runs do not wait.
 */
async function reportOrPostpone(
  deps: AnswerDeps,
  key: string,
  event: RecoveredEvent,
  signal: AbortSignal,
): Promise<ReportResult> {
  try {
    return await deps.report({ messageId: event.id, body: JSON.stringify(event) }, signal);
  } catch (error) {
    const left = await deps.runs.read(key);
    if (left) await deps.runs.postpone(left, toNextMs(deps, left), describeError(error).message);
    throw error;
  }
}

/** The ARN now names another run. That run is reported; the end of the earlier one is unknown. */
async function settleOtherRun(
  deps: AnswerDeps,
  { key, open }: KeyedRun,
  event: RecoveredEvent,
  signal: AbortSignal,
): Promise<RunAnswerResult> {
  await deps.report({ messageId: event.id, body: JSON.stringify(event) }, signal);
  const reason = `${open.run.called} can no longer be looked up: its ARN names a run with another start time; how it ended is not known`;
  const left = await deps.runs.read(key);
  if (left) await deps.runs.close(left, reason);
  return { kind: 'lost', run: open.run, reason };
}

/**
 * Postpones or closes a run that is still due after the report. The report updates the run like any
 * message does; a run that it left unchanged must not be looked up again at once.
 */
async function postponeOrClose(
  deps: AnswerDeps,
  key: string,
  event: WorkloadEvent,
  reported: ReportResult,
): Promise<void> {
  const left = await deps.runs.read(key);
  if (left === undefined) return;
  const reason = hasNoEffect(reported) ? reported.reason : `AWS was asked: ${event.status}`;
  if (isOver(event.status)) await deps.runs.close(left, reason);
  else await deps.runs.postpone(left, toNextMs(deps, left), reason);
}

/** Postpones a run about which AWS gave no answer; closes it after {@link unansweredForMs}. */
async function leaveUnanswered(
  deps: AnswerDeps,
  open: OpenRun,
  why: NoAnswer['kind'] | 'unreadable',
  reason: string,
): Promise<RunAnswerResult> {
  const { run } = open;
  const nowMs = deps.now().getTime();
  if (nowMs - (run.unansweredMs ?? nowMs) >= unansweredForMs) {
    const days = unansweredForMs / 86_400_000;
    const closing = `AWS could not be asked about ${run.called} for ${days} days (${why}), so how it ended is not known: ${reason}`;
    await deps.runs.close(open, closing);
    return { kind: 'lost', run, reason: closing };
  }
  await deps.runs.leave(open, toNextMs(deps, open), `AWS could not be asked (${why}): ${reason}`);
  return { kind: 'unanswered', run, why, reason };
}

function toNextMs({ now }: Pick<AnswerDeps, 'now'>, { run }: OpenRun): number {
  return now().getTime() + toNextAskMs(run.asks);
}

/**
 * Maximum difference between the start times that two AWS sources give for one run, in
 * milliseconds.
 */
const startToleranceMs = 1_000;

/**
 * The event with the start time from the ledger, if both mean the same instant. The start time
 * identifies the run.
 */
function withKnownStart(event: RecoveredEvent, { beganMs }: Run['version']): RecoveredEvent {
  const { startDate } = event.detail;
  const isSame = typeof startDate === 'number' && Math.abs(startDate - beganMs) < startToleranceMs;
  return isSame ? { ...event, detail: { ...event.detail, startDate: beganMs } } : event;
}

/** Whether no route matches the event, or the route file no longer allows its account. */
function hasNoEffect(report: ReportResult) {
  return report.kind === 'ignored' || report.kind === 'refused';
}

/** Whether the event is newer than the run, or the same but not completely recorded. */
function isChanged({ version, unfinished }: Run, event: WorkloadEvent): boolean {
  const order = compareToKnown(toVersion(event), version);
  return order === 'newer' || (order === 'duplicate' && unfinished === true);
}
