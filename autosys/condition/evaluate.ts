import type { AutosysInstance, GlobalName } from '../names.ts';
import type { JobStatus } from '../status.ts';
import type { Atom, Condition, JobReference } from './ast.ts';
import { type TruthFacts, truthOf, truthOfAtom } from './truth.ts';

/** What the scheduler has recorded about a job in a condition. */
export interface PredecessorFacts {
  /** The current status. Without a look-back, a SUCCESS of last week still counts. */
  readonly status: JobStatus;
  /** When it last reached SUCCESS, FAILURE or TERMINATED, by a run or by CHANGE_STATUS. */
  readonly endedAt?: Date | undefined;
  /** The exit code of the last run. Undefined before the first run and during a run. */
  readonly exitCode?: number | undefined;
}

/** The inputs of an evaluation. The same facts give the same result. */
export interface ConditionFacts extends TruthFacts {
  readonly now: Date;
  /** The last end of the waiting job, for a look-back of `0`. Undefined if it has never ended. */
  readonly ownEndedAt?: Date | undefined;
  /** Returns `undefined` for a job that is not defined. */
  job(reference: JobReference): PredecessorFacts | undefined;
  /** Returns `undefined` for a variable that was never set or is deleted. */
  globalVariable(name: GlobalName, instance?: AutosysInstance): string | undefined;
}

/**
 * Whether a condition is true now.
 *
 * AutoSys 12.x documentation and 11.3.6 reference; see docs/autosys.md#conditions.
 */
export function evaluate(condition: Condition, facts: ConditionFacts): boolean {
  return truthOf(condition, facts) === 'true';
}

/** Whether one atom is true now. */
export function atomHolds(atom: Atom, facts: ConditionFacts): boolean {
  return truthOfAtom(atom, facts) === 'true';
}
