import type { WorkloadEvent } from '../workload/workload.ts';
import {
  matchesOrigin,
  type Origin,
  type Selector,
  toNames,
  toSelectors,
  type WorkloadNames,
} from './origin.ts';

/** Finds the entries whose origin matches an event. Ten thousand entries cost the same as ten. */
export interface OriginIndex<Entry> {
  /** All entries that match the event in any status, in their original order. */
  readonly find: (event: WorkloadEvent) => readonly Entry[];
  /** All entries that `find` tests. Their number is the cost of a lookup. */
  readonly candidates: (event: WorkloadEvent) => readonly Entry[];
}

/** Text by which an entry is indexed: a whole name, or its start or end. */
interface Key {
  /** Kind of the key, such as `jobQueue head`. */
  readonly type: string;
  /**
   * Empty for a glob without a literal at either end, such as `*x*`. Every lookup tests such
   * entries.
   */
  readonly text: string;
}

/**
 * Indexes each entry under the rarest of its keys. A lookup uses every key that the event could
 * have.
 *
 * Keys are whole names and ARNs, and the literal start or end of a glob. Each is combined with the
 * account if the entry names accounts: one state machine in a hundred accounts gives a hundred
 * keys.
 */
export function createOriginIndex<Entry extends { readonly from: Origin }>(
  entries: readonly Entry[],
): OriginIndex<Entry> {
  const buckets = fillBuckets(entries);
  const candidates = (event: WorkloadEvent) => {
    const positions = new Set(
      toEventKeys(event, buckets.lengths).flatMap((key) =>
        [event.account, anyAccount].flatMap(
          (account) => buckets.positions.get(toBucket(account, key)) ?? [],
        ),
      ),
    );
    return [...positions].sort((one, other) => one - other).flatMap((at) => entries[at] ?? []);
  };
  return {
    candidates,
    find: (event) => candidates(event).filter(({ from }) => matchesOrigin(from, event)),
  };
}

interface Buckets {
  /** Positions of entries by bucket. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
  /** Lengths of the key texts by key type. Names of an event are cut to these lengths only. */
  readonly lengths: ReadonlyMap<string, ReadonlySet<number>>;
}

function fillBuckets(entries: readonly { readonly from: Origin }[]): Buckets {
  const frequency = new Map<string, number>();
  for (const { from } of entries) {
    for (const bucket of toKeys(from).flatMap((key) => toBuckets(from, key))) {
      frequency.set(bucket, (frequency.get(bucket) ?? 0) + 1);
    }
  }
  const toCost = (from: Origin, key: Key) =>
    key.text === ''
      ? Number.POSITIVE_INFINITY
      : Math.max(...toBuckets(from, key).map((bucket) => frequency.get(bucket) ?? 0));
  const positions = new Map<string, number[]>();
  const lengths = new Map<string, Set<number>>();
  for (const [position, { from }] of entries.entries()) {
    const key = toKeys(from).reduce((rarest, other) =>
      toCost(from, other) < toCost(from, rarest) ? other : rarest,
    );
    for (const bucket of toBuckets(from, key)) {
      getOrAdd(positions, bucket, () => []).push(position);
    }
    getOrAdd(lengths, key.type, () => new Set<number>()).add(key.text.length);
  }
  return { positions, lengths };
}

const anyAccount = 'any';

function toBuckets({ accounts = [anyAccount] }: Origin, key: Key): readonly string[] {
  return accounts.map((account) => toBucket(account, key));
}

function toBucket(account: string, { type, text }: Key): string {
  return `${account} ${type} ${text}`;
}

function toKeys(origin: Origin): readonly Key[] {
  return toSelectors(origin).map(([subject, selector]) => toKey(subject, selector));
}

function toKey(subject: WorkloadNames, { by, text }: Selector): Key {
  if (by !== 'glob') return { type: `${subject} ${by}`, text };
  const head = text.slice(0, text.indexOf('*'));
  const tail = text.slice(text.lastIndexOf('*') + 1);
  return head.length >= tail.length
    ? { type: `${subject} head`, text: head }
    : { type: `${subject} tail`, text: tail };
}

/** Every key that an entry matching the event could have. */
function toEventKeys(event: WorkloadEvent, lengths: Buckets['lengths']): readonly Key[] {
  const toWhole = (type: string, texts: readonly string[]) => texts.map((text) => ({ type, text }));
  const toParts = (
    type: string,
    texts: readonly string[],
    cut: (text: string, length: number) => string,
  ) =>
    [...(lengths.get(type) ?? [])].flatMap((length) =>
      toWhole(
        type,
        texts.filter((text) => text.length >= length).map((text) => cut(text, length)),
      ),
    );
  return toNames(event).flatMap(([subject, { name, glob, arn }]) => [
    ...toWhole(`${subject} name`, name),
    ...toWhole(`${subject} arn`, arn),
    ...toParts(`${subject} head`, glob, (text, length) => text.slice(0, length)),
    ...toParts(`${subject} tail`, glob, (text, length) => text.slice(text.length - length)),
  ]);
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
