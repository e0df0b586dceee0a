import type { AutosysInstance, GlobalName } from '../names.ts';
import { isActive, type JobStatus } from '../status.ts';
import type { Atom, Comparison, Condition, JobReference, Lookback, StatusAtom } from './ast.ts';
import { toChain } from './chain.ts';

/** What the scheduler has recorded of a job that a condition names. */
export interface PredecessorFacts {
  /** The current status; last week's SUCCESS still counts unless a look-back is given. */
  readonly status: JobStatus;
  /** When it last reached SUCCESS, FAILURE or TERMINATED, by a run or by CHANGE_STATUS. */
  readonly endedAt?: Date | undefined;
  /** The exit code of the last run; absent before any run and while one is under way. */
  readonly exitCode?: number | undefined;
}

/** What an evaluation may ask; the same facts give the same answer. */
export interface ConditionFacts {
  readonly now: Date;
  /** The last end of the job that waits, for a look-back of `0`; absent if it has never ended. */
  readonly ownEndedAt?: Date | undefined;
  /** `undefined` for a job that is not defined. */
  job(reference: JobReference): PredecessorFacts | undefined;
  /** `undefined` for a variable that was never set or is deleted. */
  globalVariable(name: GlobalName, instance?: AutosysInstance): string | undefined;
}

/** Whether a condition holds now (AutoSys 12.x documentation and 11.3.6 reference; see docs/autosys.md#conditions). */
export function evaluate(condition: Condition, facts: ConditionFacts): boolean {
  const { first, rest } = toChain(condition);
  return rest.reduce(
    (holds, { kind, operand }) =>
      kind === 'both' ? holds && evaluate(operand, facts) : holds || evaluate(operand, facts),
    atomHolds(first, facts),
  );
}

/** Whether one atom holds now. */
export function atomHolds(atom: Atom, facts: ConditionFacts): boolean {
  if (atom.kind === 'value') {
    const value = facts.globalVariable(atom.globalVariable, atom.instance);
    return value !== undefined && valueCompares(value, atom.comparison, atom.operand);
  }
  const predecessor = facts.job(atom.job);
  // Undefined: FALSE, but TRUE for n() (documented).
  if (!predecessor) return atom.kind === 'notrunning';
  // On ice here: every atom is TRUE, look-back ignored (Broadcom KB 438836). Another instance is told SUCCESS instead.
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

/** ON_NOEXEC counts as success; so does a remote ON_ICE, the only one that comes this far (11.3.6 reference). */
function isSuccess(status: JobStatus): boolean {
  return status === 'SUCCESS' || status === 'ON_NOEXEC' || status === 'ON_ICE';
}

/**
 * Whether the predecessor's last end lies within the look-back.
 *
 * That an end in the very moment of the waiting job's own end does not count for `0`, and that n() with a look-back asks for
 * an end too, is inferred.
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
  const reachMs = (lookback.hours * 60 + lookback.minutes) * 60_000;
  return endedAt !== undefined && now.getTime() - endedAt.getTime() <= reachMs;
}

const integer = /^[+-]?\d+$/;

/** As numbers where both sides are whole numbers, else as strings (inferred). */
function valueCompares(value: string, comparison: Comparison, operand: string): boolean {
  return integer.test(value) && integer.test(operand)
    ? compares(toInteger(value), comparison, toInteger(operand))
    : compares(value, comparison, operand);
}

/** BigInt, as a value may have a hundred digits; it takes no plus sign. */
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
