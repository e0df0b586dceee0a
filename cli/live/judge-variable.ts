import { type LiveFact, type LiveRow, toUncheckedRow } from './live-row.ts';
import type { ProducedVariable } from './produced-values.ts';

/** A global variable as a list of AutoSys shows it. */
export interface ListedVariable {
  /** Absent if the list may have cut it off. */
  readonly value?: string;
  readonly lastChanged?: { readonly at: Date };
}

/**
 * The row of a variable that the bridge sets. A variable that is not set is no finding: the first event
 * creates it. Pure.
 */
export function judgeVariable(
  { name, text }: ProducedVariable,
  instance: string,
  fact: LiveFact<ReadonlyMap<string, ListedVariable>>,
): LiveRow {
  const row = { check: 'globalVariable', subject: `variable ${text} (${instance})` } as const;
  if (name.some((piece) => typeof piece !== 'string')) {
    return { ...row, verdict: 'notCheckable', found: 'the name depends on the event' };
  }
  if (fact.kind === 'unread') return toUncheckedRow(row, fact);
  const listed = fact.value.get(name.join(''));
  if (listed === undefined) {
    return { ...row, verdict: 'passed', found: 'not set yet; the first event creates it' };
  }
  const { value, lastChanged } = listed;
  const shown = value === undefined ? 'set' : `set to ${JSON.stringify(value)}`;
  const changed = lastChanged === undefined ? '' : `, last changed ${lastChanged.at.toISOString()}`;
  return { ...row, verdict: 'passed', found: `${shown}${changed}` };
}
