import { clockToleranceMs } from '../../autosys/clock-tolerance.ts';
import { withHistory } from './entry.ts';
import type { Run } from './run.ts';

/**
 * The run as due for an AWS lookup by the next sweep run, also if it has ended or its lookups were
 * closed. Pure.
 *
 * @param by who asks, for the history
 */
export function askNow(run: Run, nowMs: number, by: string): Run {
  const { onlyReplayed: _, ...known } = run;
  // The clock of the operator's host may be ahead of that of the sweep.
  const dueMs = nowMs - clockToleranceMs;
  const askMs = Math.min(run.askMs ?? dueMs, dueMs);
  return withHistory<Run>({ ...known, askMs }, nowMs, describeQuestion(by));
}

/** The line in the history of a run that an operator asks about. */
export function describeQuestion(by: string): string {
  return `AWS lookup requested by ${by}`;
}
