import { describeEvent } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import type { ErrorDescription, Failure } from '../errors.ts';
import { toDeadlineMs } from '../ledger/admit.ts';
import { type Entry, withHistory } from '../ledger/entry.ts';
import { parseEntry, toKey, toRow } from '../ledger/entry-row.ts';
import { parseAnyEntry } from '../ledger/invalid-effect.ts';
import { withPredecessor } from '../ledger/previous-values.ts';
import { createAttributeRun } from '../ledger/run-attribution.ts';
import { type SettleResult, settle } from '../ledger/settle.ts';
import { compareToKnown } from '../workload/version.ts';
import type { ClaimedEntry } from './autosys.ts';
import { toBaseline } from './baseline.ts';
import { type ClaimDeps, createClaim } from './claim.ts';
import { type ConfirmDeps, confirm } from './confirm.ts';
import { decideAfterReadBack, decideAfterSending } from './decide-next.ts';
import type { Confirmation, SentEvent } from './evidence/confirmation.ts';
import { createRecordLateSend } from './late-sending.ts';
import { type SendDeps, send } from './send.ts';

export interface ExecuteDeps extends ClaimDeps, Pick<ConfirmDeps, 'tellDefect'> {
  /** So long a one-off that may have left us is looked for while AutoSys is there; then it is left to a person. */
  readonly observationMs: number;
}

/** What came of our work: the last result, or that it is not ours to tell any more. */
export type ExecuteResult =
  | SettleResult
  /** The lease ran out meanwhile: what became of the entry is told by whoever has it now. */
  | { readonly kind: 'lost'; readonly reason: string };

/** What one round of work on an entry came to; `race` where its row was changed before a second send could be recorded. */
type Worked =
  | { readonly kind: 'worked'; readonly taken: ClaimedEntry; readonly result: SettleResult }
  | 'race';

/** Binds the work on an entry: send it, read it back, record the result, and continue with a newer request for its target. */
export function createExecute(deps: ExecuteDeps) {
  const { table, autosysFor, now, jitter, settlePolicy, observationMs } = deps;
  const credit = createAttributeRun(deps);
  const tellLateSending = createRecordLateSend(deps);
  const { takeUp } = createClaim(deps);

  /** @returns the entry as it is when its lease is given back, with the result of the last round */
  return async function execute(
    taken: ClaimedEntry,
    signal: AbortSignal,
  ): Promise<{ entry: Entry; result: ExecuteResult }> {
    for (let current = taken; ; ) {
      const worked = await work(current, signal);
      let settled: Entry | undefined;
      if (worked !== 'race') {
        const { entry, revision } = worked.taken;
        const nowMs = now().getTime();
        const { deadlineMs } = autosysFor(entry.to);
        const policy = { ...settlePolicy, deadlineMs, jitter: jitter() };
        settled = settle(entry, worked.result, nowMs, policy);
        if ((await table.put(toRow(settled, nowMs), revision)) !== undefined) {
          return { entry: settled, result: worked.result };
        }
      }
      const next = await goOn(current.entry, settled, signal);
      if ('result' in next) return next;
      current = next;
    }
  };

  /**
   * What there is left to do after another function has changed the row: nothing where it has taken the entry over, else a
   * newer request, which is claimed like any other.
   *
   * @param settled the entry with the result of our work; absent where nothing was sent
   */
  async function goOn(
    entry: Entry,
    settled: Entry | undefined,
    signal: AbortSignal,
  ): Promise<ClaimedEntry | { entry: Entry; result: ExecuteResult }> {
    for (;;) {
      const row = await table.get(toKey(entry));
      const known = row && parseEntry(row);
      if (!known) return toLost(entry, 'the ledger has forgotten it');
      if (known.lease?.owner !== entry.lease?.owner) {
        if (settled && settled.stage !== 'due') await tellLateSending(entry);
        return toLost(known, 'another function has taken it over');
      }
      const { lease: _, ...free } = settled ? afterOurWork(known, settled) : known;
      if ((await table.put(toRow(free, now().getTime()), row.revision)) === undefined) continue;
      const leaseOwner = entry.lease?.owner ?? '';
      const claim = await takeUp(toKey(entry), { leaseOwner, signal });
      if (claim.kind === 'taken') return claim;
      return toLost(free, 'a newer request for its target is left to the drain');
    }
  }

  async function work(taken: ClaimedEntry, signal: AbortSignal): Promise<Worked> {
    const { entry, lookFirst } = taken;
    const { port, confirmWithinMs, clockDiffers } = autosysFor(entry.to);
    const clock = clockDiffers && { clockDiffers };
    const steps = { ...deps, sender: port, reader: port, confirmWithinMs, ...clock };
    if (!lookFirst)
      return { kind: 'worked', taken, result: await sendAndConfirm(entry, steps, signal) };
    const seen = await toPatient(entry, await look(entry, steps, signal));
    const nowMs = now().getTime();
    const next = decideAfterReadBack(entry, seen, { nowMs, observationMs: observationMs });
    if (next !== 'send') return { kind: 'worked', taken, result: next };
    if (isOverdue(entry, nowMs)) {
      return { kind: 'worked', taken, result: { kind: 'unknown', error: tooLate } };
    }
    // Recorded before it is sent: a function that dies now must not lead to a third send.
    const again = withSecondSend(entry, nowMs);
    const revision = await table.put(toRow(again, nowMs), taken.revision);
    if (revision === undefined) return 'race';
    const result = await sendAndConfirm(again, steps, signal);
    return { kind: 'worked', taken: { entry: again, revision, lookFirst }, result };
  }

  function isOverdue(entry: Entry, nowMs: number): boolean {
    const { deadlineMs } = autosysFor(entry.to);
    return nowMs - entry.cause.seenMs >= toDeadlineMs(entry, deadlineMs);
  }

  async function sendAndConfirm(
    entry: Entry,
    steps: SendDeps & ConfirmDeps,
    signal: AbortSignal,
  ): Promise<SettleResult> {
    const sentMs = now().getTime();
    const lease = entry.lease && { leaseUntilMs: entry.lease.untilMs };
    const delivery = await send(entry.event, { ...steps, ...lease }, signal);
    switch (delivery.kind) {
      case 'accepted':
      case 'unknown': {
        const acknowledged = delivery.kind === 'accepted';
        const sending = toSending(entry, acknowledged);
        const found = await confirm(
          entry.event,
          toBaseline(entry, steps.clockDiffers?.()),
          { ...steps, sending },
          signal,
        );
        const seen = await toPatient(entry, found);
        // An AutoSys that takes calls and never answers is as good as down.
        if (acknowledged || seen.kind === 'confirmed')
          await deps.circuitBreakers.succeeded(entry.to);
        else await tellFailure(entry.to, delivery, signal);
        const facts = { nowMs: now().getTime(), observationMs, sentMs };
        return delivery.kind === 'unknown'
          ? decideAfterSending(entry, seen, { ...facts, doubt: delivery.error })
          : {
              ...decideAfterSending(entry, seen, facts),
              acceptedMs: delivery.at.getTime(),
            };
      }
      case 'withheld':
        return { kind: 'unreached', error: delivery.error };
      case 'unreached':
        await tellFailure(entry.to, delivery, signal);
        return delivery;
      case 'refused':
        // A refusal is an answer: the others need not wait.
        await deps.circuitBreakers.succeeded(entry.to);
        return { ...delivery, isRejected: true };
      default:
        return delivery satisfies never;
    }
  }

  /**
   * The result of a read-back, but for a kill that seems to have nothing to do: a start before it, which AutoSys has accepted
   * and not yet processed, may still run the job.
   */
  async function toPatient({ after = [] }: Entry, seen: Confirmation): Promise<Confirmation> {
    if (seen.kind !== 'moot') return seen;
    for (const key of after) {
      const row = await table.get(key);
      const predecessor = row && parseAnyEntry(row);
      if (predecessor?.kind !== 'once' || predecessor.stage !== 'accepted') continue;
      const found = `${seen.reason}; ${describeEvent(predecessor.event)} before it has not taken effect yet`;
      return { kind: 'notYet', found };
    }
    return seen;
  }

  async function tellFailure(to: AutosysInstance, failure: Failure, signal: AbortSignal) {
    // A call that ended with our own time says nothing of AutoSys.
    if (!signal.aborted) await deps.circuitBreakers.failed(to, failure);
  }

  /** Looks in AutoSys for what somebody may have sent. */
  async function look(
    entry: Entry,
    steps: ConfirmDeps,
    signal: AbortSignal,
  ): Promise<Confirmation> {
    const sending = toSending(entry, entry.stage === 'accepted');
    const once = { ...steps, sending, thorough: true, confirmWithinMs: 0 };
    const baseline = toBaseline(entry, steps.clockDiffers?.());
    const seen = await confirm(entry.event, baseline, once, signal);
    if (seen.kind === 'notYet' && seen.away) await tellFailure(entry.to, seen.away, signal);
    else if (seen.kind !== 'unreadable') await deps.circuitBreakers.succeeded(entry.to);
    return seen;
  }

  function toSending(entry: Entry, acknowledged: boolean): SentEvent {
    const { event, cause, sent: before } = entry;
    const isMarked = 'comment' in event && event.comment?.includes(cause.eventId) === true;
    return {
      ...(isMarked && { mark: cause.eventId }),
      sentAt: new Date(before?.sentMs ?? cause.seenMs),
      acknowledged,
      credit: (run) => credit(entry, run),
    };
  }
}

/** The newer request, with what our work has shown of the older one; a one-shot has no newer request. */
function afterOurWork(known: Entry, settled: Entry): Entry {
  const isNewer =
    known.kind !== 'once' && compareToKnown(known.version, settled.version) === 'newer';
  return isNewer ? withPredecessor(known, settled) : known;
}

function withSecondSend(entry: Entry, nowMs: number): Entry {
  const { observed: _, ...before } = entry.sent ?? { sentMs: nowMs };
  const sends = (before.sends ?? 1) + 1;
  const text = 'sent again: AutoSys does not show that the first send had an effect';
  return {
    ...withHistory(entry, nowMs, text),
    stage: 'sending',
    sent: { ...before, sentMs: nowMs, sends },
  };
}

function toLost(entry: Entry, reason: string): { entry: Entry; result: ExecuteResult } {
  return { entry, result: { kind: 'lost', reason } };
}

/** It was only looked at. */
const tooLate: ErrorDescription = {
  name: 'TooLate',
  code: 'BRIDGE_DEADLINE',
  message: 'AutoSys does not show it, and its deadline is over: it is not sent again',
};
