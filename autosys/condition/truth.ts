import type { AutosysInstance, GlobalName } from '../names.ts';
import { isActive, type JobStatus } from '../status.ts';
import type { Atom, Comparison, Condition, JobReference, Lookback, StatusAtom } from './ast.ts';
import { toChain } from './chain.ts';

/** Truth of a condition or of one atom. `unknown`: the facts that would decide it are missing. */
export type Truth = 'true' | 'false' | 'unknown';

/** Stands for a fact that could not be read. A value may be any text, so no text can stand for it. */
export const unread: unique symbol = Symbol('unread');

/** Type of {@link unread}. */
export type Unread = typeof unread;

/** What is known about a job in a condition. */
export interface SeenPredecessor {
  readonly status: JobStatus;
  /** When it last ended. `undefined`: it has never ended. */
  readonly endedAt?: Date | Unread | undefined;
  /** Exit code of the last run. `undefined`: it has none. */
  readonly exitCode?: number | Unread | undefined;
}

/** What is known for a decision about a condition. */
export interface TruthFacts {
  readonly now: Date;
  /** The last end of the waiting job, for a look-back of `0`. `undefined`: it has never ended. */
  readonly ownEndedAt?: Date | Unread | undefined;
  /** Returns `undefined` for a job that is not defined. */
  job(reference: JobReference): SeenPredecessor | Unread | undefined;
  /** Returns `undefined` for a variable that is not set. */
  globalVariable(name: GlobalName, instance?: AutosysInstance): string | Unread | undefined;
}

/**
 * The truth of a condition now. Pure.
 *
 * A missing fact makes the result `unknown` only if it could change the result.
 */
export function truthOf(condition: Condition, facts: TruthFacts): Truth {
  const { first, rest } = toChain(condition);
  return rest.reduce(
    (truth, { kind, operand }) => {
      const decided = kind === 'both' ? 'false' : 'true';
      if (truth === decided) return truth;
      return (kind === 'both' ? both : either)(truth, truthOf(operand, facts));
    },
    truthOfAtom(first, facts),
  );
}

/** The truth of one atom now. Pure. */
export function truthOfAtom(atom: Atom, facts: TruthFacts): Truth {
  if (atom.kind === 'value') {
    const value = facts.globalVariable(atom.globalVariable, atom.instance);
    if (value === unread) return 'unknown';
    return toTruth(value !== undefined && valueCompares(value, atom.comparison, atom.operand));
  }
  const predecessor = facts.job(atom.job);
  if (predecessor === unread) return 'unknown';
  // An undefined job: FALSE, except TRUE for n() (documented).
  if (!predecessor) return toTruth(atom.kind === 'notrunning');
  // ON_ICE in this instance: every atom is TRUE and the look-back is ignored (Broadcom KB 438836).
  // For a job of another instance ON_ICE counts as SUCCESS instead.
  if (predecessor.status === 'ON_ICE' && !atom.job.instance) return 'true';
  return both(endsWithin(atom.lookback, predecessor, facts), truthOfState(atom, predecessor));
}

function truthOfState(
  atom: Exclude<Atom, { kind: 'value' }>,
  { status, exitCode }: SeenPredecessor,
): Truth {
  if (atom.kind !== 'exitcode') return toTruth(statusHolds(atom.kind, status));
  if (exitCode === unread) return 'unknown';
  return toTruth(exitCode !== undefined && compares(exitCode, atom.comparison, atom.code));
}

function both(left: Truth, right: Truth): Truth {
  if (left === 'false' || right === 'false') return 'false';
  return left === 'true' && right === 'true' ? 'true' : 'unknown';
}

function either(left: Truth, right: Truth): Truth {
  if (left === 'true' || right === 'true') return 'true';
  return left === 'false' && right === 'false' ? 'false' : 'unknown';
}

function toTruth(holds: boolean): Truth {
  return holds ? 'true' : 'false';
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
  { endedAt }: SeenPredecessor,
  { now, ownEndedAt }: TruthFacts,
): Truth {
  if (!lookback || lookback.kind === 'anyTime') return 'true';
  if (lookback.kind === 'sinceOwnEnd') {
    if (ownEndedAt === undefined) return 'true';
    if (endedAt === undefined) return 'false';
    if (ownEndedAt === unread || endedAt === unread) return 'unknown';
    return toTruth(endedAt > ownEndedAt);
  }
  if (endedAt === unread) return 'unknown';
  const lookbackMs = (lookback.hours * 60 + lookback.minutes) * 60_000;
  return toTruth(endedAt !== undefined && now.getTime() - endedAt.getTime() <= lookbackMs);
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
