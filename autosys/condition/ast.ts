import type { AutosysInstance, GlobalName, JobName } from '../names.ts';
import type { Span } from '../source.ts';

/** A job as a condition names it; `instance` where it stands in another AutoSys (`job^PRD`). */
export interface JobReference extends Span {
  readonly job: JobName;
  readonly instance?: AutosysInstance;
}

/**
 * How far back the predecessor's end may lie.
 *
 * - `within`: hours and minutes before now (`02.30`, `30` is thirty hours)
 * - `sinceOwnEnd`: `0`, since the last end of the job that waits
 * - `anyTime`: `9999`, the same as none
 */
export type Lookback =
  | { readonly kind: 'within'; readonly hours: number; readonly minutes: number }
  | { readonly kind: 'sinceOwnEnd' }
  | { readonly kind: 'anyTime' };

/** `= != < > <= >=`. */
export type Comparison = '=' | '!=' | '<' | '>' | '<=' | '>=';

/** `success(job)` and its kin: true by the recorded status of the job. */
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

/** `&`, `and`: both sides hold. One precedence with {@link Either}, read left to right. */
export interface Both extends Span {
  readonly kind: 'both';
  readonly left: Condition;
  readonly right: Condition;
}

/** `|`, `or`: one side holds. */
export interface Either extends Span {
  readonly kind: 'either';
  readonly left: Condition;
  readonly right: Condition;
}

export type Atom = StatusAtom | ExitCodeAtom | ValueAtom;

/** A starting condition; parentheses leave no node, the shape says it. */
export type Condition = Atom | Both | Either;
