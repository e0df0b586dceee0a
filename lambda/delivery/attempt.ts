import type { AutosysInstance } from '../../autosys/names.ts';
import type { ErrorDescription, Failure } from '../errors.ts';
import { toDeadlineMs } from '../ledger/admit.ts';
import { type Entry, withHistory } from '../ledger/entry.ts';
import { toRow } from '../ledger/entry-row.ts';
import { createAttributeRun } from '../ledger/run-attribution.ts';
import type { SettleResult } from '../ledger/settle.ts';
import type { ClaimedEntry } from './autosys.ts';
import { toBaseline } from './baseline.ts';
import { type ConfirmDeps, confirm } from './confirm.ts';
import type { ClaimDeps } from './decide-claim.ts';
import { decideAfterReadBack, decideAfterSending } from './decide-next.ts';
import type { Confirmation, SentEvent } from './evidence/confirmation.ts';
import { findMark } from './evidence/event-marker.ts';
import { type SendDeps, type SendResult, send } from './send.ts';
import { withoutEarlyMoot } from './waiting-start.ts';

export interface AttemptDeps extends ClaimDeps, Pick<ConfirmDeps, 'onDefect'> {
  /**
   * Observation window in milliseconds. A one-shot that may have been sent is looked for during
   * this time while AutoSys answers; then it is parked.
   */
  readonly observationMs: number;
}

/** Result of one attempt. `race`: the row was changed before the second send could be recorded. */
export type AttemptResult =
  | { readonly kind: 'made'; readonly claimed: ClaimedEntry; readonly result: SettleResult }
  | 'race';

/** Dependencies of the steps of one attempt, for the AutoSys instance of the entry. */
type StepDeps = AttemptDeps &
  SendDeps &
  ConfirmDeps & { readonly attributeRun: ReturnType<typeof createAttributeRun> };

/**
 * Creates one attempt on a claimed entry: read back what may have been sent, else send and confirm.
 */
export function createAttempt(deps: AttemptDeps) {
  const attributeRun = createAttributeRun(deps);

  return async function attempt(
    claimed: ClaimedEntry,
    signal: AbortSignal,
  ): Promise<AttemptResult> {
    const { entry } = claimed;
    const { port, confirmWithinMs, clockDiffers } = deps.autosysFor(entry.to);
    const steps: StepDeps = {
      ...deps,
      sender: port,
      reader: port,
      confirmWithinMs,
      attributeRun,
      ...(clockDiffers && { clockDiffers }),
    };
    if (claimed.readBackFirst) return readBackFirst(claimed, steps, signal);
    return { kind: 'made', claimed, result: await sendAndConfirm(entry, steps, signal) };
  };
}

/** Reads back an entry that may have been sent, and sends it a second time where that is right. */
async function readBackFirst(
  claimed: ClaimedEntry,
  deps: StepDeps,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const { entry } = claimed;
  const { table, now, observationMs } = deps;
  const seen = await withoutEarlyMoot(entry, await readBack(entry, deps, signal), table);
  const nowMs = now().getTime();
  const next = decideAfterReadBack(entry, seen, { nowMs, observationMs });
  if (next !== 'send') return { kind: 'made', claimed, result: next };
  if (isOverdue(entry, nowMs, deps)) {
    return { kind: 'made', claimed, result: { kind: 'unknown', error: overdue } };
  }
  // Recorded before it is sent: a function that dies now must not lead to a third send.
  const again = withSecondSend(entry, nowMs);
  const revision = await table.put(toRow(again, nowMs), claimed.revision);
  if (revision === undefined) return 'race';
  const result = await sendAndConfirm(again, deps, signal);
  return { kind: 'made', claimed: { ...claimed, entry: again, revision }, result };
}

async function sendAndConfirm(
  entry: Entry,
  deps: StepDeps,
  signal: AbortSignal,
): Promise<SettleResult> {
  const sentMs = deps.now().getTime();
  const lease = entry.lease && { leaseUntilMs: entry.lease.untilMs };
  const sent = await send(entry.event, { ...deps, ...lease }, signal);
  switch (sent.kind) {
    case 'accepted':
    case 'unknown':
      return confirmSent(entry, { sent, sentMs }, deps, signal);
    case 'withheld':
      return { kind: 'unreached', error: sent.error };
    case 'unreached':
      await recordFailure(entry.to, sent, deps, signal);
      return sent;
    case 'refused':
      // A refusal is an answer of AutoSys: the circuit breaker stays closed.
      await deps.circuitBreakers.succeeded(entry.to);
      return { ...sent, isRejected: true };
    default:
      return sent satisfies never;
  }
}

/** What came of an event that AutoSys accepted, or whose reply was lost. */
async function confirmSent(
  entry: Entry,
  {
    sent,
    sentMs,
  }: {
    readonly sent: Extract<SendResult, { readonly kind: 'accepted' | 'unknown' }>;
    readonly sentMs: number;
  },
  deps: StepDeps,
  signal: AbortSignal,
): Promise<SettleResult> {
  const acknowledged = sent.kind === 'accepted';
  const found = await confirmEffect(entry, acknowledged, deps, signal);
  const seen = await withoutEarlyMoot(entry, found, deps.table);
  // Requests that are taken and never answered count as failures, as those to a host that is down.
  if (acknowledged || seen.kind === 'confirmed') await deps.circuitBreakers.succeeded(entry.to);
  else await recordFailure(entry.to, sent, deps, signal);
  const facts = { nowMs: deps.now().getTime(), observationMs: deps.observationMs, sentMs };
  return sent.kind === 'unknown'
    ? decideAfterSending(entry, seen, { ...facts, doubt: sent.error })
    : { ...decideAfterSending(entry, seen, facts), acceptedMs: sent.at.getTime() };
}

/** Reads AutoSys once for an event that this function or an earlier one may have sent. */
async function readBack(entry: Entry, deps: StepDeps, signal: AbortSignal): Promise<Confirmation> {
  const once = { ...deps, thorough: true, confirmWithinMs: 0 };
  const seen = await confirmEffect(entry, entry.stage === 'accepted', once, signal);
  if (seen.kind === 'notYet' && seen.away) await recordFailure(entry.to, seen.away, deps, signal);
  else if (seen.kind !== 'unreadable') await deps.circuitBreakers.succeeded(entry.to);
  return seen;
}

function confirmEffect(
  entry: Entry,
  acknowledged: boolean,
  deps: StepDeps,
  signal: AbortSignal,
): Promise<Confirmation> {
  const sending = toSentEvent(entry, acknowledged, deps);
  const baseline = toBaseline(entry, deps.clockDiffers?.());
  return confirm(entry.event, baseline, { ...deps, sending }, signal);
}

function toSentEvent(
  entry: Entry,
  acknowledged: boolean,
  { attributeRun }: Pick<StepDeps, 'attributeRun'>,
): SentEvent {
  const { cause, sent } = entry;
  const mark = findMark(entry);
  return {
    ...(mark !== undefined && { mark }),
    sentAt: new Date(sent?.sentMs ?? cause.seenMs),
    acknowledged,
    attributeRun: (run) => attributeRun(entry, run),
  };
}

async function recordFailure(
  to: AutosysInstance,
  failure: Failure,
  { circuitBreakers }: Pick<AttemptDeps, 'circuitBreakers'>,
  signal: AbortSignal,
): Promise<void> {
  // A request that the end of the invocation aborted says nothing about AutoSys.
  if (!signal.aborted) await circuitBreakers.failed(to, failure);
}

function isOverdue(
  entry: Entry,
  nowMs: number,
  { autosysFor }: Pick<AttemptDeps, 'autosysFor'>,
): boolean {
  const { deadlineMs } = autosysFor(entry.to);
  return nowMs - entry.cause.seenMs >= toDeadlineMs(entry, deadlineMs);
}

function withSecondSend(entry: Entry, nowMs: number): Entry {
  const { observed: _, ...sent } = entry.sent ?? { sentMs: nowMs };
  const sends = (sent.sends ?? 1) + 1;
  const text = 'sent again: AutoSys does not show that the first send had an effect';
  return {
    ...withHistory<Entry>(entry, nowMs, text),
    stage: 'sending',
    sent: { ...sent, sentMs: nowMs, sends },
  };
}

/** The deadline has passed, so the event was read back and not sent again. */
const overdue: ErrorDescription = {
  name: 'TooLate',
  code: 'BRIDGE_DEADLINE',
  message: 'AutoSys does not show the effect and the deadline has passed; it is not sent again',
};
