import { toTrait } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { type ErrorDescription, toDisposition } from '../shared/errors.ts';
import type { WorkloadEvent } from '../shared/workload.ts';
import {
  type AutosysReader,
  type Baseline,
  type ConfirmPowers,
  confirm,
  observe,
} from './confirm.ts';
import { type DeliverPowers, deliver, type EventSender, toFailure } from './deliver.ts';
import type { Ledger } from './ledger.ts';
import type { Effect } from './translate.ts';

/** What became of one effect. */
export type Outcome =
  | { readonly kind: 'confirmed'; readonly at: Date }
  /** Taken by AutoSys and not read back: never called confirmed. */
  | { readonly kind: 'accepted'; readonly reason: string }
  | { readonly kind: 'duplicate' }
  /** Not arrived, or not known to have: the message goes back to the queue. */
  | { readonly kind: 'retry'; readonly error: ErrorDescription }
  /** A person must look: the message goes back, and ends among the dead letters. */
  | { readonly kind: 'refused'; readonly error: ErrorDescription };

/** One AutoSys installation as the report needs it. */
export interface Autosys {
  readonly port: EventSender & AutosysReader;
  readonly confirmWithinMs: number;
}

export interface SettlePowers extends Pick<DeliverPowers, 'decideNext' | 'now' | 'pause'> {
  readonly ledger: Ledger;
  readonly autosysFor: (instance: AutosysInstance) => Autosys;
}

/** The message that asks for an effect. */
export interface Occasion {
  /** The AWS change that asks for the effect. */
  readonly event: WorkloadEvent;
  readonly redelivered: boolean;
  readonly signal: AbortSignal;
}

type Steps = DeliverPowers & ConfirmPowers & Pick<SettlePowers, 'ledger'>;

/** Binds the three stages of one effect: claim it, deliver it, confirm it. */
export function createSettle({ ledger, autosysFor, ...rest }: SettlePowers) {
  return async (effect: Effect, occasion: Occasion): Promise<Outcome> => {
    const { repeatable } = toTrait(effect.event.kind);
    const { port, confirmWithinMs } = autosysFor(effect.to);
    const steps = { ...rest, ledger, sender: port, reader: port, confirmWithinMs };

    // To set a value or a status once more is harmless: only one-offs must fear an earlier sending.
    const claim = await ledger.claim(effect.key, occasion.redelivered && !repeatable);
    switch (claim.kind) {
      case 'confirmed':
        return { kind: 'duplicate' };
      case 'accepted':
        if (!repeatable) return { kind: 'duplicate' };
        return readBack(effect, { kind: 'none' }, steps, occasion.signal);
      case 'begun':
        return repeatable
          ? send(effect, steps, occasion.signal)
          : lookThenSend(effect, steps, occasion);
      case 'ours':
        return send(effect, steps, occasion.signal);
      default:
        return claim satisfies never;
    }
  };
}

async function send(effect: Effect, steps: Steps, signal: AbortSignal): Promise<Outcome> {
  const { event, key } = effect;
  const { ledger } = steps;
  let baseline: Baseline;
  try {
    baseline = await observe(event, steps, signal);
  } catch (error) {
    // Nothing was sent: whatever went wrong while looking, a later try begins afresh.
    await ledger.note(key, 'open');
    const failure = toFailure(toDisposition(error), error);
    return failure.kind === 'refused' ? failure : { kind: 'retry', error: failure.error };
  }

  const delivery = await deliver(event, steps, signal);
  switch (delivery.kind) {
    case 'accepted':
      await ledger.note(key, 'accepted');
      return readBack(effect, baseline, steps, signal);
    case 'unknown': {
      const seen = await confirm(event, baseline, steps, signal);
      if (seen.kind !== 'confirmed') return { kind: 'retry', error: delivery.error };
      await ledger.note(key, 'confirmed');
      return seen;
    }
    case 'unreached':
      await ledger.note(key, 'open');
      return { kind: 'retry', error: delivery.error };
    case 'refused':
      await ledger.note(key, 'open');
      return delivery;
    default:
      return delivery satisfies never;
  }
}

/** Only what AutoSys shows is called confirmed. */
async function readBack(
  { event, key }: Effect,
  baseline: Baseline,
  steps: Steps,
  signal: AbortSignal,
): Promise<Outcome> {
  const seen = await confirm(event, baseline, steps, signal);
  switch (seen.kind) {
    case 'confirmed':
      await steps.ledger.note(key, 'confirmed');
      return seen;
    case 'unreadable':
      return { kind: 'accepted', reason: seen.reason };
    case 'notYet':
      return {
        kind: 'accepted',
        reason: `not visible within ${steps.confirmWithinMs} ms, ${seen.found}`,
      };
    default:
      return seen satisfies never;
  }
}

/**
 * A one-off that may have been sent before: AutoSys is asked first.
 *
 * A start counts as done when the job has started since AWS changed; where AutoSys tells no start, a person must look.
 */
async function lookThenSend(
  effect: Effect,
  steps: Steps,
  { event: cause, signal }: Occasion,
): Promise<Outcome> {
  const { event, key } = effect;
  const seen = await confirm(
    event,
    { kind: 'since', at: cause.changedAt },
    { ...steps, confirmWithinMs: 0 },
    signal,
  );
  if (seen.kind === 'confirmed') {
    await steps.ledger.note(key, 'confirmed');
    return seen;
  }
  if (seen.kind === 'notYet') return send(effect, steps, signal);
  const message = `${event.kind} may have been sent before and AutoSys cannot tell: ${seen.reason}; look at the job, then send it by hand if it is missing`;
  const error = { name: 'OutcomeUnknown', code: 'BRIDGE_OUTCOME_UNKNOWN', message };
  return { kind: 'refused', error };
}
