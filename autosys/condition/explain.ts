import type { Atom, Condition, JobReference } from './ast.ts';
import { atomsOf } from './chain.ts';
import { atomHolds, type ConditionFacts } from './evaluate.ts';
import { printAtom } from './print.ts';

/** The current state of one atom of a condition, to explain why a job waits. */
export interface AtomVerdict {
  readonly atom: Atom;
  /** The atom as printed, such as `s(extract)`. */
  readonly text: string;
  readonly holds: boolean;
  /** The recorded state of its job or variable, such as `extract is RUNNING`. */
  readonly because: string;
}

/** Evaluates each atom separately, in the order of the text. `evaluate` combines them. */
export function explainCondition(
  condition: Condition,
  facts: ConditionFacts,
): readonly AtomVerdict[] {
  return atomsOf(condition).map((atom) => ({
    atom,
    text: printAtom(atom),
    holds: atomHolds(atom, facts),
    because: atom.kind === 'value' ? formatValueFacts(atom, facts) : formatJobFacts(atom, facts),
  }));
}

function formatValueFacts(atom: Extract<Atom, { kind: 'value' }>, facts: ConditionFacts): string {
  const value = facts.globalVariable(atom.globalVariable, atom.instance);
  return value === undefined
    ? `${atom.globalVariable} is not set`
    : `${atom.globalVariable} is ${JSON.stringify(value)}`;
}

function formatJobFacts(atom: Exclude<Atom, { kind: 'value' }>, facts: ConditionFacts): string {
  const name = toName(atom.job);
  const predecessor = facts.job(atom.job);
  if (!predecessor) return `${name} is not defined`;
  const { status, endedAt, exitCode } = predecessor;
  const parts = [`${name} is ${status}`];
  if (atom.kind === 'exitcode') {
    parts.push(exitCode === undefined ? 'has no exit code' : `its exit code is ${exitCode}`);
  }
  if (atom.lookback && status !== 'ON_ICE') {
    parts.push(endedAt ? `it last ended at ${endedAt.toISOString()}` : 'it has never ended');
  }
  return parts.join(', ');
}

function toName({ job, instance }: JobReference): string {
  return instance ? `${job}^${instance}` : job;
}
