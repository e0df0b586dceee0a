import { isActive, isTerminal } from '../../../autosys/status.ts';
import type { JobView } from '../../../autosys/views.ts';
import { toSeenRun } from '../decide-start.ts';
import type { RequestResult, RunJobAnswer } from '../result.ts';
import type { JobWait, SeenRun } from '../stored-request.ts';
import { describeAwaitedRun, describeUnbegun } from './describe-wait.ts';
import { type FindRunFacts, findAwaitedRun, sendsStart } from './find-run.ts';
import { compareRuns, isComparable, type SeenJob, toEndAnswer } from './seen-job.ts';

/** How the awaited run ended, from the history of the job. */
export type PastEnd =
  | { readonly kind: 'ended'; readonly end: RunJobAnswer }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** What is known beside the reading. */
export interface WaitFacts extends FindRunFacts {
  /** `n_retrys` of the job. @default - not looked up yet */
  readonly retries?: number | 'unknown';
  /** @default - not looked up yet */
  readonly pastEnd?: PastEnd;
}

export type WaitDecision =
  | { readonly kind: 'wait'; readonly wait: JobWait }
  | {
      readonly kind: 'end';
      readonly wait: JobWait;
      readonly result: RequestResult;
      /** When the job ended, in epoch milliseconds. Present for an end that AutoSys shows. */
      readonly endedMs?: number;
    }
  /** The decision needs this fact. The wait holds what is known so far. */
  | {
      readonly kind: 'needs';
      readonly fact: 'begun' | 'retries' | 'pastEnd';
      readonly wait: JobWait;
    };

/**
 * Shortest time between the two reads of a failure. Two passes are 30 s apart; a second is left for
 * a pass that reads the job a little earlier than the one before.
 */
export const failureApartMs = 29_000;
/**
 * Time in FAILURE after which a job with retries left counts as failed. The scheduler restarts a
 * failed job within `MaxRestartWait`, 300 s by default (inferred: no source describes a FAILURE set by
 * hand, after which there is no restart).
 */
export const restartWithinMs = 360_000;

/** Decides on a wait by one reading of its job. Pure. */
export function decideWait(wait: JobWait, seen: SeenJob, facts: WaitFacts): WaitDecision {
  if (wait.run !== undefined && !isNumberedLater(wait.run, seen)) {
    return decideRun({ ...wait, run: wait.run }, seen, facts);
  }
  const found = findAwaitedRun(wait, seen, facts);
  switch (found.kind) {
    case 'found': {
      const { kind: _, ...identified } = found;
      return decideRun({ ...wait, ...identified }, seen, facts);
    }
    case 'needsRuns':
      return { kind: 'needs', fact: 'begun', wait };
    case 'notBegun':
      return decideUnbegun(wait, seen, facts);
    case 'past': {
      const cause = `the run of job ${wait.job} that ${wait.start} began is over, and AutoSys shows later ones only; read the history of the job (autorep -J ${wait.job} -r)`;
      return toUnknown(wait, cause);
    }
    default:
      return found satisfies never;
  }
}

/**
 * Whether a run that AutoSys showed without number and time may now be identified: a job whose details
 * could not be read shows them later. Pure.
 */
export function isNumberedLater(run: SeenRun, seen: SeenJob): boolean {
  return !isComparable(run) && seen.kind === 'job' && isComparable(toSeenRun(seen.job));
}

type IdentifiedWait = JobWait & Required<Pick<JobWait, 'run'>>;

/** The awaited run has not begun, as far as AutoSys shows. */
function decideUnbegun(wait: JobWait, seen: SeenJob, facts: WaitFacts): WaitDecision {
  const { job, start } = wait;
  const { start: sent } = facts;
  if (sent.kind === 'failed') {
    const result = { kind: 'failure', failure: sent.failure, cause: sent.cause } as const;
    return { kind: 'end', wait, result };
  }
  const isUndecided = sent.kind === 'pending' && sent.mayBeSent;
  const mayBeSent = sent.kind === 'delivered' || isUndecided;
  if (seen.kind === 'unknownJob') {
    if (!mayBeSent) return reject(wait, `AutoSys has no job ${job}`);
    const cause = `the start of job ${job} ${sent.kind === 'delivered' ? 'was accepted' : 'may have been sent'}, and AutoSys has no such job any more`;
    return toUnknown(wait, cause);
  }
  if (seen.kind === 'job') {
    const { status } = seen.job;
    // A forced start runs a job that is on ice, and an undecided one may have come before the ice.
    if (status === 'ON_ICE' && start !== 'FORCE_STARTJOB' && !isUndecided) {
      const { run } = seen.job.lastRun;
      const hasNotRun = run !== undefined && run === wait.before?.run;
      if (!mayBeSent || hasNotRun) return reject(wait, `job ${job} is ON_ICE, so it does not run`);
      const cause = `job ${job} is ON_ICE, and AutoSys does not show whether it ran before`;
      return toUnknown(wait, cause);
    }
    if (wait.before === undefined && !sendsStart(start)) {
      const before = { ...toSeenRun(seen.job), status, readMs: facts.nowMs };
      return decideWait({ ...wait, before }, seen, facts);
    }
  }
  const found = describeUnbegun(wait, seen, sent);
  // Timeout would let a Retrier start the job a second time.
  const isUnknown = isUndecided && facts.nowMs >= wait.untilMs;
  return isUnknown ? toUnknown(wait, found) : waitOn(wait, facts.nowMs, found);
}

function decideRun(wait: IdentifiedWait, seen: SeenJob, facts: WaitFacts): WaitDecision {
  if (seen.kind === 'unread') {
    return waitOn(wait, facts.nowMs, `${describeAwaitedRun(wait)} cannot be read: ${seen.reason}`);
  }
  if (seen.kind === 'unknownJob') {
    if (wait.failure) return finish(wait, wait.failure.end);
    const cause = `job ${wait.job} no longer exists, so the end of its run is unknown (auto_delete deletes a job that has ended)`;
    return toUnknown(wait, cause);
  }
  const { job } = seen;
  if (isComparable(wait.run) && !isComparable(toSeenRun(job))) {
    const found = `AutoSys shows ${job.status} without the run of job ${wait.job} now`;
    return waitOn(wait, facts.nowMs, found);
  }
  const comparison = compareRuns(wait.run, toSeenRun(job));
  switch (comparison) {
    case 'earlier':
      return waitOn(
        wait,
        facts.nowMs,
        `AutoSys shows an earlier run than ${describeAwaitedRun(wait)}`,
      );
    case 'later':
      return decidePast(wait, facts);
    case 'laterTry':
      // No retries were left, so an operator has restarted the job.
      if (wait.failure && countRetriesLeft(wait, wait.run.try) === 0) {
        return finish(wait, wait.failure.end);
      }
      return decideShown(wait, job, facts);
    case 'same':
      return decideShown(wait, job, facts);
    default:
      return comparison satisfies never;
  }
}

/** AutoSys shows the awaited run. */
function decideShown(known: IdentifiedWait, job: JobView, facts: WaitFacts): WaitDecision {
  const wait = { ...known, run: { ...known.run, ...toSeenRun(job) } };
  const { status, lastRun } = job;
  if (wait.token === undefined) return answerStarted(wait, job);
  switch (status) {
    case 'SUCCESS':
    case 'TERMINATED':
      return finish(wait, toEndAnswer(job));
    case 'FAILURE':
      return decideFailure(wait, job, facts);
    default: {
      const { failure: _, ...running } = wait;
      const isOver = !isActive(status) && lastRun.endedAt !== undefined;
      // Another status hides the end: such as a job that was put on hold after its run.
      if (isOver) return decidePast(wait, facts);
      return waitOn(running, facts.nowMs, `job ${wait.job} is ${status}`);
    }
  }
}

/** Without a task token the request is answered as soon as its run is known. */
function answerStarted(wait: IdentifiedWait, job: JobView): WaitDecision {
  return { kind: 'end', wait, result: { kind: 'answer', answer: toEndAnswer(job) } };
}

/** FAILURE is final after two reads, if the scheduler does not restart the job. */
function decideFailure(known: IdentifiedWait, job: JobView, facts: WaitFacts): WaitDecision {
  const { nowMs } = facts;
  const retries = known.retries ?? facts.retries;
  if (retries === undefined) return { kind: 'needs', fact: 'retries', wait: known };
  const wait = { ...known, retries };
  const end = toEndAnswer(job);
  const isSecond = wait.failure !== undefined && wait.failure.end.try === end.try;
  const firstMs = isSecond ? (wait.failure?.firstMs ?? nowMs) : nowMs;
  const left = countRetriesLeft(wait, end.try) ?? 0;
  const waitMs = left > 0 ? restartWithinMs : failureApartMs;
  if (nowMs - firstMs >= waitMs) return finish(wait, end);
  const failed = { ...wait, failure: { firstMs, end } };
  // The second read decides, even if the time to wait is over by then.
  if (left === 0) return { kind: 'wait', wait: failed };
  return waitOn(failed, nowMs, `job ${wait.job} is FAILURE with ${left} retries left`);
}

/** Retries after this try. `undefined` if they are unknown. */
function countRetriesLeft(
  { retries, firstTry = 1 }: JobWait,
  tryNumber: number | undefined,
): number | undefined {
  if (typeof retries !== 'number' || (tryNumber === undefined && retries > 0)) return undefined;
  return Math.max(0, firstTry + retries - (tryNumber ?? firstTry));
}

/** The run is over and AutoSys shows its end only in the history. A further start changes no answer. */
function decidePast(wait: IdentifiedWait, { pastEnd }: WaitFacts): WaitDecision {
  const { failure } = wait;
  if (failure && countRetriesLeft(wait, failure.end.try) === 0) return finish(wait, failure.end);
  // The failure may have been followed by another try.
  if (pastEnd === undefined) return { kind: 'needs', fact: 'pastEnd', wait };
  if (pastEnd.kind === 'ended') return finish(wait, pastEnd.end);
  if (failure) return finish(wait, failure.end);
  const cause = `${describeAwaitedRun(wait)} is over, and AutoSys no longer shows how it ended: ${pastEnd.reason}; read the history of the job (autorep -J ${wait.job} -r)`;
  return toUnknown(wait, cause);
}

function finish(wait: IdentifiedWait, end: RunJobAnswer): WaitDecision {
  const endedMs = end.endedAt === undefined ? undefined : Date.parse(end.endedAt);
  const ended = { kind: 'end', wait, ...(endedMs !== undefined && { endedMs }) } as const;
  // Without a task token the run is answered, not its end.
  if (wait.token === undefined || end.status === 'SUCCESS' || !isTerminal(end.status)) {
    return { ...ended, result: { kind: 'answer', answer: end } };
  }
  const failure = end.status === 'TERMINATED' ? 'AutoSys.JobTerminated' : 'AutoSys.JobFailed';
  const exit = end.exitCode === undefined ? '' : `, exit code ${end.exitCode}`;
  const cause = `${describeAwaitedRun(wait, end)} ended with ${end.status}${exit}`;
  return { ...ended, result: { kind: 'failure', failure, cause } };
}

/** Waits on, unless the time is over. */
function waitOn(wait: JobWait, nowMs: number, found: string): WaitDecision {
  if (nowMs < wait.untilMs) return { kind: 'wait', wait };
  const cause = `the job has not ended in time; ${found}`;
  return { kind: 'end', wait, result: { kind: 'failure', failure: 'AutoSys.Timeout', cause } };
}

function reject(wait: JobWait, cause: string): WaitDecision {
  return { kind: 'end', wait, result: { kind: 'failure', failure: 'AutoSys.Rejected', cause } };
}

function toUnknown(wait: JobWait, cause: string): WaitDecision {
  return { kind: 'end', wait, result: { kind: 'failure', failure: 'AutoSys.Unknown', cause } };
}
