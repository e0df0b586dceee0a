import { type ExitCode, exitCodes } from '../exit-code.ts';

/** What a row of the live checks is about. */
export const liveChecks = [
  'stateMachine',
  'jobQueue',
  'jobDefinition',
  'secret',
  'secretAccess',
  'autosysJob',
  'globalVariable',
  'sending',
  'condition',
  'readers',
  'lastMatch',
] as const;
export type LiveCheck = (typeof liveChecks)[number];

/**
 * The verdict of a row.
 *
 * - `passed`: as it must be
 * - `finding`: something must be corrected, or a person must confirm that it is wanted
 * - `notChecked`: the check could not be made now; `advice` says what is needed
 * - `notCheckable`: no read can check it
 */
export type LiveVerdict = 'passed' | 'finding' | 'notChecked' | 'notCheckable';

/** One row: what was checked, the verdict, what was found, what to do. */
export interface LiveRow {
  readonly check: LiveCheck;
  readonly subject: string;
  readonly verdict: LiveVerdict;
  readonly found: string;
  /** What to do. Absent if nothing is to be done. */
  readonly advice?: string;
}

/** A fact of AWS, AutoSys or the ledger, or why it could not be read and what is needed. */
export type LiveFact<Value> = { readonly kind: 'read'; readonly value: Value } | UnreadLiveFact;

/** A fact that could not be read. */
export interface UnreadLiveFact {
  readonly kind: 'unread';
  readonly reason: string;
  /** What is needed. */
  readonly advice: string;
}

/** The row of a check that could not be made. */
export function toUncheckedRow(
  { check, subject }: Pick<LiveRow, 'check' | 'subject'>,
  { reason, advice }: UnreadLiveFact,
): LiveRow {
  return { check, subject, verdict: 'notChecked', found: reason, advice };
}

/** Number of rows by verdict. */
export type LiveCounts = Readonly<Record<LiveVerdict, number>>;

/** Counts the rows of each verdict. */
export function countRows(rows: readonly Pick<LiveRow, 'verdict'>[]): LiveCounts {
  const count = (verdict: LiveVerdict) => rows.filter((row) => row.verdict === verdict).length;
  return {
    passed: count('passed'),
    finding: count('finding'),
    notChecked: count('notChecked'),
    notCheckable: count('notCheckable'),
  };
}

/**
 * The exit code of the rows: 1 if there is a finding, else 3 if a check could not be made, else 0. What
 * no read can check has no influence.
 */
export function toLiveExitCode({ finding, notChecked }: LiveCounts): ExitCode {
  if (finding > 0) return exitCodes.rejected;
  return notChecked > 0 ? exitCodes.unknown : exitCodes.done;
}
