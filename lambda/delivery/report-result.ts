import type { AutosysInstance } from '../../autosys/names.ts';
import type { InvalidEventError } from '../errors.ts';
import type { Entry } from '../ledger/entry.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import type { EffectOutcome } from './outcome.ts';

/** One message of the SQS queue. */
export interface QueueMessage {
  readonly messageId: string;
  /** The EventBridge event as JSON text. */
  readonly body: string;
}

/** One effect and its outcome. */
export interface EffectResult {
  readonly route: string;
  readonly to: AutosysInstance;
  /** The event as a sendevent command; absent if it cannot be sent. */
  readonly eventText?: string;
  /** Key of its row in the ledger. */
  readonly key: string;
  /** Key of the row of its target, if the effect was parked in a row of its own. */
  readonly target?: string;
  readonly outcome: EffectOutcome;
  /**
   * A newer request for the same target, which arrived during the execution and was executed with
   * it.
   */
  readonly instead?: { readonly entry: Entry; readonly outcome: EffectOutcome };
}

/** Outcome of one message. */
export type ReportResult =
  | { readonly kind: 'ignored'; readonly event?: WorkloadEvent; readonly reason: string }
  /** A launch target matches. The event is recorded in the row of its run, and nothing is sent. */
  | { readonly kind: 'recorded'; readonly event: WorkloadEvent; readonly reason: string }
  | { readonly kind: 'invalid'; readonly error: InvalidEventError }
  /** From an AWS account that the route file does not allow; discarded. */
  | { readonly kind: 'refused'; readonly event: WorkloadEvent; readonly reason: string }
  | {
      readonly kind: 'reported';
      readonly event: WorkloadEvent;
      readonly settled: readonly EffectResult[];
    };
