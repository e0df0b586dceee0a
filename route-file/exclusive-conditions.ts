import { accepts, type Combination, type Leaf, type Test } from '../event-pattern/index.ts';
import { findTemplateField } from '../lambda/routing/template-fields.ts';
import type { When } from '../lambda/routing/when.ts';

/**
 * True if no event satisfies both conditions: each pair of their alternatives has a field of which
 * one lists values and the other accepts none of them.
 *
 * It is false where the file does not show it, as for two patterns with `*`.
 */
export function areExclusive(one: When | undefined, other: When | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return one.combinations.every((mine) =>
    other.combinations.every((theirs) => differInField(mine, theirs)),
  );
}

function differInField(mine: Combination, theirs: Combination): boolean {
  return mine.some(({ path, tests }) => {
    // Input and output may have a list there, of which two values satisfy two conditions.
    if (findTemplateField(path) === undefined) return false;
    const others = theirs.find((step) => step.path === path)?.tests;
    return others !== undefined && (rejectsAll(tests, others) || rejectsAll(others, tests));
  });
}

/** True if all of `tests` are plain values, and `others` accept none of these. */
function rejectsAll(tests: readonly Test[], others: readonly Test[]): boolean {
  return tests.every((test) => {
    const value = toPlainValue(test);
    return value !== undefined && !others.some((one) => accepts(one, value));
  });
}

function toPlainValue(test: Test): Leaf | undefined {
  if (test.kind === 'value') return test.value;
  return test.kind === 'text' && test.test.op === 'exactly' ? test.test.text : undefined;
}
