import type { Atom, Condition } from './ast.ts';
import { toChain } from './chain.ts';
import { type TruthFacts, truthOf, truthOfAtom } from './truth.ts';

/**
 * The atoms that keep a condition from being true, in the order of the text. Pure.
 *
 * Empty if the condition is true. An atom that is not true is left out if its operand is true
 * without it, as `b` in `(a | b)` when `a` is true. Of alternatives that are all false each is
 * listed: one of them is enough.
 */
export function findBlockingAtoms(condition: Condition, facts: TruthFacts): readonly Atom[] {
  const { first, rest } = toChain(condition);
  let truth = truthOfAtom(first, facts);
  let blocking: readonly Atom[] = truth === 'true' ? [] : [first];
  for (const { kind, operand } of rest) {
    const other = truthOf(operand, facts);
    if (kind === 'either' && (truth === 'true' || other === 'true')) {
      truth = 'true';
      blocking = [];
      continue;
    }
    if (other !== 'true') blocking = [...blocking, ...findBlockingAtoms(operand, facts)];
    if (kind === 'both' && truth === 'true') truth = other;
  }
  return blocking;
}
