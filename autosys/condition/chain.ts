import type { Atom, Condition } from './ast.ts';

/** A link of a chain: how the operand joins what stands to its left. */
export interface Link {
  readonly kind: 'both' | 'either';
  readonly operand: Condition;
}

/** `a & b | c` as it is written: the first operand, and those that follow from left to right. */
export interface Chain {
  readonly first: Atom;
  readonly rest: readonly Link[];
}

/**
 * Lays the left-leaning tree of a condition out in a row.
 *
 * Who walks it then recurs only into parentheses, which the parser bounds, never along a condition of ten thousand atoms.
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

/** Every atom of a condition, in the order in which it is written. */
export function atomsOf(condition: Condition): readonly Atom[] {
  const { first, rest } = toChain(condition);
  return [first, ...rest.flatMap(({ operand }) => atomsOf(operand))];
}
