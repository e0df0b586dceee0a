export { accepts, type Leaf, type Test } from './accepts.ts';
export { complexityLimit, patternComplexity } from './complexity.ts';
export { describeJson, PatternError } from './error.ts';
export { type Combination, matchesPattern, type Pattern } from './match.ts';
export { compilePattern } from './pattern.ts';
export {
  acceptPattern,
  fewestRulesPerBus,
  patternSize,
  patternSizeLimit,
  rulesPerBus,
} from './quotas.ts';
