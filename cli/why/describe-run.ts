import type { Run } from '../../lambda/ledger/run.ts';
import { isOver } from '../../lambda/workload/workload.ts';
import type { FormatTime } from './time-text.ts';

/** What describes a run in AWS, besides its row. */
export interface RunTextFacts {
  readonly nowMs: number;
  readonly formatTime: FormatTime;
  /**
   * Time in which a run of a route usually ends (`endsWithin`). `undefined` for an unknown route.
   * @default - no route file was given
   */
  readonly endsWithinMs?: ((route: string) => number | undefined) | undefined;
}

/** A run in AWS as a clause: `Batch job risk-eod (c9a1…) is still running in AWS, expected by …`. */
export function describeAwsRun(run: Run, facts: RunTextFacts): string {
  const { called, version } = run;
  const { status } = version;
  const changed = facts.formatTime(version.changedMs);
  if (isOver(status)) return `${called} ended ${status} in AWS at ${changed}${describeResult(run)}`;
  const state = status === 'RUNNING' ? 'is still running' : `is ${status}`;
  const since = status === 'RUNNING' ? '' : ` since ${changed}`;
  return `${called} ${state} in AWS${since}${describeExpectation(run, facts)}`;
}

/**
 * When the run is expected to end, in epoch milliseconds.
 *
 * From `endsWithin` of its routes; without a route file from the time of the first lookup, which is
 * derived from it. `undefined` if neither is known, or the run has ended.
 */
export function toExpectedEndMs(
  { version, routes, asks, askMs }: Run,
  { endsWithinMs }: Pick<RunTextFacts, 'endsWithinMs'>,
): number | undefined {
  if (isOver(version.status)) return undefined;
  const limits = routes.flatMap((route) => endsWithinMs?.(route) ?? []);
  if (limits.length > 0) return version.beganMs + Math.min(...limits);
  // A waiting command moves the first lookup of a launched run forward.
  const isLaunched = routes.some((route) => route.startsWith('target:'));
  return asks === 0 && !isLaunched ? askMs : undefined;
}

function describeExpectation(run: Run, facts: RunTextFacts): string {
  const { nowMs, formatTime } = facts;
  const expectedMs = toExpectedEndMs(run, facts);
  const asked = run.askMs === undefined ? '' : `, the sweep asks AWS at ${formatTime(run.askMs)}`;
  if (expectedMs === undefined) return asked;
  if (expectedMs >= nowMs) return `, expected by ${formatTime(expectedMs)}`;
  return `, was expected by ${formatTime(expectedMs)}${asked}`;
}

/** Error name, exit code and reason. The ledger has no more of a run, and no raw event. */
function describeResult({ result, version }: Run): string {
  if (result === undefined || version.status === 'SUCCEEDED') return '';
  const { error, exitCode, reason } = result;
  const parts = [
    ...(error === undefined ? [] : [error]),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(reason === undefined ? [] : [reason.slice(0, 120)]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
