import { clockToleranceMs } from '../../autosys/clock-tolerance.ts';
import { isActive, isTerminal } from '../../autosys/status.ts';
import type { GlobalView, JobRunView } from '../../autosys/views.ts';
import { toInstants, toLocal } from '../../autosys/wall-clock.ts';
import type { ObservedEntry } from '../ledger/observed.ts';
import type { CheckResult } from '../ledger/observed-checks.ts';

type Observed = Pick<ObservedEntry, 'version'>;

/** Time after the end of a run in AWS in which a polling job that begins later belongs to it. */
const startsWithinMs = 3_600_000;

/**
 * Finds the run of the polling job that belongs to a run in AWS. Pure.
 *
 * It is the last run of the job that was active at some time of the run in AWS. If there is none, it
 * is the first that began within an hour after it: some jobs begin by the clock and find the end at
 * once. Times of two clocks may differ by two minutes.
 *
 * @param runs newest first. A single one is the last run
 * @param isWhole true if these are all runs of the job. @default false
 * @returns `hidden` if later runs of the job may hide the one of the event
 */
export function judgeOldJob(
  { version }: Observed,
  runs: readonly JobRunView[],
  timezone: string,
  isWhole = false,
): CheckResult | { readonly kind: 'hidden'; readonly reason: string } {
  const begun = runs.flatMap(({ startedAt, ...run }) =>
    startedAt === undefined ? [] : [{ ...run, startedMs: startedAt.getTime() }],
  );
  const [latest] = begun;
  if (latest === undefined) return { kind: 'notYet', found: 'AutoSys shows no run of the job' };
  const limitMs = version.changedMs + clockToleranceMs;
  const isLater = ({ startedMs }: { readonly startedMs: number }) => startedMs > limitMs;
  const before = begun.filter((run) => !isLater(run));
  const active = before.find(
    ({ endedAt, status }) =>
      isActive(status) ||
      (endedAt !== undefined &&
        toEnd(endedAt, version.changedMs, timezone).endedMs >= version.beganMs - clockToleranceMs),
  );
  // A list that reaches back before the end of the run in AWS hides nothing.
  if (before.length === 0 && !isWhole) {
    return { kind: 'hidden', reason: `the job began again at ${toIso(latest.startedMs)}` };
  }
  const afterwards = begun.findLast(
    (run) => isLater(run) && run.startedMs <= version.changedMs + startsWithinMs,
  );
  const found = active ?? afterwards;
  if (found === undefined) {
    return {
      kind: 'notYet',
      found: `the job ran last from ${toIso(latest.startedMs)}, not with this run in AWS`,
    };
  }
  const { status, endedAt, startedMs, run } = found;
  if (isActive(status)) return { kind: 'notYet', found: `the job is still ${status}` };
  if (!isTerminal(status) || endedAt === undefined) {
    return { kind: 'unreadable', reason: `the job shows ${status}, not how its run ended` };
  }
  const end = toEnd(endedAt, version.changedMs, timezone);
  return { kind: 'job', status, startedMs, ...(run !== undefined && { run }), ...end };
}

/** A global variable with the time of its last change, if AutoSys shows it. */
export type OldVariableView = GlobalView | { readonly kind: 'notNow'; readonly reason: string };

/**
 * Compares the last change of the variable with a run in AWS. Pure.
 *
 * AutoSys shows the last value only. A change before the end of the run is not the reaction to it
 * yet: some scripts set the variable at the start too.
 */
export function judgeOldVariable(
  { version }: Observed,
  shown: OldVariableView,
  timezone: string,
): CheckResult {
  if (shown.kind === 'unreadable') return shown;
  if (shown.kind === 'notNow') return { kind: 'notYet', found: shown.reason };
  if (shown.kind === 'unset') return { kind: 'notYet', found: 'the variable is not set' };
  const { value, lastChanged } = shown;
  if (lastChanged === undefined) {
    const reason = 'AutoSys does not show when the variable changed, so its value may be older';
    return { kind: 'unreadable', reason };
  }
  const { endedMs: changedMs, ...doubt } = toEnd(lastChanged.at, version.changedMs, timezone);
  if (changedMs < version.changedMs - clockToleranceMs) {
    return { kind: 'notYet', found: `the variable changed last at ${toIso(changedMs)}` };
  }
  return { kind: 'value', value, changedMs, ...doubt };
}

/**
 * The instant of a local time that AutoSys shows. In the hour that clocks repeat there are two: the
 * first one that is not before the event is taken, and marked as ambiguous.
 */
function toEnd(
  at: Date,
  changedMs: number,
  timezone: string,
): { readonly endedMs: number; readonly ambiguous?: true } {
  const { minute, ...day } = toLocal(at, timezone);
  const [first, second] = toInstants(day, minute, timezone);
  if (first === undefined || second === undefined) return { endedMs: at.getTime() };
  const withinMs = at.getTime() % 60_000;
  const each = [first, second].map((instant) => instant.getTime() + withinMs);
  const endedMs = each.find((ms) => ms >= changedMs - clockToleranceMs) ?? at.getTime();
  return { endedMs, ambiguous: true };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
