import { expect, test } from 'vitest';
import type { ScenarioResult } from './simulate.ts';

/** A disabled protection, and the violation that must show it. */
export interface ProtectionRow<Name extends string> {
  readonly without: Name;
  /** First seed. Rare violations are not searched for from the first one. @default 1 */
  readonly from?: number;
  /** Number of seeds within which a violation appears, with a margin for future changes. */
  readonly within: number;
  readonly pattern: RegExp;
}

/** What the tests of protections need. */
export interface TestedProtections<Name extends string> {
  readonly rows: readonly ProtectionRow<Name>[];
  /** The names of all protections, in the order of the rows. */
  readonly protections: readonly Name[];
  readonly simulate: (
    seed: number,
    options?: { readonly without: Name },
  ) => Promise<ScenarioResult>;
}

/** Defines a test for each row: without the protection, a scenario breaks a rule. */
export function testProtections<Name extends string>(tested: TestedProtections<Name>): void {
  const { rows, protections, simulate } = tested;
  // A row runs hundreds of scenarios at worst, beside the other tests.
  test.for(rows)(
    'breaks a rule: $without, within $within seeds',
    { timeout: 900_000 },
    async (row) => {
      const { seed, violations } = await findFailing(row, simulate);

      expect(violations.join('\n')).toMatch(row.pattern);
      // The same scenario passes with the protection.
      expect((await simulate(seed)).violations).toEqual([]);
    },
  );

  test('is tested for each protection', () => {
    expect(rows.map(({ without }) => without)).toEqual(protections);
  });
}

/** Finds the first scenario with an expected violation. Without one, `violations` is empty. */
async function findFailing<Name extends string>(
  { without, from = 1, within, pattern }: ProtectionRow<Name>,
  simulate: TestedProtections<Name>['simulate'],
) {
  for (let seed = from; seed < from + within; seed += 1) {
    const { violations } = await simulate(seed, { without });
    if (violations.some((violation) => pattern.test(violation))) return { seed, violations };
  }
  return { seed: from, violations: [] };
}
