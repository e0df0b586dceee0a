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

/** The one power of delivery: to send an event to one AutoSys. */
export interface EventSender {
  sendEvent(
    event: AutosysEvent,
    options: {
      readonly signal: AbortSignal;
      /** After this instant nothing is sent any more. @default - none */
      readonly notAfter?: Date | undefined;
    },
  ): Promise<unknown>;
}

/** What a failure means for the next try; `decideNext` of the AEWS client, bound to a policy. */
export type DecideNext = (facts: {
  readonly disposition: Disposition;
  readonly repeatable: boolean;
  /** Made so far, the failed one included. */
  readonly attempts: number;
  readonly retryAfterMs: number | undefined;
}) => { readonly kind: 'wait'; readonly ms: number } | { readonly kind: 'look' | 'stop' };

/** What became of one event on its way to AutoSys. */
export type SendResult =
  | { readonly kind: 'accepted'; readonly at: Date }
  /** It was not sent: too little was left of its lease, or its login is held back. Says nothing about AutoSys. */
  | { readonly kind: 'withheld'; readonly error: ErrorDescription }
  | Failure;

export interface SendDeps {
  readonly sender: EventSender;
  readonly decideNext: DecideNext;
  readonly now: () => Date;
  /** Resolves after so many milliseconds; rejects when the signal falls. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Until then nobody else takes the event over. @default - for ever */
  readonly leaseUntilMs?: number;
}

/**
 * So much of a lease must be left when a request is begun: the longest that one may take at one address (`requestMs` of
 * the client).
 *
 * Whoever took the lease a long while ago was frozen, and somebody else may be at work. A sandbox may still freeze between this
 * look at the clock and the socket; docs/decisions/0010 says what comes of that.
 */
export const sendMarginMs = 30_000;

/**
 * For longer than this nobody waits with an event in hand, whatever AutoSys asks for (`Retry-After`): it waits in the ledger.
 *
 * Who waited until the invocation ends would keep the sandbox from all others, and could not record the failure in the circuit breaker.
 */
export const longestSleepMs = 10_000;

/** Sends one event, and again as long as that is harmless and promises something. */
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
  /** The last try that may have arrived: what comes after it does not make it undone. */
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
 * Waits before the next try of a request.
 *
 * @param error how the last try failed
 * @returns false where no other try follows; also where the signal aborts meanwhile, since the failure is what is reported
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
  const message = `not sent: ${left} s of the lease were left, ${needed} s are needed; it is taken up again`;
  return { name: 'LeaseShort', code: 'BRIDGE_LEASE_SHORT', message };
}

/** Sorts a failure by what it means. */
export function toSendFailure(error: unknown): Failure {
  // The class of a defect is for the log, and no reason for an effect.
  if (!isExpectedError(error) || error instanceof DefectError) {
    return { kind: 'unknown', error: describeError(new DefectError()), ofRequest: true };
  }
  const description = describeError(error);
  if (error instanceof UnexplainedNotFoundError) {
    return { kind: 'unreached', error: description, ofRequest: true };
  }
  // Whatever keeps the bridge out keeps every event out alike: none of them is to blame, and each waits.
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
 * The login was refused, or a secret is missing, closed to us or of the wrong shape.
 *
 * The names in an event were checked when it was made, so a name that is refused now is the user's in the secret.
 */
function isLockout(error: unknown): boolean {
  return error instanceof LockoutError || error instanceof NameError || isLoginRefusal(error);
}

/** How long the server asks to wait, in milliseconds (`Retry-After`). */
function toRetryAfter(error: unknown): number | undefined {
  return error instanceof Error && 'retryAfterMs' in error && typeof error.retryAfterMs === 'number'
    ? error.retryAfterMs
    : undefined;
}
