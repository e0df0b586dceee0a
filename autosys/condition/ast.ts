import type { AutosysInstance, GlobalName, JobName } from '../names.ts';
import type { Span } from '../source.ts';

/** A job in a condition. `instance` is set for a job of another AutoSys instance (`job^PRD`). */
export interface JobReference extends Span {
  readonly job: JobName;
  readonly instance?: AutosysInstance;
}

/**
 * The look-back: how long ago the predecessor may have ended.
 *
 * - `within`: at most this long before now (`02.30`; `30` means 30 hours)
 * - `sinceOwnEnd`: `0`, after the last end of the waiting job
 * - `anyTime`: `9999`, the same as no look-back
 */
export type Lookback =
  | { readonly kind: 'within'; readonly hours: number; readonly minutes: number }
  | { readonly kind: 'sinceOwnEnd' }
  | { readonly kind: 'anyTime' };

/** `= != < > <= >=`. */
export type Comparison = '=' | '!=' | '<' | '>' | '<=' | '>=';

/** `success(job)` and the other atoms that test the recorded status of a job. */
export interface StatusAtom extends Span {
  readonly kind: 'success' | 'failure' | 'terminated' | 'done' | 'notrunning';
  readonly job: JobReference;
  readonly lookback?: Lookback;
}

/** `exitcode(job) >= 4`. */
export interface ExitCodeAtom extends Span {
  readonly kind: 'exitcode';
  readonly job: JobReference;
  readonly lookback?: Lookback;
  readonly comparison: Comparison;
  readonly code: number;
}

/** `value(GLOBAL) = "READY"`. */
export interface ValueAtom extends Span {
  readonly kind: 'value';
  readonly globalVariable: GlobalName;
  readonly instance?: AutosysInstance;
  readonly comparison: Comparison;
  readonly operand: string;
}

/** `&`, `and`: both sides are true. Same precedence as {@link Either}, from left to right. */
export interface Both extends Span {
  readonly kind: 'both';
  readonly left: Condition;
  readonly right: Condition;
}

/** `|`, `or`: at least one side is true. */
export interface Either extends Span {
  readonly kind: 'either';
  readonly left: Condition;
  readonly right: Condition;
}

export type Atom = StatusAtom | ExitCodeAtom | ValueAtom;

/** A starting condition. Parentheses have no node: the shape of the tree represents them. */
export type Condition = Atom | Both | Either;
