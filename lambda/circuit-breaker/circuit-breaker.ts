/**
 * Whether an AutoSys may be called: closed after failures, tried by one, opened again by a success.
 *
 * The state is shared by all sandboxes through the ledger table.
 */
export interface CircuitState {
  readonly format: 1;
  /** Failures without a success between them. */
  readonly failures: number;
  /** Until then nobody calls. */
  readonly closedUntilMs: number;
  /** Why it is closed, for people. */
  readonly reason: string;
  /** When it closed; absent while it is open. */
  readonly closedMs?: number;
  /** Who may call to try whether AutoSys is back, and until when the others wait for him. */
  readonly probe?: { readonly leaseOwner: string; readonly untilMs: number };
}

/** Nothing is known against it. */
export const openGate: CircuitState = { format: 1, failures: 0, closedUntilMs: 0, reason: '' };

export interface CircuitPolicy {
  /** So many failures in a row close the gate. */
  readonly failuresToClose: number;
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /** How long a probe may take before another is let through. */
  readonly probeMs: number;
}

/** What the gate says to a caller. */
export type CircuitDecision =
  | { readonly kind: 'go' }
  /** Go, and alone: store this state first. */
  | { readonly kind: 'probe'; readonly state: CircuitState }
  | { readonly kind: 'wait'; readonly untilMs: number; readonly reason: string };

/** Asks the gate; pure. */
export function askCircuit(
  state: CircuitState,
  { leaseOwner, nowMs, policy }: { leaseOwner: string; nowMs: number; policy: CircuitPolicy },
): CircuitDecision {
  if (!isClosed(state, policy)) return { kind: 'go' };
  if (isStill(state.closedUntilMs, nowMs, policy.maxWaitMs)) {
    return { kind: 'wait', untilMs: state.closedUntilMs, reason: state.reason };
  }
  const { probe } = state;
  if (probe && probe.leaseOwner !== leaseOwner && isStill(probe.untilMs, nowMs, policy.probeMs)) {
    return { kind: 'wait', untilMs: probe.untilMs, reason: `${state.reason}; it is being tried` };
  }
  return {
    kind: 'probe',
    state: { ...state, probe: { leaseOwner, untilMs: nowMs + policy.probeMs } },
  };
}

/** Whether so many calls have failed that nobody may call, but one who tries. */
export function isClosed(state: CircuitState, policy: CircuitPolicy): boolean {
  return state.failures >= policy.failuresToClose;
}

/**
 * Whether an instant is still to come. One that is further away than twice the longest wait was written by a sandbox whose
 * clock ran ahead, or is read by one whose clock runs behind: it keeps nobody out.
 */
function isStill(untilMs: number, nowMs: number, longestMs: number): boolean {
  return nowMs < untilMs && untilMs - nowMs <= 2 * longestMs;
}

/** A failed call, as the gate is told of it. */
export interface CircuitFailure {
  readonly nowMs: number;
  readonly reason: string;
  /** Whether this one is enough to close the gate, as a refused login is. @default - it counts like any other */
  readonly atOnce?: boolean;
  /** From 0 up to 1. */
  readonly jitter: number;
  readonly policy: CircuitPolicy;
}

/** The gate after a call that was not answered, or was refused the login. */
export function afterFailure(
  state: CircuitState,
  { nowMs, reason, atOnce = false, jitter, policy }: CircuitFailure,
): CircuitState {
  // Many calls are under way when the gate closes: their failures are the one that is known, and no reason to wait longer.
  if (isClosed(state, policy) && isStill(state.closedUntilMs, nowMs, policy.maxWaitMs))
    return state;
  const failures = Math.max(state.failures + 1, atOnce ? policy.failuresToClose : 0);
  if (failures < policy.failuresToClose) return { format: 1, failures, closedUntilMs: 0, reason };
  const doubledMs = policy.firstWaitMs * 2 ** Math.min(failures - policy.failuresToClose, 20);
  const waitMs = Math.round(Math.min(policy.maxWaitMs, doubledMs) * (0.5 + jitter / 2));
  const closedMs = state.closedMs ?? nowMs;
  return { format: 1, failures, closedUntilMs: nowMs + waitMs, reason, closedMs };
}
