import { complexityLimit, patternComplexity } from './complexity.ts';
import { PatternError } from './error.ts';
import { compilePattern, type Pattern } from './pattern.ts';

/** EventBridge's default quota for the JSON of one pattern, in characters; AWS can raise it. */
export const patternSizeLimit = 2_048;

/** Regions with the lower quota of rules (EventBridge user guide, "Amazon EventBridge quotas"). */
const regionsWithFewRules: readonly string[] = ['af-south-1', 'eu-south-1'];

/** The lowest default quota of rules in any Region: what is safe where the Region is not known. */
export const fewestRulesPerBus = 100;

/** EventBridge's default quota of rules on one bus; other rules of the account count too, and AWS can raise it. */
export function rulesPerBus(region: string): number {
  return regionsWithFewRules.includes(region) ? fewestRulesPerBus : 300;
}

/** The characters of a pattern's JSON, which {@link patternSizeLimit} bounds. */
export function patternSize(pattern: unknown): number {
  return JSON.stringify(pattern).length;
}

/**
 * Reads a pattern as PutRule does: its form, its size and its complexity.
 *
 * @param pattern the JSON value of the pattern, already parsed
 * @throws {PatternError} for anything that EventBridge refuses with its default quotas
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
