export type {
  Atom,
  Both,
  Comparison,
  Condition,
  Either,
  ExitCodeAtom,
  JobReference,
  Lookback,
  StatusAtom,
  ValueAtom,
} from './ast.ts';
export { findBlockingAtoms } from './blocking.ts';
export { atomsOf } from './chain.ts';
export type { ConditionFacts, PredecessorFacts } from './evaluate.ts';
export { evaluate } from './evaluate.ts';
export type { AtomVerdict } from './explain.ts';
export { explainCondition } from './explain.ts';
export { parseCondition } from './parser.ts';
export type { ConditionStyle } from './print.ts';
export { printAtom, printCondition } from './print.ts';
export type { References } from './references.ts';
export { referencesOf } from './references.ts';
export type { SeenPredecessor, Truth, TruthFacts, Unread } from './truth.ts';
export { truthOf, truthOfAtom, unread } from './truth.ts';
