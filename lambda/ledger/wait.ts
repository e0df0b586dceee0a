/**
 * Why nothing is sent to an AutoSys instance.
 *
 * - `circuitBreaker`: requests in a row were not answered
 * - `login`: AutoSys rejected the login, or a secret cannot be used, so logins are suspended
 * - `maintenance`: a declared maintenance window
 */
export type OutageKind = 'circuitBreaker' | 'login' | 'maintenance';

/** Why an entry waits, as its row has it. It is written when the reason changes. */
export interface WaitReason {
  /** `predecessor`: another entry must be sent first. Otherwise the outage of the instance. */
  readonly kind: 'predecessor' | OutageKind;
  /**
   * When the entry began to wait for the predecessor, or when the outage began; in epoch
   * milliseconds.
   */
  readonly sinceMs: number;
  /**
   * End of the maintenance window, or next try of another outage; in epoch milliseconds. Absent for
   * a predecessor.
   */
  readonly untilMs?: number;
  /** Row key of the predecessor. */
  readonly key?: string;
  /** Text for people. */
  readonly text: string;
}

/** Text of an outage as the reason of a wait. */
export function describeOutage({
  kind,
  sinceMs,
  reason,
}: Pick<WaitReason, 'sinceMs'> & { readonly kind: OutageKind; readonly reason: string }): string {
  if (kind === 'maintenance') return reason;
  const what = kind === 'login' ? 'logins suspended' : 'circuit breaker open';
  return `${what} since ${new Date(sinceMs).toISOString()}: ${reason}`;
}

/** Whether two reasons are the same, so that the second one is not recorded. */
export function isSameWait(one: WaitReason | undefined, other: WaitReason): boolean {
  return (
    one?.kind === other.kind &&
    one.key === other.key &&
    (other.kind === 'predecessor' ? one.text === other.text : one.sinceMs === other.sinceMs)
  );
}
