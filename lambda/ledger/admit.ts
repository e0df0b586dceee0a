import { compareToKnown } from '../workload/version.ts';
import { type Entry, isPending, type SendRecord, withHistory } from './entry.ts';
import { withPredecessor } from './previous-values.ts';
import { parkOverdue, toExtendedMs } from './settle.ts';
import type { OutageKind } from './wait.ts';
import { withOutageWait, withPredecessorWait } from './with-wait.ts';

/**
 * Requested effect before the ledger has accepted it: an entry without the fields of the ledger.
 */
export type EffectRequest = Pick<
  Entry,
  'kind' | 'to' | 'event' | 'version' | 'cause' | 'after' | 'overtakenBy'
>;

/** The function that requests an effect or works on an entry, and the limits that apply to it. */
export interface AdmitContext {
  /** A name of its own for each message in each execution environment. */
  readonly leaseOwner: string;
  readonly nowMs: number;
  /** Duration of the lease. */
  readonly leaseMs: number;
  /**
   * Age at which an entry is parked instead of claimed. It doubles if AutoSys could not be called
   * when the deadline passed.
   */
  readonly deadlineMs: number;
  /**
   * When AutoSys may be called again, and why not now: the circuit breaker is open, or a
   * maintenance window is active. @default - AutoSys may be called now
   */
  readonly hold?: {
    readonly untilMs: number;
    readonly reason: string;
    readonly outage: OutageKind;
    /** When the outage began. */
    readonly sinceMs: number;
  };
  /** Description of a predecessor that is not sent yet. @default - no predecessor is pending */
  readonly behind?: string;
  /** Row key of that predecessor, recorded as the reason of the wait. @default - not recorded */
  readonly behindKey?: string;
  /**
   * What AutoSys shows before the event is sent. @default - it could not be read, or AutoSys shows
   * nothing for such an event
   */
  readonly snapshot?: Pick<SendRecord, 'job' | 'value'>;
}

/** Why a request is not claimed now. `behind` is true if it only waits for a predecessor. */
interface Pending {
  readonly reason: string;
  readonly behind?: true;
}

/** Decision of the ledger on a request. */
export type AdmitResult =
  /**
   * The caller stores the entry and then sends it. With `readBackFirst` it may have been sent, so the
   * caller reads it back first.
   */
  | { readonly kind: 'take'; readonly entry: Entry; readonly readBackFirst: boolean }
  /** The caller only stores the entry as due. The lease holder or the drain sends it. */
  | ({ readonly kind: 'defer'; readonly entry: Entry } & Pending)
  /** The ledger has the entry already. The lease holder or the drain sends it. */
  | ({ readonly kind: 'leave' } & Pending)
  /** The caller stores the entry as parked: its deadline is over. */
  | { readonly kind: 'park'; readonly entry: Entry }
  /**
   * The request is discarded. The reason names the event or run that is newer or the same. `stage`
   * is present if the same effect is parked.
   */
  | { readonly kind: 'drop'; readonly reason: string; readonly stage?: 'parked' };

/** Decides on a request by comparing it with the known entry. Pure. */
export function admit(
  known: Entry | undefined,
  request: EffectRequest,
  context: AdmitContext,
): AdmitResult {
  if (known === undefined) return take(toNewEntry(request, context.nowMs), context, false);
  const comparison =
    request.kind === 'once' ? 'duplicate' : compareToKnown(request.version, known.version);
  switch (comparison) {
    case 'newer':
      return replace(known, request, context);
    case 'duplicate':
      return resume(known, context);
    case 'superseded':
      return { kind: 'drop', reason: `superseded by ${describeWinner(known)}` };
    case 'staleRun':
      return { kind: 'drop', reason: describeLaterRun(known) };
    default:
      return comparison satisfies never;
  }
}

/**
 * Decides whether to claim an entry that the ledger has. The drain and redelivered messages use it.
 */
export function resume(known: Entry, context: AdmitContext): AdmitResult {
  if (!isPending(known)) {
    return {
      kind: 'drop',
      reason: describeDuplicate(known),
      ...(known.stage === 'parked' && !known.dismissed && { stage: known.stage }),
    };
  }
  if (isLeased(known, context)) {
    return { kind: 'leave', reason: 'another function is working on it' };
  }
  const { behind } = context;
  if (behind !== undefined) {
    const waiting = withPredecessorWait(known, context);
    // The reason of the wait is written once.
    return waiting === known
      ? { kind: 'leave', ...toPending(behind) }
      : { kind: 'defer', entry: waiting, ...toPending(behind) };
  }
  return take(known, context, known.stage !== 'due');
}

/** Why a request that the ledger has already is discarded. */
export function describeDuplicate({ cause, stage }: Entry): string {
  return `duplicate of event ${cause.eventId}, which is ${stage}`;
}

function replace(known: Entry, request: EffectRequest, context: AdmitContext): AdmitResult {
  const entry = {
    ...withPredecessor(toNewEntry(request, context.nowMs), known),
    history: withHistory(known, context.nowMs, describeEffectRequest(request)).history,
    // The lease holder of the older request finds the newer one afterwards, and continues with it.
    ...(known.lease && { lease: known.lease }),
  };
  if (!isLeased(known, context)) return take(entry, context, false);
  const reason = 'another function is working on the target and will continue with this request';
  return { kind: 'defer', entry, reason };
}

function take(entry: Entry, context: AdmitContext, readBackFirst: boolean): AdmitResult {
  const { nowMs, hold, behind, deadlineMs } = context;
  const isHeldBack = hold !== undefined && hold.untilMs > nowMs;
  const limitMs = isHeldBack ? toExtendedMs(deadlineMs) : toDeadlineMs(entry, deadlineMs);
  // An entry that may have been sent is read back before it is parked: it may have taken effect.
  const parked = readBackFirst && !isHeldBack ? undefined : parkOverdue(entry, nowMs, limitMs);
  if (parked) return { kind: 'park', entry: parked };
  // A lease that is still present has expired, so its function has died.
  const { lease: _, ...free } = entry;
  if (isHeldBack) {
    const dueMs = Math.max(entry.dueMs, hold.untilMs + toOrderMs(entry));
    const held = withOutageWait({ ...free, dueMs }, hold, nowMs);
    return { kind: 'defer', entry: held, reason: `AutoSys must not be called now: ${hold.reason}` };
  }
  if (behind !== undefined) {
    return { kind: 'defer', entry: withPredecessorWait(free, context), ...toPending(behind) };
  }
  const lease = { owner: context.leaseOwner, untilMs: nowMs + context.leaseMs };
  const text = readBackFirst ? 'claimed: AutoSys is read back first' : claimedLine;
  const { wait: __, ...ready } = withHistory<Entry>(entry, nowMs, text);
  const claimed = { ...ready, lease };
  if (readBackFirst) return { kind: 'take', entry: claimed, readBackFirst };
  // After this write the event counts as possibly sent, even if this function dies.
  const sent: SendRecord = { ...context.snapshot, sentMs: nowMs };
  return { kind: 'take', entry: { ...claimed, sent, stage: 'sending' }, readBackFirst };
}

/**
 * Delay in milliseconds that keeps the route order. All entries that a window holds back are due at
 * its end. An entry with predecessors is due later, because the drain would otherwise take it up in
 * vain.
 */
function toOrderMs({ after = [] }: Entry): number {
  return after.length;
}

function toPending(behind: string): Pending {
  return { reason: `waits for a predecessor: ${behind}`, behind: true };
}

/**
 * Deadline of an entry. It doubles if AutoSys could not be called when the deadline passed, so that
 * the entry is tried once more.
 */
export function toDeadlineMs({ cause, dueMs }: Entry, deadlineMs: number): number {
  return dueMs >= cause.seenMs + deadlineMs ? toExtendedMs(deadlineMs) : deadlineMs;
}

/** Whether another function has a valid lease. */
function isLeased({ lease }: Entry, { leaseOwner, nowMs }: AdmitContext): boolean {
  return lease !== undefined && lease.owner !== leaseOwner && lease.untilMs > nowMs;
}

/** The entry of a request that is recorded now. Pure. */
export function toNewEntry(request: EffectRequest, nowMs: number): Entry {
  return {
    format: 1,
    ...request,
    stage: 'due',
    dueMs: nowMs,
    tries: 0,
    history: [{ atMs: nowMs, text: describeEffectRequest(request) }],
  };
}

function describeEffectRequest({ version, cause }: EffectRequest): string {
  return `requested by ${cause.run} ${version.status} (route ${cause.route}, event ${cause.eventId})`;
}

/** Line of the history of an entry that is sent next. */
export const claimedLine = 'claimed: to be sent now';

/** A line of the history that records a request. */
export interface RecordedRequest {
  /** Name of the run for people, as in `Cause`. */
  readonly run: string;
  readonly status: string;
  readonly route: string;
  readonly eventId: string;
}

/** Reads a line of the history that records a request. `undefined` for any other line. Pure. */
export function readRequestLine(text: string): RecordedRequest | undefined {
  const match = /^requested by (.+) (\S+) \(route (.+), event (.+)\)$/.exec(text);
  if (match === null) return undefined;
  const [, run = '', status = '', route = '', eventId = ''] = match;
  return { run, status, route, eventId };
}

function describeWinner({ version, cause }: Entry): string {
  return `${cause.run} ${version.status} of attempt ${version.attempt} (event ${cause.eventId})`;
}

/**
 * Reason of a stale run. The run that began later wins, also if the runs are of different
 * workloads.
 */
function describeLaterRun(known: Entry): string {
  const beganAt = new Date(known.version.beganMs).toISOString();
  return `stale run: ${known.cause.run} began later, at ${beganAt}, and is ${known.version.status} (event ${known.cause.eventId})`;
}
