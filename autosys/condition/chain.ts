import type { Atom, Condition } from './ast.ts';

/** A connective with its right operand. */
export interface Link {
  readonly kind: 'both' | 'either';
  readonly operand: Condition;
}

/** `a & b | c` as a list: the first operand, and the further operands from left to right. */
export interface Chain {
  readonly first: Atom;
  readonly rest: readonly Link[];
}

/**
 * Converts the left-leaning tree of a condition to a list.
 *
 * Functions that use the list recurse only into parentheses, whose depth the parser limits. So a
 * condition of ten thousand atoms does not overflow the stack.
 */
export function toChain(condition: Condition): Chain {
  const rest: Link[] = [];
  let left = condition;
  while (left.kind === 'both' || left.kind === 'either') {
    rest.push({ kind: left.kind, operand: left.right });
    left = left.left;
  }
  return { first: left, rest: rest.reverse() };
}

/** All atoms of a condition, in the order of the text. */
export function atomsOf(condition: Condition): readonly Atom[] {
  const { first, rest } = toChain(condition);
  return [first, ...rest.flatMap(({ operand }) => atomsOf(operand))];
}
