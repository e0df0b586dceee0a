import type { WorkloadEvent } from '../workload/workload.ts';
import {
  matchesOrigin,
  type Origin,
  type Selector,
  toNames,
  toSelectors,
  type WorkloadNames,
} from './origin.ts';

/** Finds the entries whose origin hears an event, at the same cost for ten entries and ten thousand. */
export interface OriginIndex<Entry> {
  /** All that hear the event, in their first order, whatever its status. */
  readonly find: (event: WorkloadEvent) => readonly Entry[];
  /** All that were looked at to find them; their number is the cost of a look-up. */
  readonly candidates: (event: WorkloadEvent) => readonly Entry[];
}

/** Some characters by which an entry is filed: the whole of a name, or how it begins or ends. */
interface Key {
  /** Such as `jobQueue head`. */
  readonly shelf: string;
  /** Empty for a glob without a literal at either end, `*x*`: such an entry is looked at every time. */
  readonly text: string;
}

/**
 * Files each entry under the rarest of its keys, and looks an event up under every key it could have.
 *
 * Keys are whole names and ARNs, and the literal beginning or end of a glob, each together with the account where
 * the entry names one: a hundred accounts that run one state machine are a hundred keys.
 */
export function createOriginIndex<Entry extends { readonly from: Origin }>(
  entries: readonly Entry[],
): OriginIndex<Entry> {
  const shelves = fillShelves(entries);
  const candidates = (event: WorkloadEvent) => {
    const positions = new Set(
      toEventKeys(event, shelves.lengths).flatMap((key) =>
        [event.account, anyAccount].flatMap(
          (account) => shelves.drawers.get(toDrawer(account, key)) ?? [],
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

interface Shelves {
  /** Positions of entries by drawer. */
  readonly drawers: ReadonlyMap<string, readonly number[]>;
  /** How long the texts on a shelf are, so that an event's name is cut to those lengths only. */
  readonly lengths: ReadonlyMap<string, ReadonlySet<number>>;
}

function fillShelves(entries: readonly { readonly from: Origin }[]): Shelves {
  const frequency = new Map<string, number>();
  for (const { from } of entries) {
    for (const drawer of toKeys(from).flatMap((key) => toDrawers(from, key))) {
      frequency.set(drawer, (frequency.get(drawer) ?? 0) + 1);
    }
  }
  const toCost = (from: Origin, key: Key) =>
    key.text === ''
      ? Number.POSITIVE_INFINITY
      : Math.max(...toDrawers(from, key).map((drawer) => frequency.get(drawer) ?? 0));
  const drawers = new Map<string, number[]>();
  const lengths = new Map<string, Set<number>>();
  for (const [position, { from }] of entries.entries()) {
    const key = toKeys(from).reduce((rarest, other) =>
      toCost(from, other) < toCost(from, rarest) ? other : rarest,
    );
    for (const drawer of toDrawers(from, key)) {
      getOrAdd(drawers, drawer, () => []).push(position);
    }
    getOrAdd(lengths, key.shelf, () => new Set<number>()).add(key.text.length);
  }
  return { drawers, lengths };
}

const anyAccount = 'any';

function toDrawers({ accounts = [anyAccount] }: Origin, key: Key): readonly string[] {
  return accounts.map((account) => toDrawer(account, key));
}

function toDrawer(account: string, { shelf, text }: Key): string {
  return `${account} ${shelf} ${text}`;
}

function toKeys(origin: Origin): readonly Key[] {
  return toSelectors(origin).map(([subject, selector]) => toKey(subject, selector));
}

function toKey(subject: WorkloadNames, { by, text }: Selector): Key {
  if (by !== 'glob') return { shelf: `${subject} ${by}`, text };
  const head = text.slice(0, text.indexOf('*'));
  const tail = text.slice(text.lastIndexOf('*') + 1);
  return head.length >= tail.length
    ? { shelf: `${subject} head`, text: head }
    : { shelf: `${subject} tail`, text: tail };
}

/** Every key under which an entry that hears the event could be filed. */
function toEventKeys(event: WorkloadEvent, lengths: Shelves['lengths']): readonly Key[] {
  const toShelf = (shelf: string, texts: readonly string[]) =>
    texts.map((text) => ({ shelf, text }));
  const toCuts = (
    shelf: string,
    texts: readonly string[],
    take: (text: string, length: number) => string,
  ) =>
    [...(lengths.get(shelf) ?? [])].flatMap((length) =>
      toShelf(
        shelf,
        texts.filter((text) => text.length >= length).map((text) => take(text, length)),
      ),
    );
  return toNames(event).flatMap(([subject, { name, glob, arn }]) => [
    ...toShelf(`${subject} name`, name),
    ...toShelf(`${subject} arn`, arn),
    ...toCuts(`${subject} head`, glob, (text, length) => text.slice(0, length)),
    ...toCuts(`${subject} tail`, glob, (text, length) => text.slice(text.length - length)),
  ]);
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
