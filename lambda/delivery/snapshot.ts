import type { AutosysEvent } from '../../autosys/event.ts';
import type { Failure } from '../errors.ts';
import { type AutosysReader, readSnapshot, type TargetSnapshot } from './confirm.ts';
import { type SendDeps, toSendFailure, waitForRetry } from './send.ts';

/** Result of reading the target before the event is sent. */
export type SnapshotResult =
  /** Empty if AutoSys refuses to show the target: the event is sent, and AutoSys answers that. */
  | { readonly kind: 'seen'; readonly snapshot: TargetSnapshot }
  /** AutoSys cannot be read now. */
  | { readonly kind: 'away'; readonly failure: Failure };

/**
 * Time in milliseconds after which a failed read is not repeated; the event waits in the ledger.
 */
const repeatWithinMs = 5_000;

/** Reads the target of an event before it is sent, with the same short retries as the send. */
export async function takeSnapshot(
  event: AutosysEvent,
  { reader, now, sleep, decideNext }: SnapshotDeps,
  signal: AbortSignal,
): Promise<SnapshotResult> {
  const startedMs = now().getTime();
  for (let attempts = 1; ; attempts += 1) {
    try {
      return { kind: 'seen', snapshot: await readSnapshot(event, { reader }, signal) };
    } catch (error) {
      const failure = toSendFailure(error);
      if (failure.kind === 'refused') return { kind: 'seen', snapshot: {} };
      const away = { kind: 'away', failure } as const;
      if (failure.kind === 'unreached' && failure.lockedOut) return away;
      if (now().getTime() - startedMs > repeatWithinMs) return away;
      // A read changes nothing, so an unknown outcome is one more failure.
      const facts = { disposition: 'retry', repeatable: true, attempts } as const;
      if (!(await waitForRetry(error, facts, { decideNext, sleep }, signal))) return away;
    }
  }
}

export interface SnapshotDeps extends Pick<SendDeps, 'decideNext' | 'now' | 'sleep'> {
  readonly reader: AutosysReader;
}
