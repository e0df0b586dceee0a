import type { Entry } from '../ledger/entry.ts';
import { parseEntry, toKey, toRow } from '../ledger/entry-row.ts';
import { withPredecessor } from '../ledger/previous-values.ts';
import { type SettleResult, settle } from '../ledger/settle.ts';
import { compareToKnown } from '../workload/version.ts';
import { type AttemptDeps, createAttempt } from './attempt.ts';
import type { ClaimedEntry } from './autosys.ts';
import { createClaim } from './claim.ts';
import { createRecordLateSend } from './late-sending.ts';

export type ExecuteDeps = AttemptDeps;

/** Result of the last attempt; or the lease was lost. */
export type ExecuteResult =
  | SettleResult
  /** The lease expired, so another function reports what came of the entry. */
  | { readonly kind: 'lost'; readonly reason: string };

/** An entry as it is when its lease has been released, with the result of the last attempt. */
export interface Executed {
  readonly entry: Entry;
  readonly result: ExecuteResult;
}

/**
 * Creates the execution of a claimed entry.
 *
 * Each round makes one attempt, records its result, and releases the lease with that write. Where a
 * newer request for the target was recorded meanwhile, the next round executes that request.
 */
export function createExecute(deps: ExecuteDeps) {
  const { table, autosysFor, now, jitter, settlePolicy } = deps;
  const attempt = createAttempt(deps);
  const continueAfterRace = createContinueAfterRace(deps);

  return async function execute(claimed: ClaimedEntry, signal: AbortSignal): Promise<Executed> {
    for (let current = claimed; ; ) {
      const made = await attempt(current, signal);
      let settled: Entry | undefined;
      if (made !== 'race') {
        const { entry, revision } = made.claimed;
        const nowMs = now().getTime();
        const { deadlineMs } = autosysFor(entry.to);
        const policy = { ...settlePolicy, deadlineMs, jitter: jitter() };
        settled = settle(entry, made.result, nowMs, policy);
        if ((await table.put(toRow(settled, nowMs), revision)) !== undefined) {
          return { entry: settled, result: made.result };
        }
      }
      const next = await continueAfterRace(current.entry, settled, signal);
      if ('result' in next) return next;
      current = next;
    }
  };
}

/**
 * Creates the continuation after another function has changed the row.
 *
 * Where that function has taken the entry over, nothing is left to do. Else the row holds a newer
 * request, which is claimed as any other.
 */
function createContinueAfterRace(deps: ExecuteDeps) {
  const { table, now } = deps;
  const recordLateSend = createRecordLateSend(deps);
  const { takeUp } = createClaim(deps);

  /** @param settled the entry with the result of the attempt; absent if nothing was sent */
  return async function continueAfterRace(
    entry: Entry,
    settled: Entry | undefined,
    signal: AbortSignal,
  ): Promise<ClaimedEntry | Executed> {
    for (;;) {
      const row = await table.get(toKey(entry));
      const known = row && parseEntry(row);
      if (!known) return toLost(entry, 'its row is no longer in the ledger');
      if (known.lease?.owner !== entry.lease?.owner) {
        if (settled && settled.stage !== 'due') await recordLateSend(entry);
        return toLost(known, 'another function has taken it over');
      }
      const { lease: _, ...free } = settled ? withAttempt(known, settled) : known;
      if ((await table.put(toRow(free, now().getTime()), row.revision)) === undefined) continue;
      const leaseOwner = entry.lease?.owner ?? '';
      const claim = await takeUp(toKey(entry), { leaseOwner, signal });
      if (claim.kind === 'taken') return claim;
      return toLost(free, 'the drain executes a newer request for its target');
    }
  };
}

/**
 * The newer request, with what the attempt showed of the older one; a one-shot has no newer
 * request.
 */
function withAttempt(known: Entry, settled: Entry): Entry {
  const isNewer =
    known.kind !== 'once' && compareToKnown(known.version, settled.version) === 'newer';
  return isNewer ? withPredecessor(known, settled) : known;
}

function toLost(entry: Entry, reason: string): Executed {
  return { entry, result: { kind: 'lost', reason } };
}
