import type { NoAnswer } from '../aws/lookup.ts';
import type { QueueMessage, ReportResult } from '../delivery/report-result.ts';
import { describeError, type ErrorDescription } from '../errors.ts';
import type { Run } from '../ledger/run.ts';
import { readWorkloadEvent } from '../workload/read/index.ts';
import { compareToKnown, toRunId, toVersion } from '../workload/version.ts';
import { isOver, type WorkloadEvent, type WorkloadStatus } from '../workload/workload.ts';
import { toNextAskMs, unansweredForMs } from './budget.ts';
import type { OpenRun, OpenRuns } from './open-runs.ts';
import type { RecoveredEvent } from './recovered-event.ts';

/** What came of asking AWS about one run. */
export type RunAnswerResult =
  /** Something had changed that nobody announced, and AutoSys is told of it. */
  | { readonly kind: 'recovered'; readonly event: WorkloadEvent; readonly report: ReportResult }
  /** It has ended in a way of which no route speaks, or in an account that may not speak any more: nothing was lost. */
  | { readonly kind: 'ended'; readonly event: WorkloadEvent; readonly reason: string }
  /** It goes on as the ledger has it. */
  | { readonly kind: 'still'; readonly run: Run; readonly status: WorkloadStatus }
  /** AWS did not answer, or what it answered is no answer: asked again later. */
  | {
      readonly kind: 'unanswered';
      readonly run: Run;
      readonly why: NoAnswer['kind'] | 'unreadable';
      readonly reason: string;
    }
  /** AWS does not know it any more, or nobody could ask for too long: nobody will tell how it ended. */
  | { readonly kind: 'lost'; readonly run: Run; readonly reason: string }
  /** The ledger failed, or holds what does not read. */
  | { readonly kind: 'failed'; readonly key: string; readonly error: ErrorDescription };

/** What AWS says of one run, in the shape of an announcement. */
export type RunLookup =
  | { readonly kind: 'event'; readonly event: RecoveredEvent }
  | { readonly kind: 'unknown' }
  | NoAnswer;

export interface AnswerDeps {
  readonly runs: OpenRuns;
  readonly now: () => Date;
  /** The report as it takes a message of the queue. */
  readonly report: (message: QueueMessage, signal: AbortSignal) => Promise<ReportResult>;
}

/**
 * Binds what is made of an answer: AutoSys is told of news, and the run is asked about later, or not any more.
 *
 * `undefined` where the time was over before anything could be made of it.
 */
export function createSettleAnswer({ runs, now, report }: AnswerDeps) {
  return async (
    key: string,
    open: OpenRun,
    answer: RunLookup,
    signal: AbortSignal,
  ): Promise<RunAnswerResult | undefined> => {
    // What our own end cuts off says nothing of AWS; what was found by then is found again.
    if (signal.aborted) return undefined;
    switch (answer.kind) {
      case 'event':
        return settleEvent(key, open, answer.event, signal);
      case 'unknown': {
        const reason = `AWS does not know ${open.run.called} any more; how it ended is not known`;
        await runs.close(open, reason);
        return { kind: 'lost', run: open.run, reason };
      }
      default:
        return leave(open, answer.kind, answer.reason);
    }
  };

  async function settleEvent(
    key: string,
    open: OpenRun,
    found: RecoveredEvent,
    signal: AbortSignal,
  ): Promise<RunAnswerResult> {
    const event = withKnownStart(found, open.run.version);
    const reading = readWorkloadEvent(event, now());
    if (reading.kind !== 'event') {
      const reason = reading.kind === 'invalid' ? reading.error.message : reading.reason;
      return leave(open, 'unreadable', reason);
    }
    const { status } = reading.event;
    if (toRunId(toVersion(reading.event)) !== toRunId(open.run.version)) {
      return settleOtherRun(key, open, event, signal);
    }
    if (!isNews(open.run, reading.event)) {
      await runs.postpone(open, toNextMs(open), `AWS was asked: ${status}`);
      return { kind: 'still', run: open.run, status };
    }
    const body = JSON.stringify(event);
    const reported = await report({ messageId: event.id, body }, signal).catch(
      async (error: unknown) => {
        // What is missing comes with the next question; the others need not wait for it.
        const left = await runs.read(key);
        if (left) await runs.postpone(left, toNextMs(left), describeError(error).message);
        throw error;
      },
    );
    await letGo(key, reading.event, reported);
    return isUnsaid(reported)
      ? { kind: 'ended', event: reading.event, reason: reported.reason }
      : { kind: 'recovered', event: reading.event, report: reported };
  }

  /** The ARN names another run by now: AutoSys is told of that one, and how the earlier one ended is not known. */
  async function settleOtherRun(
    key: string,
    open: OpenRun,
    event: RecoveredEvent,
    signal: AbortSignal,
  ): Promise<RunAnswerResult> {
    await report({ messageId: event.id, body: JSON.stringify(event) }, signal);
    const reason = `${open.run.called} cannot be asked about any more: its ARN names a run with another start time; how it ended is not known`;
    const left = await runs.read(key);
    if (left) await runs.close(left, reason);
    return { kind: 'lost', run: open.run, reason };
  }

  /** The report writes the run as it does for a message; what it leaves untouched must not be asked about at once. */
  async function letGo(key: string, event: WorkloadEvent, reported: ReportResult): Promise<void> {
    const left = await runs.read(key);
    if (left === undefined) return;
    const why = isUnsaid(reported) ? reported.reason : `AWS was asked: ${event.status}`;
    if (isOver(event.status)) await runs.close(left, why);
    else await runs.postpone(left, toNextMs(left), why);
  }

  async function leave(
    open: OpenRun,
    why: NoAnswer['kind'] | 'unreadable',
    reason: string,
  ): Promise<RunAnswerResult> {
    const { run } = open;
    const nowMs = now().getTime();
    if (nowMs - (run.unansweredMs ?? nowMs) >= unansweredForMs) {
      const days = unansweredForMs / 86_400_000;
      const given = `nobody could ask AWS about ${run.called} for ${days} days (${why}), so how it ended is not known: ${reason}`;
      await runs.close(open, given);
      return { kind: 'lost', run, reason: given };
    }
    await runs.leave(open, toNextMs(open), `AWS could not be asked (${why}): ${reason}`);
    return { kind: 'unanswered', run, why, reason };
  }

  function toNextMs({ run }: OpenRun): number {
    return now().getTime() + toNextAskMs(run.asks);
  }
}

/** How far two sources of AWS may differ in the start time of one run, in milliseconds. */
const startToleranceMs = 1_000;

/** The event with the start time that the ledger has, where both mean the same instant: it identifies the run. */
function withKnownStart(event: RecoveredEvent, { beganMs }: Run['version']): RecoveredEvent {
  const { startDate } = event.detail;
  const isSame = typeof startDate === 'number' && Math.abs(startDate - beganMs) < startToleranceMs;
  return isSame ? { ...event, detail: { ...event.detail, startDate: beganMs } } : event;
}

/** No route speaks of it, or the route file does not name its account any more. */
function isUnsaid(report: ReportResult) {
  return report.kind === 'ignored' || report.kind === 'refused';
}

/** What nobody announced, or what was announced and could not be written down in full. */
function isNews({ version, unfinished }: Run, event: WorkloadEvent): boolean {
  const standing = compareToKnown(toVersion(event), version);
  return standing === 'newer' || (standing === 'duplicate' && unfinished === true);
}
