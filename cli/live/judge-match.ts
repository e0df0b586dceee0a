import { type LiveFact, type LiveRow, toUncheckedRow } from './live-row.ts';

/** A route or group, and the time from which it is expected to match. */
export interface MatchQuestion {
  /** Such as `route settlement` or `group risk`. */
  readonly subject: string;
  readonly sinceMs: number;
  readonly days: number;
}

/**
 * When something last matched.
 *
 * - `matched`: at this time
 * - `never`: nothing in the whole time
 * - `cut`: nothing in the rows that were read, which go back to this time
 */
export type LastMatch =
  | { readonly kind: 'matched'; readonly atMs: number }
  | { readonly kind: 'never' }
  | { readonly kind: 'cut'; readonly fromMs: number };

/** What the ledger shows about a route, and since when the ledger exists. */
export interface MatchFacts {
  readonly last: LiveFact<LastMatch>;
  readonly createdMs: LiveFact<number>;
}

/** The row of a route or group. A ledger that is younger than the time is no finding. Pure. */
export function judgeMatch(
  { subject, sinceMs, days }: MatchQuestion,
  { last, createdMs }: MatchFacts,
): LiveRow {
  const row = { check: 'lastMatch', subject } as const;
  if (last.kind === 'unread') return toUncheckedRow(row, last);
  const { value } = last;
  if (value.kind === 'matched') {
    return { ...row, verdict: 'passed', found: `last matched ${toIso(value.atMs)}` };
  }
  if (value.kind === 'cut') {
    const found = `nothing matched since ${toIso(value.fromMs)}; older rows were not read`;
    const advice = 'the ledger has too many rows for this check: give fewer --unmatched-days';
    return { ...row, verdict: 'notChecked', found, advice };
  }
  const span = `nothing matched in ${days} ${days === 1 ? 'day' : 'days'}`;
  if (createdMs.kind === 'unread') return toUncheckedRow(row, createdMs);
  if (createdMs.value > sinceMs) {
    const found = `nothing matched, and the ledger exists only since ${toIso(createdMs.value)}`;
    const advice = `check again after ${toIso(createdMs.value + days * 86_400_000)}, or give fewer --unmatched-days`;
    return { ...row, verdict: 'notChecked', found, advice };
  }
  const advice =
    'see with the command explain why an event does not match it; for a new route or rare runs, give more --unmatched-days';
  return { ...row, verdict: 'finding', found: span, advice };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
