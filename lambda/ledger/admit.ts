import { compareToKnown } from '../workload/version.ts';
import { type Entry, isPending, type SendRecord, withHistory, withPreviousValue } from './entry.ts';
import { parkOverdue } from './settle.ts';

/** A wish on its way into the ledger: an entry without what only the ledger knows. */
export type EffectRequest = Pick<
  Entry,
  'kind' | 'to' | 'event' | 'version' | 'cause' | 'after' | 'overtakenBy'
>;

/** Who asks, and how long he may work on it alone. */
export interface AdmitContext {
  /** One name for each message in each sandbox. */
  readonly leaseOwner: string;
  readonly nowMs: number;
  readonly leaseMs: number;
  /** An entry that is older than this is parked instead of taken; one that was held back then, at twice the age. */
  readonly deadlineMs: number;
  /** Not before then may anybody send, and why: AutoSys is down or in its window. @default - now */
  readonly hold?: { readonly untilMs: number; readonly reason: string };
  /** What must be sent before it and is not yet, in words. @default - nothing: its turn has come */
  readonly behind?: string;
  /** What AutoSys shows before the event is sent. @default - it could not be read, or shows nothing of such an event */
  readonly snapshot?: Pick<SendRecord, 'job' | 'value'>;
}

/** Why an offer is not taken: `behind` where only its turn has not come. */
interface Pending {
  readonly reason: string;
  readonly behind?: true;
}

/** What the ledger says to a wish. */
export type AdmitResult =
  /** Ours to bring about; `lookFirst` where somebody may have sent it. The entry is to be stored first. */
  | { readonly kind: 'take'; readonly entry: Entry; readonly lookFirst: boolean }
  /** To be stored as due, and no more: whoever holds it, or the drain, brings it about. */
  | ({ readonly kind: 'defer'; readonly entry: Entry } & Pending)
  /** It stands there already, and somebody else brings it about, or the drain in its turn. */
  | ({ readonly kind: 'leave' } & Pending)
  /** To be stored as parked: it has waited too long. */
  | { readonly kind: 'park'; readonly entry: Entry }
  /** Nothing is to be done, and why: with the event or the run that it lost to. `stage` where the same is parked. */
  | { readonly kind: 'drop'; readonly reason: string; readonly stage?: 'parked' };

/** Holds a wish against what is known; pure. */
export function admit(
  known: Entry | undefined,
  request: EffectRequest,
  asker: AdmitContext,
): AdmitResult {
  if (known === undefined) return take(toEntry(request, asker), asker, false);
  const standing =
    request.kind === 'once' ? 'duplicate' : compareToKnown(request.version, known.version);
  switch (standing) {
    case 'newer':
      return replace(known, request, asker);
    case 'duplicate':
      return resume(known, asker);
    case 'superseded':
      return { kind: 'drop', reason: `superseded by ${describeWinner(known)}` };
    case 'staleRun':
      return { kind: 'drop', reason: describeLaterRun(known) };
    default:
      return standing satisfies never;
  }
}

/** Takes up an open entry that nobody works on; what the drain does, and a redelivered message. */
export function resume(known: Entry, asker: AdmitContext): AdmitResult {
  if (!isPending(known)) {
    return {
      kind: 'drop',
      reason: describeDuplicate(known),
      ...(known.stage === 'parked' && !known.dismissed && { stage: known.stage }),
    };
  }
  if (isHeld(known, asker)) return { kind: 'leave', reason: 'somebody is at work on it' };
  const { behind } = asker;
  if (behind !== undefined) return { kind: 'leave', ...toPending(behind) };
  return take(known, asker, known.stage !== 'due');
}

/** Why a wish is dropped that the ledger has already. */
export function describeDuplicate({ cause, stage }: Entry): string {
  return `duplicate of event ${cause.eventId}, which is ${stage}`;
}

function replace(known: Entry, request: EffectRequest, asker: AdmitContext): AdmitResult {
  const entry = {
    ...withPredecessor(toEntry(request, asker), known),
    history: withHistory(known, asker.nowMs, describeEffectRequest(request)).history,
    // Whoever works on the older wish sees the newer one when he is done, and goes on with it.
    ...(known.lease && { lease: known.lease }),
  };
  if (!isHeld(known, asker)) return take(entry, asker, false);
  const reason = 'somebody is at work on the target and goes on with it';
  return { kind: 'defer', entry, reason };
}

/** The entry with what AutoSys may still show of the one that it replaces; pure. */
export function withPredecessor(entry: Entry, known: Entry): Entry {
  const { previousValues: _, unsettled: __, ...own } = entry;
  const previousValues = toPreviousValues(known);
  return {
    ...own,
    ...(previousValues.length > 0 && { previousValues: previousValues }),
    ...(isUnsettled(known) && { unsettled: true as const }),
  };
}

/** What stands in AutoSys as far as is known: the value or status of the older request, unless it was never sent. */
function toPreviousValues(known: Entry) {
  const { event, previousValues = [] } = known;
  const asked = describeRequest(event);
  if (asked === undefined) return [];
  if (wasSeen(known)) return [asked];
  return cannotStand(known) ? previousValues : withPreviousValue(asked, previousValues);
}

/** Whether an earlier request, which AutoSys never showed, may still take effect after a later one. */
function isUnsettled(known: Entry): boolean {
  if (known.kind !== 'state' || wasSeen(known)) return false;
  if (known.unsettled === true) return true;
  // AutoSys processes what it has accepted in that order; a status that arrives late may also be overtaken by a start.
  const isInOrder = known.event.kind === 'SET_GLOBAL' && known.sent?.acceptedMs !== undefined;
  return !cannotStand(known) && !isInOrder;
}

function wasSeen({ stage, confirmedMs }: Entry): boolean {
  return stage === 'confirmed' && confirmedMs !== undefined;
}

/**
 * Whether it has certainly not reached AutoSys. A value that was read again stood there once: AutoSys has lost it, and may
 * show it again.
 */
function cannotStand({ stage, sent: before, rereads = 0 }: Entry): boolean {
  return stage !== 'confirmed' && before === undefined && rereads === 0;
}

/** The value or status that a state event asks for; `undefined` of any other event. */
export function describeRequest(event: Entry['event']): string | undefined {
  if (event.kind === 'SET_GLOBAL') return event.value;
  return event.kind === 'CHANGE_STATUS' ? event.status : undefined;
}

function take(entry: Entry, asker: AdmitContext, lookFirst: boolean): AdmitResult {
  const { nowMs, hold, behind, deadlineMs } = asker;
  const isHeldBack = hold !== undefined && hold.untilMs > nowMs;
  const patienceMs = isHeldBack ? 2 * deadlineMs : toDeadlineMs(entry, deadlineMs);
  // What may have been sent is looked at before it is given up: it may have come about long ago.
  const parked = lookFirst && !isHeldBack ? undefined : parkOverdue(entry, nowMs, patienceMs);
  if (parked) return { kind: 'park', entry: parked };
  // A lease that is still there is of somebody who died: he says nothing of a wish that came after him.
  const { lease: _, ...free } = entry;
  if (isHeldBack) {
    const held = { ...free, dueMs: Math.max(entry.dueMs, hold.untilMs + toPlace(entry)) };
    return { kind: 'defer', entry: held, reason: `AutoSys is not to be asked now: ${hold.reason}` };
  }
  if (behind !== undefined) return { kind: 'defer', entry: free, ...toPending(behind) };
  const lease = { owner: asker.leaseOwner, untilMs: nowMs + asker.leaseMs };
  const text = lookFirst ? 'taken up: AutoSys is looked at first' : 'taken up: to be sent now';
  const taken = { ...withHistory<Entry>(entry, nowMs, text), lease };
  if (lookFirst) return { kind: 'take', entry: taken, lookFirst };
  // From this write on the event may have been sent, whatever becomes of this function.
  const before: SendRecord = { ...asker.snapshot, sentMs: nowMs };
  return { kind: 'take', entry: { ...taken, sent: before, stage: 'sending' }, lookFirst };
}

/**
 * How many milliseconds later than what stands first in its route: all that a window holds back comes due with its end, and
 * the drain spends a turn on whatever stands before what it waits for.
 */
function toPlace({ after = [] }: Entry): number {
  return after.length;
}

function toPending(behind: string): Pending {
  return { reason: `its turn has not come: ${behind}`, behind: true };
}

/** What could not be tried when its deadline passed, for AutoSys was not to be asked, is tried once more; nothing is kept for ever. */
export function toDeadlineMs({ cause, dueMs }: Entry, deadlineMs: number): number {
  return dueMs >= cause.seenMs + deadlineMs ? 2 * deadlineMs : deadlineMs;
}

function isHeld({ lease }: Entry, { leaseOwner, nowMs }: AdmitContext): boolean {
  return lease !== undefined && lease.owner !== leaseOwner && lease.untilMs > nowMs;
}

function toEntry(request: EffectRequest, { nowMs }: AdmitContext): Entry {
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
  return `asked by ${cause.run} ${version.status} (route ${cause.route}, event ${cause.eventId})`;
}

function describeWinner({ version, cause }: Entry): string {
  return `${cause.run} ${version.status} of attempt ${version.attempt} (event ${cause.eventId})`;
}

/** Of two runs that write one target, whichever began later wins, whatever workload they are of. */
function describeLaterRun(known: Entry): string {
  const beganAt = new Date(known.version.beganMs).toISOString();
  return `stale run: ${known.cause.run} began later, at ${beganAt}, and is ${known.version.status} (event ${known.cause.eventId})`;
}
