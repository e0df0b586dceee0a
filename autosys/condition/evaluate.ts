import type { AutosysInstance, GlobalName } from '../names.ts';
import { isActive, type JobStatus } from '../status.ts';
import type { Atom, Comparison, Condition, JobReference, Lookback, StatusAtom } from './ast.ts';
import { toChain } from './chain.ts';

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
export interface ConditionFacts {
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
  const { first, rest } = toChain(condition);
  return rest.reduce(
    (holds, { kind, operand }) =>
      kind === 'both' ? holds && evaluate(operand, facts) : holds || evaluate(operand, facts),
    atomHolds(first, facts),
  );
}

/** Whether one atom is true now. */
export function atomHolds(atom: Atom, facts: ConditionFacts): boolean {
  if (atom.kind === 'value') {
    const value = facts.globalVariable(atom.globalVariable, atom.instance);
    return value !== undefined && valueCompares(value, atom.comparison, atom.operand);
  }
  const predecessor = facts.job(atom.job);
  // An undefined job: FALSE, except TRUE for n() (documented).
  if (!predecessor) return atom.kind === 'notrunning';
  // ON_ICE in this instance: every atom is TRUE and the look-back is ignored (Broadcom KB 438836).
  // For a job of another instance ON_ICE counts as SUCCESS instead.
  if (predecessor.status === 'ON_ICE' && !atom.job.instance) return true;
  if (!endsWithin(atom.lookback, predecessor, facts)) return false;
  if (atom.kind === 'exitcode') {
    const { exitCode } = predecessor;
    return exitCode !== undefined && compares(exitCode, atom.comparison, atom.code);
  }
  return statusHolds(atom.kind, predecessor.status);
}

function statusHolds(kind: StatusAtom['kind'], status: JobStatus): boolean {
  switch (kind) {
    case 'success':
      return isSuccess(status);
    case 'failure':
      return status === 'FAILURE';
    case 'terminated':
      return status === 'TERMINATED';
    case 'done':
      return isSuccess(status) || status === 'FAILURE' || status === 'TERMINATED';
    case 'notrunning':
      return !isActive(status);
    default:
      return kind satisfies never;
  }
}

/** ON_NOEXEC counts as success, and so does ON_ICE of a remote job (11.3.6 reference). */
function isSuccess(status: JobStatus): boolean {
  return status === 'SUCCESS' || status === 'ON_NOEXEC' || status === 'ON_ICE';
}

/**
 * Whether the last end of the predecessor is within the look-back.
 *
 * Inferred: for `0`, an end at the same time as the end of the waiting job does not count; n() with
 * a look-back also requires an end.
 */
function endsWithin(
  lookback: Lookback | undefined,
  { endedAt }: PredecessorFacts,
  { now, ownEndedAt }: ConditionFacts,
): boolean {
  if (!lookback || lookback.kind === 'anyTime') return true;
  if (lookback.kind === 'sinceOwnEnd') {
    return !ownEndedAt || (endedAt !== undefined && endedAt > ownEndedAt);
  }
  const lookbackMs = (lookback.hours * 60 + lookback.minutes) * 60_000;
  return endedAt !== undefined && now.getTime() - endedAt.getTime() <= lookbackMs;
}

const integer = /^[+-]?\d+$/;

/** Compares as numbers if both sides are whole numbers, else as strings (inferred). */
function valueCompares(value: string, comparison: Comparison, operand: string): boolean {
  return integer.test(value) && integer.test(operand)
    ? compares(toInteger(value), comparison, toInteger(operand))
    : compares(value, comparison, operand);
}

/** A BigInt, because a value may have 100 digits. BigInt() accepts no plus sign. */
function toInteger(text: string): bigint {
  return BigInt(text.startsWith('+') ? text.slice(1) : text);
}

function compares<Value extends string | number | bigint>(
  left: Value,
  comparison: Comparison,
  right: Value,
): boolean {
  switch (comparison) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
    default:
      return comparison satisfies never;
  }
}
