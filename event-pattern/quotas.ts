import { complexityLimit, patternComplexity } from './complexity.ts';
import { PatternError } from './error.ts';
import type { Pattern } from './match.ts';
import { compilePattern } from './pattern.ts';

/** Default quota of EventBridge for the JSON of one pattern, in characters. AWS can raise it. */
export const patternSizeLimit = 2_048;

/** Regions with a lower quota of rules (EventBridge user guide, "Amazon EventBridge quotas"). */
const regionsWithFewRules: readonly string[] = ['af-south-1', 'eu-south-1'];

/** Lowest default quota of rules in any Region. Use it if the Region is not known. */
export const fewestRulesPerBus = 100;

/** Default quota of rules per bus. All rules of the account count. AWS can raise it. */
export function rulesPerBus(region: string): number {
  return regionsWithFewRules.includes(region) ? fewestRulesPerBus : 300;
}

/** Number of characters of the JSON of a pattern. The limit is {@link patternSizeLimit}. */
export function patternSize(pattern: unknown): number {
  return JSON.stringify(pattern).length;
}

/**
 * Checks a pattern as PutRule does: its form, its size and its complexity.
 *
 * @param pattern the parsed JSON value of the pattern
 * @throws {PatternError} for anything that EventBridge rejects with its default quotas
 */
export function acceptPattern(pattern: unknown): Pattern {
  const compiled = compilePattern(pattern);
  const size = patternSize(pattern);
  if (size > patternSizeLimit) {
    throw new PatternError(
      { path: '' },
      { found: `${size} characters`, allowed: `at most ${patternSizeLimit} characters` },
    );
  }
  const complexity = patternComplexity(compiled);
  if (complexity > complexityLimit) {
    throw new PatternError(
      { path: '' },
      {
        found: `a wildcard complexity of ${complexity} ("Rule is too complex")`,
        allowed: `at most ${complexityLimit}`,
      },
    );
  }
  return compiled;
}
