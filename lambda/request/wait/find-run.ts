import { isActive } from '../../../autosys/status.ts';
import type { JobView } from '../../../autosys/views.ts';
import { findNewRun, type JobBefore, type StartedRun } from '../../delivery/evidence/new-run.ts';
import type { JobSnapshot } from '../../ledger/entry.ts';
import type { JobStart } from '../../routing/requests.ts';
import { toSeenRun } from '../decide-start.ts';
import type { RequestFailure } from '../result.ts';
import type { JobWait, SeenRun } from '../stored-request.ts';
import type { SeenJob } from './seen-job.ts';

/** What the ledger knows of the event that starts the awaited run. */
export type StartFacts =
  /** None is sent: the request waits for a run that others start. */
  | { readonly kind: 'none' }
  /** It is not in the ledger yet. */
  | { readonly kind: 'absent' }
  /** It is to be sent. `mayBeSent`: it may have been, and AutoSys has not shown that yet. */
  | { readonly kind: 'pending'; readonly mayBeSent: boolean }
  /** AutoSys has accepted it. */
  | {
      readonly kind: 'delivered';
      /** The job before it was sent. @default - it could not be read */
      readonly job?: JobSnapshot;
      /** When it was sent. @default - not comparable with times of AutoSys, whose clock differs */
      readonly sentAt?: Date;
      /** When it was sent, by the clock of the bridge, in epoch milliseconds. @default - unknown */
      readonly sentMs?: number;
      /**
       * When AutoSys had shown its effect. A run that began later is that of another start.
       * @default - it has not, or its clock differs
       */
      readonly confirmedAt?: Date;
    }
  /** It was not sent, AutoSys rejected it, or its outcome stays unknown. */
  | { readonly kind: 'failed'; readonly failure: RequestFailure; readonly cause: string };

/** A run that began after the job was read before the start. */
export interface BegunRun {
  readonly run: SeenRun;
  /** The request whose start it belongs to: this one, another event of the bridge, or none known. */
  readonly owner: 'own' | 'other' | 'none';
}

/** Facts that identify the awaited run. */
export interface FindRunFacts {
  readonly nowMs: number;
  readonly start: StartFacts;
  /** The runs since the start, oldest first. @default - not looked up yet */
  readonly begun?: readonly BegunRun[];
}

export type FindRunResult =
  | {
      readonly kind: 'found';
      readonly run: SeenRun;
      readonly firstTry?: number;
      /** See `JobWait`. */
      readonly isDoubtful?: true;
    }
  | { readonly kind: 'notBegun' }
  /** The runs since the start must be looked up first. */
  | { readonly kind: 'needsRuns' }
  /** It is over, and AutoSys shows later runs only. */
  | { readonly kind: 'past' };

/**
 * Time after which the start of a `join` that has begun no run is taken for ignored, because the job
 * was active by the start of another request. AutoSys processes an event within seconds.
 */
export const sharedAfterMs = 600_000;

/** Time in which a start begins its run, if nothing holds the job, in milliseconds. */
const beginsWithinMs = 120_000;

/** Whether the bridge sends an event for this start, unless a run to join is active. */
export function sendsStart(start: JobStart): boolean {
  return start === 'STARTJOB' || start === 'FORCE_STARTJOB' || start === 'join';
}

/** Identifies the awaited run by one reading of its job. Pure. */
export function findAwaitedRun(
  wait: Pick<JobWait, 'before' | 'start'>,
  seen: SeenJob,
  facts: FindRunFacts,
): FindRunResult {
  const { before, start } = wait;
  if (before === undefined) return { kind: 'notBegun' };
  if ((start === 'current' || start === 'join') && isActive(before.status)) {
    const { status: _, ...run } = before;
    return { kind: 'found', run: toSeenRunOnly(run) };
  }
  if (seen.kind !== 'job') return { kind: 'notBegun' };
  if (findFresh(wait, seen.job, facts.start) !== undefined) {
    if (facts.begun === undefined) return { kind: 'needsRuns' };
    const possible = facts.begun.filter(({ run }) => !beganAfter(run, facts.start, beginsWithinMs));
    const chosen = chooseRun({ start, sent: facts.start }, possible);
    if (chosen !== undefined) return toFound(chosen, { before, possible });
    if (possible.length < facts.begun.length) return { kind: 'past' };
  }
  const shared = findShared(wait, seen.job, facts);
  return shared === undefined ? { kind: 'notBegun' } : { kind: 'found', run: shared };
}

/**
 * Whether a run began after AutoSys had shown the effect of a start, so that it is that of another one.
 * Pure.
 *
 * @param toleranceMs for the clocks of bridge and AutoSys, in milliseconds
 */
export function beganAfter({ startedMs }: SeenRun, sent: StartFacts, toleranceMs: number): boolean {
  const confirmedAt = sent.kind === 'delivered' ? sent.confirmedAt : undefined;
  if (confirmedAt === undefined || startedMs === undefined) return false;
  return startedMs > confirmedAt.getTime() + toleranceMs;
}

function toFound(
  run: SeenRun,
  { before, possible }: { readonly before: SeenRun; readonly possible: readonly BegunRun[] },
): FindRunResult {
  // A box member that is started again in one run of its box is shown as its next try (inferred).
  const isNextTry = before.run !== undefined && before.run === run.run;
  const earlier = possible.slice(
    0,
    possible.findIndex((one) => one.run === run),
  );
  const isDoubtful = earlier.some(({ owner }) => owner === 'other');
  return {
    kind: 'found',
    run,
    ...(isNextTry && { firstTry: (before.try ?? 0) + 1 }),
    ...(isDoubtful && { isDoubtful }),
  };
}

/**
 * The run of another start that a `join` shares. Pure.
 *
 * Of two requests that join at the same moment, both find the job inactive and send STARTJOB, and
 * AutoSys begins one run.
 */
export function findShared(
  { before, start }: Pick<JobWait, 'before' | 'start'>,
  job: JobView,
  { start: sent, nowMs }: Pick<FindRunFacts, 'start' | 'nowMs'>,
): SeenRun | undefined {
  if (start !== 'join' || sent.kind !== 'delivered' || sent.sentMs === undefined) return undefined;
  if (nowMs - sent.sentMs < sharedAfterMs) return undefined;
  // The other run may have begun before the own start was sent.
  const fresh = findFresh({ start: 'next', ...(before && { before }) }, job, { kind: 'none' });
  return fresh && toSeenRun(job);
}

/**
 * Whether a run that is identified after the state no longer waited is the one of the request. It
 * counts if it began soon after the start was sent or, where nothing is sent, while the state
 * waited. Any other may be that of another start. Pure.
 */
export function isSurelyOwn(
  { start, goneMs = 0 }: { readonly start: JobStart; readonly goneMs?: number | undefined },
  { startedMs = Number.POSITIVE_INFINITY }: SeenRun,
  sent: StartFacts,
): boolean {
  if (!sendsStart(start)) return startedMs <= goneMs;
  const sentMs = sent.kind === 'delivered' ? sent.sentAt?.getTime() : undefined;
  return sentMs !== undefined && startedMs <= sentMs + beginsWithinMs;
}

/** The new run that the job shows, if it can be the awaited one. Pure. */
export function findFresh(
  { before, start }: Pick<JobWait, 'before' | 'start'>,
  job: JobView,
  sent: StartFacts,
): StartedRun | undefined {
  if (before === undefined) return undefined;
  if (sendsStart(start) && sent.kind !== 'delivered') return undefined;
  const fresh = findNewRun(toBaseline(before, sent), job);
  if (fresh === undefined) return undefined;
  // The same run number may come from an automatic retry, which only a failed run has.
  const mayRetry = before.status === 'FAILURE' || isActive(before.status);
  return fresh.again && mayRetry ? undefined : fresh;
}

function chooseRun(
  { start, sent }: { readonly start: JobStart; readonly sent: StartFacts },
  begun: readonly BegunRun[],
): SeenRun | undefined {
  if (!sendsStart(start)) return begun[0]?.run;
  const open = begun.filter(({ owner }) => owner !== 'other');
  const own = open.find(({ owner }) => owner === 'own');
  // Each of these began after the reading directly before the send, so no clock is compared. A
  // read-back may have attributed a later one, which the job showed by then.
  if (sent.kind === 'delivered' && sent.job?.run !== undefined) return open[0]?.run;
  const sentMs = sent.kind === 'delivered' ? sent.sentAt?.getTime() : undefined;
  const isDated = sentMs !== undefined && open.every(({ run }) => run.startedMs !== undefined);
  // The first run after the send. AutoSys shows whole seconds.
  const isAfterSend = ({ run }: BegunRun) =>
    (run.startedMs ?? 0) >= Math.floor((sentMs ?? 0) / 1_000) * 1_000;
  const first = isDated ? open.find(isAfterSend) : undefined;
  return (first ?? own ?? open[0])?.run;
}

function toBaseline(before: NonNullable<JobWait['before']>, sent: StartFacts): JobBefore {
  const { status, run, startedMs } = before;
  const stored: JobSnapshot = {
    active: isActive(status),
    status,
    ...(run !== undefined && { run }),
    ...(startedMs !== undefined && { startedMs }),
  };
  if (sent.kind !== 'delivered') return { job: stored };
  // Directly before the send, the run number could not be read.
  const job = sent.job === undefined || sent.job.run === undefined ? stored : sent.job;
  return { job, ...(sent.sentAt && { at: sent.sentAt }) };
}

function toSeenRunOnly({ run, try: tryNumber, startedMs }: SeenRun): SeenRun {
  return {
    ...(run !== undefined && { run }),
    ...(tryNumber !== undefined && { try: tryNumber }),
    ...(startedMs !== undefined && { startedMs }),
  };
}

/** The shown run as the only one that has begun. Pure. */
export function toOnlyRun(job: JobView, owner: BegunRun['owner']): readonly BegunRun[] {
  return [{ run: toSeenRun(job), owner }];
}
