export { complexityLimit, patternComplexity } from './complexity.ts';
export { describeJson, PatternError } from './error.ts';
export { compilePattern, matchesPattern, type Pattern } from './pattern.ts';
export {
  acceptPattern,
  fewestRulesPerBus,
  patternSize,
  patternSizeLimit,
  rulesPerBus,
} from './quotas.ts';
