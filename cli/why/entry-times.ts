import type { Entry, HistoryEntry } from '../../lambda/ledger/entry.ts';
import { isOver, type WorkloadStatus } from '../../lambda/workload/workload.ts';

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

const requested = 'requested by ';
const claimed = 'claimed: to be sent now';
const accepted = 'accepted by AutoSys';
const confirmed = 'confirmed by AutoSys';

/** The times of the present request of an entry. A settled state keeps some only in its history. */
export function toEntryTimes({ version, cause, sent, confirmedMs, history }: Entry): EntryTimes {
  const own = history.slice(history.findLastIndex(({ text }) => text.startsWith(requested)) + 1);
  const { status, changedMs } = version;
  return {
    isEnd: status !== 'REQUESTED' && isOver(status),
    receivedMs: cause.seenMs,
    ...(status !== 'REQUESTED' && { changedInAwsMs: changedMs }),
    ...given('sentMs', sent?.sentMs ?? findLastMs(own, claimed)),
    ...given('acceptedMs', sent?.acceptedMs ?? findLastMs(own, accepted)),
    ...given('shownMs', confirmedMs),
  };
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
  const starts = history.flatMap(({ text }, at) => (text.startsWith(requested) ? [at] : []));
  return starts.flatMap((start, nth) => {
    const line = history[start];
    const match = /^requested by (.+) \(route (.+), event ([^)]+)\)$/.exec(line?.text ?? '');
    const [, requestedBy, route, eventId] = match ?? [];
    if (!line || requestedBy === undefined || route === undefined || eventId === undefined)
      return [];
    const own = history.slice(start + 1, starts[nth + 1] ?? history.length);
    return [
      {
        ...{ requestedBy, route, eventId, requestedMs: line.atMs },
        ...given('acceptedMs', findLastMs(own, accepted)),
        ...given('shownMs', findLastMs(own, confirmed)),
        isPresent: nth === starts.length - 1,
      },
    ];
  });
}

/** The status of a run in AWS that a request is of; `undefined` for a request of an AWS process. */
export function toWorkloadStatus({ version }: Entry): WorkloadStatus | undefined {
  return version.status === 'REQUESTED' ? undefined : version.status;
}

function findLastMs(history: readonly HistoryEntry[], text: string): number | undefined {
  return history.findLast((line) => line.text === text)?.atMs;
}

function given<Key extends string>(key: Key, ms: number | undefined) {
  return ms === undefined ? {} : ({ [key]: ms } as { readonly [K in Key]: number });
}
