import { AutosysUnauthorizedError, type Disposition, NameError } from '../../autosys/errors.ts';
import { type AutosysEvent, toTrait } from '../../autosys/event.ts';
import {
  describeError,
  type ErrorDescription,
  SecretShapeError,
  toDisposition,
} from '../shared/errors.ts';

/** The one power of delivery: to send an event to one AutoSys. */
export interface EventSender {
  sendEvent(event: AutosysEvent, options: { readonly signal: AbortSignal }): Promise<unknown>;
}

/** What a failure means for the next try; `decideNext` of the AEWS client, bound to a policy. */
export type DecideNext = (facts: {
  readonly disposition: Disposition;
  readonly repeatable: boolean;
  /** Made so far, the failed one included. */
  readonly attempts: number;
  readonly retryAfterMs: number | undefined;
}) => { readonly kind: 'wait'; readonly ms: number } | { readonly kind: 'look' | 'stop' };

/** What a failure means for the event that met it. */
export type Failure =
  /** It may have arrived: look before sending again. */
  | { readonly kind: 'unknown'; readonly error: ErrorDescription }
  /** It did not arrive, and a later try may; `lockedOut` where the login is why, and no event has a chance. */
  | { readonly kind: 'unreached'; readonly error: ErrorDescription; readonly lockedOut?: true }
  /** AutoSys will not have it. */
  | { readonly kind: 'refused'; readonly error: ErrorDescription };

/** What became of one event on its way to AutoSys. */
export type Delivery = { readonly kind: 'accepted'; readonly at: Date } | Failure;

export interface DeliverPowers {
  readonly sender: EventSender;
  readonly decideNext: DecideNext;
  readonly now: () => Date;
  /** Resolves after so many milliseconds; rejects when the signal falls. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Sends one event, and again as long as that is harmless and promises something. */
export async function deliver(
  event: AutosysEvent,
  { sender, decideNext, now, pause }: DeliverPowers,
  signal: AbortSignal,
): Promise<Delivery> {
  const { repeatable } = toTrait(event.kind);
  for (let attempts = 1; ; attempts += 1) {
    try {
      await sender.sendEvent(event, { signal });
      return { kind: 'accepted', at: now() };
    } catch (error) {
      const disposition = toDisposition(error);
      const next = decideNext({
        disposition,
        repeatable,
        attempts,
        retryAfterMs: toRetryAfter(error),
      });
      if (next.kind !== 'wait' || signal.aborted) return toFailure(disposition, error);
      // An invocation that ends meanwhile is no news: what failed is what is reported.
      const waited = await pause(next.ms, signal).then(
        () => true,
        () => false,
      );
      if (!waited) return toFailure(disposition, error);
    }
  }
}

/** Sorts a failure by what it means. */
export function toFailure(disposition: Disposition, error: unknown): Failure {
  const description = describeError(error);
  // Whatever keeps the bridge out keeps every event out alike: none of them is to blame, and each waits.
  if (isLockout(error)) return { kind: 'unreached', error: description, lockedOut: true };
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
 * The login was refused, or its secret does not read.
 *
 * The names in an event were checked when it was made, so a name that is refused now is the user's in the secret.
 */
function isLockout(error: unknown): boolean {
  return (
    error instanceof SecretShapeError ||
    error instanceof NameError ||
    (error instanceof AutosysUnauthorizedError && error.httpStatus === 401)
  );
}

function toRetryAfter(error: unknown): number | undefined {
  return error instanceof Error && 'retryAfterMs' in error && typeof error.retryAfterMs === 'number'
    ? error.retryAfterMs
    : undefined;
}
