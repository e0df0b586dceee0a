import type { AutosysEvent } from '../../autosys/event.ts';
import type { Failure } from '../errors.ts';
import { type AutosysReader, readSnapshot, type TargetSnapshot } from './confirm.ts';
import { type SendDeps, toSendFailure, waitForRetry } from './send.ts';

/** What was read of the target before the event is sent. */
export type SnapshotResult =
  /** Empty where AutoSys refuses to show it: it answers for itself when the event is sent. */
  | { readonly kind: 'seen'; readonly snapshot: TargetSnapshot }
  /** AutoSys could not be read now. */
  | { readonly kind: 'away'; readonly failure: Failure };

/** Milliseconds after which a failed read is not repeated: the event waits in the ledger instead. */
const repeatWithinMs = 5_000;

/** Reads the target of an event before it is sent, with the same short retries as the send itself. */
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
