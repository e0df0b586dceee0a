import { claimedLine, readRequestLine } from '../../lambda/ledger/admit.ts';
import type { Entry, HistoryEntry } from '../../lambda/ledger/entry.ts';
import { acceptedLine, confirmedLine } from '../../lambda/ledger/settle.ts';
import { isOver } from '../../lambda/workload/workload.ts';

/** When an effect passed each stage, in epoch milliseconds. A time that is not known is absent. */
export interface EntryTimes {
  /** The change of status in AWS. Absent for a request of an AWS process. */
  readonly changedInAwsMs?: number;
  /** Whether that change is the end of the run. */
  readonly isEnd: boolean;
  readonly receivedMs: number;
  readonly sentMs?: number;
  readonly acceptedMs?: number;
  readonly shownMs?: number;
}

/** The times of the present request of an entry. A settled state keeps some only in its history. */
export function toEntryTimes({ version, cause, sent, confirmedMs, history }: Entry): EntryTimes {
  const own = history.slice(
    history.findLastIndex(({ text }) => readRequestLine(text) !== undefined) + 1,
  );
  const { status, changedMs } = version;
  return {
    isEnd: status !== 'REQUESTED' && isOver(status),
    receivedMs: cause.seenMs,
    ...(status !== 'REQUESTED' && { changedInAwsMs: changedMs }),
    ...given('sentMs', sent?.sentMs ?? findLastMs(own, claimedLine)),
    ...given('acceptedMs', sent?.acceptedMs ?? findLastMs(own, acceptedLine)),
    ...given('shownMs', confirmedMs),
  };
}

/**
 * When a request took effect: when AutoSys accepted it, or else showed it, because the answer can be
 * lost. `undefined` while neither is known.
 */
export function toEffectMs({
  acceptedMs,
  shownMs,
}: Pick<EntryTimes, 'acceptedMs' | 'shownMs'>): number | undefined {
  return acceptedMs ?? shownMs;
}

/** A request in the history of a state entry, which may have been replaced since. */
export interface PastRequest {
  /** Such as `settlement execution night-42 SUCCEEDED`. */
  readonly requestedBy: string;
  readonly route: string;
  readonly eventId: string;
  readonly requestedMs: number;
  readonly acceptedMs?: number;
  readonly shownMs?: number;
  /** True for the request that the entry holds now. */
  readonly isPresent: boolean;
}

/** The requests in the history of an entry, the oldest first. Old lines may be missing. */
export function toPastRequests({ history }: Pick<Entry, 'history'>): readonly PastRequest[] {
  const starts = history.flatMap(({ atMs, text }, at) => {
    const request = readRequestLine(text);
    return request ? [{ ...request, requestedMs: atMs, at }] : [];
  });
  return starts.map(({ run, status, route, eventId, requestedMs, at }, nth) => {
    const own = history.slice(at + 1, starts[nth + 1]?.at);
    return {
      ...{ requestedBy: `${run} ${status}`, route, eventId, requestedMs },
      ...given('acceptedMs', findLastMs(own, acceptedLine)),
      ...given('shownMs', findLastMs(own, confirmedLine)),
      isPresent: nth === starts.length - 1,
    };
  });
}

function findLastMs(history: readonly HistoryEntry[], text: string): number | undefined {
  return history.findLast((line) => line.text === text)?.atMs;
}

function given<Key extends string>(key: Key, ms: number | undefined) {
  return ms === undefined ? {} : ({ [key]: ms } as { readonly [K in Key]: number });
}
