import { NameError } from '../errors.ts';
import type { AutosysInstance } from '../names.ts';
import type { Atom, Condition, ExitCodeAtom, StatusAtom, ValueAtom } from './ast.ts';
import { toChain } from './chain.ts';
import { keywords } from './keywords.ts';
import { printLookback } from './lookback.ts';

/** How a condition is printed. */
export interface ConditionStyle {
  /** Whether to print `success(a)` instead of `s(a)`, as `autorep -q -w` does. @default false */
  readonly long?: boolean;
}

/**
 * Formats a condition so that `parseCondition` returns the same: `s(a) & (f(b) | v(X) = "1")`.
 *
 * Only a right operand with a connective is in parentheses, because conditions are evaluated from
 * left to right.
 *
 * @throws {NameError} for an operand with a double quote or a line break, which no condition can
 *   hold
 */
export function printCondition(condition: Condition, style: ConditionStyle = {}): string {
  const { first, rest } = toChain(condition);
  const links = rest.map(({ kind, operand }) => {
    const printed = printCondition(operand, style);
    const combined = operand.kind === 'both' || operand.kind === 'either';
    return ` ${kind === 'both' ? '&' : '|'} ${combined ? `(${printed})` : printed}`;
  });
  return `${printAtom(first, style)}${links.join('')}`;
}

/** Formats one atom, such as `e(load,02.30) >= 4`. */
export function printAtom(atom: Atom, { long = false }: ConditionStyle = {}): string {
  const keyword = long ? atom.kind : keywords[atom.kind];
  return `${keyword}(${subjectOf(atom)})${comparisonOf(atom)}`;
}

function subjectOf(atom: Atom): string {
  if (atom.kind === 'value') return qualify(atom.globalVariable, atom.instance);
  const job = qualify(atom.job.job, atom.job.instance);
  return atom.lookback ? `${job},${printLookback(atom.lookback)}` : job;
}

function comparisonOf(atom: StatusAtom | ExitCodeAtom | ValueAtom): string {
  if (atom.kind === 'exitcode') return ` ${atom.comparison} ${atom.code}`;
  if (atom.kind === 'value') return ` ${atom.comparison} "${checkOperand(atom.operand)}"`;
  return '';
}

function qualify(name: string, instance: AutosysInstance | undefined): string {
  return instance ? `${name}^${instance}` : name;
}

function checkOperand(operand: string): string {
  if (!/["\r\n]/.test(operand)) return operand;
  throw new NameError({
    what: 'operand of value()',
    found: JSON.stringify(operand),
    allowed: 'one line without double quotes',
  });
}
