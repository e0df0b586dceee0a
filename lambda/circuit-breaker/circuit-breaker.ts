import { type BackoffPolicy, backoff } from '../../autosys/backoff.ts';
import type { OutageKind } from '../ledger/wait.ts';

/**
 * State of the circuit breaker of one AutoSys instance, shared by all functions through the ledger
 * table.
 *
 * It opens after failures in a row, lets one probe through at a time, and closes after a success.
 */
export interface CircuitState {
  readonly format: 1;
  /** Number of failures in a row. */
  readonly failures: number;
  /** While it is open: no request before this instant, in milliseconds. */
  readonly openUntilMs: number;
  /** Error message of the last failure. */
  readonly reason: string;
  /** When it opened, in milliseconds; absent while it is closed. */
  readonly openedMs?: number;
  /**
   * Since when the login is rejected or cannot be read, in milliseconds. Absent if other failures
   * have opened it.
   */
  readonly loginMs?: number;
  /** The function that sends the probe, and until when the others wait for its result. */
  readonly probe?: { readonly leaseOwner: string; readonly untilMs: number };
}

/** A closed circuit breaker: requests are sent as usual. */
export const closedCircuit: CircuitState = { format: 1, failures: 0, openUntilMs: 0, reason: '' };

export interface CircuitPolicy extends BackoffPolicy {
  /** Number of failures in a row that open the circuit breaker. */
  readonly failuresToOpen: number;
  /** Maximum duration of a probe in milliseconds; after it another probe is allowed. */
  readonly probeMs: number;
}

/** Whether a function may send a request. */
export type CircuitDecision =
  | { readonly kind: 'go' }
  /** One request as a probe. The state must be stored before it is sent. */
  | { readonly kind: 'probe'; readonly state: CircuitState }
  | {
      readonly kind: 'wait';
      readonly untilMs: number;
      readonly reason: string;
      /** The outage that is the reason. */
      readonly outage: OutageKind;
      /** When the outage began, in milliseconds. */
      readonly sinceMs: number;
    };

/** Decides whether a function may send a request; pure. */
export function askCircuit(
  state: CircuitState,
  { leaseOwner, nowMs, policy }: { leaseOwner: string; nowMs: number; policy: CircuitPolicy },
): CircuitDecision {
  if (!isCircuitOpen(state, policy)) return { kind: 'go' };
  if (isStill(state.openUntilMs, nowMs, policy.maxWaitMs)) {
    return { kind: 'wait', untilMs: state.openUntilMs, reason: state.reason, ...toCause(state) };
  }
  const { probe } = state;
  if (probe && probe.leaseOwner !== leaseOwner && isStill(probe.untilMs, nowMs, policy.probeMs)) {
    return {
      kind: 'wait',
      untilMs: probe.untilMs,
      reason: `${state.reason}; another function sends a probe`,
      ...toCause(state),
    };
  }
  return {
    kind: 'probe',
    state: { ...state, probe: { leaseOwner, untilMs: nowMs + policy.probeMs } },
  };
}

/** The outage that an open circuit breaker is part of, and since when. */
function toCause({ openedMs = 0, loginMs }: CircuitState) {
  return loginMs === undefined
    ? ({ outage: 'circuitBreaker', sinceMs: openedMs } as const)
    : ({ outage: 'login', sinceMs: loginMs } as const);
}

/**
 * True when enough failures in a row have opened the circuit breaker; only probes are allowed then.
 */
export function isCircuitOpen(state: CircuitState, policy: CircuitPolicy): boolean {
  return state.failures >= policy.failuresToOpen;
}

/**
 * Whether an instant is in the future. An instant further away than twice the longest wait comes
 * from a clock that is wrong, and is ignored.
 */
function isStill(untilMs: number, nowMs: number, longestMs: number): boolean {
  return nowMs < untilMs && untilMs - nowMs <= 2 * longestMs;
}

/** A failed request. */
export interface CircuitFailure {
  readonly nowMs: number;
  readonly reason: string;
  /**
   * Whether this failure alone opens the circuit breaker, such as a rejected login. @default false
   */
  readonly atOnce?: boolean;
  /** From 0 up to 1. */
  readonly jitter: number;
  readonly policy: CircuitPolicy;
}

/** State after a request without an answer, or with a rejected login; pure. */
export function afterFailure(
  state: CircuitState,
  { nowMs, reason, atOnce = false, jitter, policy }: CircuitFailure,
): CircuitState {
  // Requests that were under way when it opened fail for the same reason, and do not extend the
  // wait.
  if (isCircuitOpen(state, policy) && isStill(state.openUntilMs, nowMs, policy.maxWaitMs))
    return state;
  const failures = Math.max(state.failures + 1, atOnce ? policy.failuresToOpen : 0);
  if (failures < policy.failuresToOpen) return { format: 1, failures, openUntilMs: 0, reason };
  const waitMs = backoff(policy, failures - policy.failuresToOpen + 1, jitter);
  const openedMs = state.openedMs ?? nowMs;
  const login = atOnce && { loginMs: state.loginMs ?? nowMs };
  return { format: 1, failures, openUntilMs: nowMs + waitMs, reason, openedMs, ...login };
}
