import type { ScenarioResult } from './simulate.ts';

/** A disabled protection, and the violation that must show it. */
export interface ProtectionRow<Name extends string> {
  readonly without: Name;
  /** Number of seeds within which a violation appears, with a margin for future changes. */
  readonly within: number;
  readonly pattern: RegExp;
}

/** Finds the first scenario with an expected violation. Without one, `violations` is empty. */
export async function findFailing<Name extends string>(
  { without, within, pattern }: ProtectionRow<Name>,
  simulate: (seed: number, options: { readonly without: Name }) => Promise<ScenarioResult>,
) {
  for (let seed = 1; seed <= within; seed += 1) {
    const { violations } = await simulate(seed, { without });
    if (violations.some((violation) => pattern.test(violation))) return { seed, violations };
  }
  return { seed: 1, violations: [] };
}
