import type { AutosysInstance } from '../../autosys/names.ts';
import type { InvalidEventError } from '../errors.ts';
import type { Entry } from '../ledger/entry.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import type { EffectOutcome } from './outcome.ts';

/** What the queue hands over. */
export interface QueueMessage {
  readonly messageId: string;
  /** The EventBridge event as JSON text. */
  readonly body: string;
}

/** One effect with what became of it. */
export interface EffectResult {
  readonly route: string;
  readonly to: AutosysInstance;
  /** In sendevent's words; absent where it could not be said. */
  readonly said?: string;
  /** Of its row in the ledger. */
  readonly key: string;
  /** Of an effect that was parked in a row of its own: the key of the row of its target. */
  readonly target?: string;
  readonly outcome: EffectOutcome;
  /** The newer wish for the same target that came while this one was brought about, and was brought about with it. */
  readonly instead?: { readonly entry: Entry; readonly outcome: EffectOutcome };
}

/** What became of one message. */
export type ReportResult =
  | { readonly kind: 'ignored'; readonly event?: WorkloadEvent; readonly reason: string }
  | { readonly kind: 'invalid'; readonly error: InvalidEventError }
  /** From an account that may not speak: nothing was done about it, and nothing will be. */
  | { readonly kind: 'refused'; readonly event: WorkloadEvent; readonly reason: string }
  | {
      readonly kind: 'reported';
      readonly event: WorkloadEvent;
      readonly settled: readonly EffectResult[];
    };
