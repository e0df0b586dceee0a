import { type Disposition, NameError, UnexplainedNotFoundError } from '../../autosys/errors.ts';
import { type AutosysEvent, toTrait } from '../../autosys/event.ts';
import {
  DefectError,
  describeError,
  type ErrorDescription,
  type Failure,
  isExpectedError,
  toDisposition,
} from '../errors.ts';
import { isLoginRefusal } from '../login/failure.ts';
import { LockoutError, LoginHeldError } from '../login-errors.ts';

/** Sends an event to one AutoSys instance. */
export interface EventSender {
  sendEvent(
    event: AutosysEvent,
    options: {
      readonly signal: AbortSignal;
      /** After this instant nothing is sent. @default - no limit */
      readonly notAfter?: Date | undefined;
    },
  ): Promise<unknown>;
}

/**
 * Decides about the next attempt after a failure; `decideNext` of the AEWS client, bound to a
 * policy.
 */
export type DecideNext = (facts: {
  readonly disposition: Disposition;
  readonly repeatable: boolean;
  /** Number of attempts made, the failed one included. */
  readonly attempts: number;
  readonly retryAfterMs: number | undefined;
}) => { readonly kind: 'wait'; readonly ms: number } | { readonly kind: 'readBack' | 'stop' };

/** Result of sending one event. */
export type SendResult =
  | { readonly kind: 'accepted'; readonly at: Date }
  /**
   * Not sent: too little of the lease was left, or logins are suspended. It says nothing about
   * AutoSys.
   */
  | { readonly kind: 'withheld'; readonly error: ErrorDescription }
  | Failure;

export interface SendDeps {
  readonly sender: EventSender;
  readonly decideNext: DecideNext;
  readonly now: () => Date;
  /** Resolves after `ms` milliseconds; rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** End of the lease: no other function takes the event over before it. @default - no end */
  readonly leaseUntilMs?: number;
}

/**
 * Minimum rest of a lease in milliseconds when a request begins: the longest request to one address
 * (`requestMs` of the client).
 *
 * A function that holds the lease for longer was frozen, and another function may work on the
 * entry. A sandbox may still freeze between this check and the socket; docs/decisions/0010
 * describes the consequence.
 */
export const sendMarginMs = 30_000;

/**
 * Maximum wait in milliseconds between two attempts, whatever AutoSys asks for (`Retry-After`);
 * beyond it the entry waits in the ledger.
 *
 * A function that waited until its invocation ends would block its sandbox, and could not record
 * the failure in the circuit breaker.
 */
export const longestSleepMs = 10_000;

/** Sends one event, and again as long as that is harmless and may succeed. */
export async function send(
  event: AutosysEvent,
  { sender, decideNext, now, sleep, leaseUntilMs = Number.POSITIVE_INFINITY }: SendDeps,
  signal: AbortSignal,
): Promise<SendResult> {
  const { repeatable } = toTrait(event.kind);
  // The function may freeze while the client waits for a login, or between two endpoints.
  const notAfter = Number.isFinite(leaseUntilMs) && {
    notAfter: new Date(leaseUntilMs - sendMarginMs),
  };
  /** The last attempt that may have arrived; a later failure does not undo it. */
  let doubt: Failure | undefined;
  for (let attempts = 1; ; attempts += 1) {
    const leftMs = leaseUntilMs - now().getTime();
    if (leftMs < sendMarginMs) return doubt ?? { kind: 'withheld', error: toLeaseShort(leftMs) };
    try {
      await sender.sendEvent(event, { signal, ...notAfter });
      return { kind: 'accepted', at: now() };
    } catch (error) {
      const failure = toSendFailure(error);
      if (failure.kind === 'unknown') doubt = failure;
      if (failure.kind === 'unreached' && failure.held) {
        return doubt ?? { kind: 'withheld', error: failure.error };
      }
      const final =
        failure.kind === 'unreached' && !failure.lockedOut ? (doubt ?? failure) : failure;
      const facts = { disposition: toDisposition(error), repeatable, attempts };
      if (!(await waitForRetry(error, facts, { decideNext, sleep }, signal))) return final;
    }
  }
}

/**
 * Waits before the next attempt of a request.
 *
 * @param error error of the last attempt
 * @returns false if no attempt follows; also if the signal aborts during the wait, so that the
 * failure is reported
 */
export async function waitForRetry(
  error: unknown,
  facts: Omit<Parameters<DecideNext>[0], 'retryAfterMs'>,
  { decideNext, sleep }: Pick<SendDeps, 'decideNext' | 'sleep'>,
  signal: AbortSignal,
): Promise<boolean> {
  const next = decideNext({ ...facts, retryAfterMs: toRetryAfter(error) });
  if (next.kind !== 'wait' || next.ms > longestSleepMs || signal.aborted) return false;
  return sleep(next.ms, signal).then(
    () => true,
    () => false,
  );
}

function toLeaseShort(leftMs: number): ErrorDescription {
  const left = Math.max(0, Math.round(leftMs / 1000));
  const needed = sendMarginMs / 1000;
  const message = `not sent: ${left} s of the lease were left, ${needed} s are needed; will retry`;
  return { name: 'LeaseShort', code: 'BRIDGE_LEASE_SHORT', message };
}

/** The meaning of an error for the effect. */
export function toSendFailure(error: unknown): Failure {
  // The class of a defect is logged and is no reason for an effect.
  if (!isExpectedError(error) || error instanceof DefectError) {
    return { kind: 'unknown', error: describeError(new DefectError()), ofRequest: true };
  }
  const description = describeError(error);
  if (error instanceof UnexplainedNotFoundError) {
    return { kind: 'unreached', error: description, ofRequest: true };
  }
  // A rejected login stops all events alike: no single event is the cause, and each waits.
  if (isLockout(error)) return { kind: 'unreached', error: description, lockedOut: true };
  if (error instanceof LoginHeldError) {
    return { kind: 'unreached', error: description, held: true, ofRequest: true };
  }
  const disposition = toDisposition(error);
  switch (disposition) {
    case 'retry':
      return { kind: 'unreached', error: description };
    case 'confirm':
      return { kind: 'unknown', error: description };
    case 'reject':
      return { kind: 'refused', error: description };
    default:
      return disposition satisfies never;
  }
}

/**
 * The login was rejected, or a secret is missing, not readable by the bridge or of the wrong shape.
 *
 * The names in an event were checked when it was created, so a `NameError` here is about the user
 * in the secret.
 */
function isLockout(error: unknown): boolean {
  return error instanceof LockoutError || error instanceof NameError || isLoginRefusal(error);
}

/** Wait that the server asks for, in milliseconds (`Retry-After`). */
function toRetryAfter(error: unknown): number | undefined {
  return error instanceof Error && 'retryAfterMs' in error && typeof error.retryAfterMs === 'number'
    ? error.retryAfterMs
    : undefined;
}
