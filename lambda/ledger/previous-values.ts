import { type Entry, withPreviousValue } from './entry.ts';

/** The entry with the values that AutoSys may still show of the entry that it replaces. Pure. */
export function withPredecessor(entry: Entry, known: Entry): Entry {
  const { previousValues: _, unsettled: __, ...own } = entry;
  const previousValues = toPreviousValues(known);
  return {
    ...own,
    ...(previousValues.length > 0 && { previousValues }),
    ...(isUnsettled(known) && { unsettled: true as const }),
  };
}

/**
 * Values or statuses that AutoSys may show now: those of the older request, unless it was never
 * sent.
 */
function toPreviousValues(known: Entry) {
  const { event, previousValues = [] } = known;
  const requested = describeRequest(event);
  if (requested === undefined) return [];
  if (wasConfirmed(known)) return [requested];
  return hasNotReachedAutosys(known)
    ? previousValues
    : withPreviousValue(requested, previousValues);
}

/** Whether an earlier request that AutoSys never showed may still take effect after a later one. */
function isUnsettled(known: Entry): boolean {
  if (known.kind !== 'state' || wasConfirmed(known)) return false;
  if (known.unsettled === true) return true;
  // AutoSys processes accepted events in order. That is not enough for a status: a start may
  // overtake it.
  const isInOrder = known.event.kind === 'SET_GLOBAL' && known.sent?.acceptedMs !== undefined;
  return !hasNotReachedAutosys(known) && !isInOrder;
}

function wasConfirmed({ stage, confirmedMs }: Entry): boolean {
  return stage === 'confirmed' && confirmedMs !== undefined;
}

/**
 * Whether the entry has certainly not reached AutoSys. A value that was read again did reach it:
 * AutoSys has lost the value, and may show it again.
 */
function hasNotReachedAutosys({ stage, sent: before, rereads = 0 }: Entry): boolean {
  return stage !== 'confirmed' && before === undefined && rereads === 0;
}

/** The value or status that a state event sets. `undefined` for any other event. */
export function describeRequest(event: Entry['event']): string | undefined {
  if (event.kind === 'SET_GLOBAL') return event.value;
  return event.kind === 'CHANGE_STATUS' ? event.status : undefined;
}
