import type { AutosysInstance } from '../../autosys/names.ts';
import type { CircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import type { ErrorDescription } from '../errors.ts';
import type { AdmitContext, AdmitResult, EffectRequest } from '../ledger/admit.ts';
import { type Entry, predecessorParked } from '../ledger/entry.ts';
import { parseRun, toRunKey } from '../ledger/run-row.ts';
import { park, type SettlePolicy, settle } from '../ledger/settle.ts';
import type { Table } from '../ledger/table.ts';
import { discard } from '../ledger/withdraw.ts';
import type { Autosys } from './autosys.ts';
import { describeOvertaken } from './overtaken.ts';
import { findPendingPredecessor } from './pending-predecessor.ts';
import type { SendDeps } from './send.ts';
import { takeSnapshot } from './snapshot.ts';

export interface ClaimDeps extends Pick<SendDeps, 'decideNext' | 'sleep'> {
  readonly table: Table;
  readonly circuitBreakers: CircuitBreakers;
  readonly autosysFor: (instance: AutosysInstance) => Autosys;
  readonly now: () => Date;
  /** Duration of a lease in milliseconds; longer than any attempt on one entry takes. */
  readonly leaseMs: number;
  readonly settlePolicy: Pick<SettlePolicy, 'firstWaitMs' | 'maxWaitMs'>;
  readonly jitter: () => number;
}

/** The function that claims, and the signal that ends its work. */
export interface Claimant {
  /** One name for each message in each sandbox. */
  readonly leaseOwner: string;
  readonly signal: AbortSignal;
  /**
   * Why the request must not be admitted, read while the entry is read. @default - it may be
   */
  readonly findRefusal?: () => Promise<string | undefined>;
}

/** Decision of the ledger, or that AutoSys could not be read before the event was sent. */
export type ClaimDecision =
  | AdmitResult
  | { readonly kind: 'discard'; readonly entry: Entry; readonly reason: string }
  | { readonly kind: 'unreached'; readonly entry: Entry; readonly error: ErrorDescription };

/** Decision about a known entry, in a context that grows with each check. */
export type Decide = (known: Entry | undefined, context: AdmitContext) => AdmitResult;

/**
 * Decides about one claim.
 *
 * An event that is to be sent is decided about twice: the second decision knows what AutoSys shows
 * of its target. Between the two stand the checks that need the ledger or AutoSys: an overtaking
 * status, the circuit breaker, the predecessors.
 *
 * @param request the request, or the known entry itself if it is taken up again
 */
export async function decideClaim(
  decide: Decide,
  known: Entry | undefined,
  { request, leaseOwner, signal }: Claimant & { readonly request: EffectRequest },
  deps: ClaimDeps,
): Promise<ClaimDecision> {
  const { table, circuitBreakers, autosysFor, now, leaseMs } = deps;
  const { to } = request;
  const { deadlineMs } = autosysFor(to);
  const context: AdmitContext = { leaseOwner, nowMs: now().getTime(), leaseMs, deadlineMs };
  const first = decide(known, context);
  if (first.kind !== 'take' && first.kind !== 'park') return first;
  if (first.kind === 'take' && !first.readBackFirst) {
    const reason = await findOvertaken(first.entry, table);
    if (reason !== undefined) return toDiscarded(known, reason, now().getTime());
  }
  const permit = await circuitBreakers.ask(to, leaseOwner);
  if (permit.kind === 'wait') return decide(known, { ...context, hold: permit });
  if (first.kind === 'park') return first;
  // A read-back does not wait for predecessors.
  if (first.readBackFirst) return first;
  const predecessor = await findPendingPredecessor(request, table);
  if (predecessor?.kind === 'open') {
    const { key: behindKey, text: behind } = predecessor;
    return decide(known, { ...context, behind, behindKey });
  }
  if (predecessor?.kind === 'parked') {
    const parked = { code: predecessorParked, reason: predecessor.text };
    return { kind: 'park', entry: park(first.entry, now().getTime(), parked) };
  }
  const seen = await takeSnapshot(request.event, { ...deps, reader: autosysFor(to).port }, signal);
  if (seen.kind === 'seen') return decide(known, { ...context, snapshot: seen.snapshot });
  // A request that the end of the invocation aborted says nothing about AutoSys.
  if (!signal.aborted) await circuitBreakers.failed(to, seen.failure);
  return toUnreached(first.entry, seen.failure.error, deps);
}

/** Why an entry that was not sent yet comes too late in its run; checked by each claim. */
async function findOvertaken(entry: Entry, table: Pick<Table, 'get'>): Promise<string | undefined> {
  if (entry.overtakenBy === undefined) return undefined;
  const row = await table.get(toRunKey(entry.version));
  return row && describeOvertaken(entry, parseRun(row).version);
}

/** An entry that the ledger does not know yet needs no row to be discarded. */
function toDiscarded(known: Entry | undefined, reason: string, nowMs: number): ClaimDecision {
  return known === undefined
    ? { kind: 'drop', reason }
    : { kind: 'discard', entry: discard(known, nowMs, reason), reason };
}

function toUnreached(
  taken: Entry,
  error: ErrorDescription,
  { now, settlePolicy, autosysFor, jitter }: ClaimDeps,
): ClaimDecision {
  const { deadlineMs } = autosysFor(taken.to);
  const policy = { ...settlePolicy, deadlineMs, jitter: jitter() };
  const entry = settle(taken, { kind: 'unreached', error }, now().getTime(), policy);
  return entry.stage === 'parked' ? { kind: 'park', entry } : { kind: 'unreached', entry, error };
}
