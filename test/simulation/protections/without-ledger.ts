import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { StoredRow, Table } from '../../../lambda/ledger/table.ts';
import { isEntry } from '../judge/ledger-watch.ts';
import type { Without } from './without.ts';

/** As long as a lease really is. */
const leaseMs = 90_000;

/** The table as a sandbox that lacks a protection sees it; what is stored stays true. */
export function bendTable(table: Table, now: () => Date, without: Without): Table {
  const bend = (change: (entry: Entry) => Entry): Table => ({
    ...table,
    get: async (key) => bendEntry(await table.get(key), change),
  });
  switch (without) {
    case 'conditional write':
      return {
        ...table,
        put: async (row) => table.put(row, (await table.get(row.key))?.revision),
      };
    case 'lease':
      return bend(endLease);
    case 'look before resend':
      return bend(forgetSending);
    case 'claim before sending':
      return withBodies(table, (entry) => (entry.lease ? forgetSending(entry) : entry));
    case 'order of the file':
      return withBodies(table, ({ after: _, ...entry }) => entry);
    case 'lease check before sending':
      return shortenLeases(table, () => now().getTime() + leaseMs);
    case 'own starts told from others':
      return writeNothing(table, 'attribution ');
    case 'run row before acknowledgement':
      return writeNothing(table, 'run ');
    case 'read-back after acceptance':
      return bend(forgetAcceptance);
    case 'time of acceptance':
      return withBodies(table, forgetAcceptedMs);
    case 'held behind a parked one':
      return bend(confirmParked);
    case 'known ends':
      return hideRuns(table);
    case 'second send once':
      return bend(forgetSends);
    case 'one end of a Batch job':
      return tellEndsApart(table);
    case 'start time in keys':
      return cutStartTimes(table);
    case 'version order':
      return {
        ...bend(makeOldest),
        put: (row, seen) => table.put({ ...row, body: restoreAge(row.body) }, seen),
      };
    default:
      return table;
  }
}

/** No run has ended as far as a reader knows; what is written replaces the row all the same. */
function hideRuns(table: Table): Table {
  const isRun = (key: string) => key.startsWith('run ');
  return {
    ...table,
    get: async (key) => (isRun(key) ? undefined : table.get(key)),
    put: async (row, seen) =>
      table.put(row, isRun(row.key) ? (await table.get(row.key))?.revision : seen),
  };
}

/** Runs of one execution ARN share their rows, whenever they started. */
function cutStartTimes(table: Table): Table {
  const cut = (key: string) => key.replaceAll(/@\d+/g, '');
  return {
    ...table,
    get: (key) => table.get(cut(key)),
    put: (row, seen) => table.put({ ...row, key: cut(row.key) }, seen),
  };
}

/**
 * A one-shot at the end of a Batch job has a row for each number of attempts that its events list.
 *
 * A reader of the key cannot know that number, so it is given the row that this sandbox wrote last.
 */
function tellEndsApart(table: Table): Table {
  const end = ' final ';
  const written = new Map<string, string>();
  const toOwnKey = (key: string) =>
    key.startsWith('once ') && key.includes(end) ? (written.get(key) ?? `${key} unwritten`) : key;
  return {
    ...table,
    get: (key) => table.get(toOwnKey(key)),
    put: (row, seen) => {
      if (!isEntry(row.body) || row.body.kind !== 'once') return table.put(row, seen);
      const key = row.key.replace(end, ` ${row.body.version.attempt} `);
      written.set(row.key, key);
      return table.put({ ...row, key }, seen);
    },
  };
}

/** Stores something other than what is given. */
function withBodies(table: Table, change: (entry: Entry) => Entry): Table {
  return {
    ...table,
    put: (row, seen) =>
      table.put(isEntry(row.body) ? { ...row, body: change(row.body) } : row, seen),
  };
}

/** Says that rows of a kind are written, and does not write them. */
function writeNothing(table: Table, prefix: string): Table {
  return {
    ...table,
    put: (row, seen) => (row.key.startsWith(prefix) ? Promise.resolve(1) : table.put(row, seen)),
  };
}

function bendEntry(row: StoredRow | undefined, bend: (entry: Entry) => Entry) {
  return row && isEntry(row.body) ? { ...row, body: bend(row.body) } : row;
}

/** To whoever looks every lease is over. */
function endLease(entry: Entry): Entry {
  return entry.lease ? { ...entry, lease: { ...entry.lease, untilMs: 0 } } : entry;
}

function forgetSending(entry: Entry): Entry {
  return entry.stage === 'sending' ? { ...entry, stage: 'due' } : entry;
}

/** A value that AutoSys has accepted looks as if it had never been sent. */
function forgetAcceptance(entry: Entry): Entry {
  const isAccepted = entry.stage === 'accepted' && entry.kind === 'state';
  return isAccepted ? { ...entry, stage: 'due' } : entry;
}

/** When AutoSys accepted it is not stored. */
function forgetAcceptedMs(entry: Entry): Entry {
  const { acceptedMs: _, ...sent } = entry.sent ?? { sentMs: 0 };
  return entry.sent ? { ...entry, sent } : entry;
}

/** A state that was sent a second time looks as if it had been sent once. */
function forgetSends(entry: Entry): Entry {
  const { sends: _, ...before } = entry.sent ?? { sentMs: 0 };
  return entry.sent ? { ...entry, sent: before } : entry;
}

/** What waits for a person looks as if it were done. */
function confirmParked(entry: Entry): Entry {
  return entry.stage === 'parked' ? { ...entry, stage: 'confirmed' } : entry;
}

/** The others see a lease as long as leases are; whoever has it believes in ten hours. */
function shortenLeases(table: Table, until: () => number): Table {
  return {
    ...table,
    put: (row, seen) => {
      if (!isEntry(row.body) || !row.body.lease) return table.put(row, seen);
      const untilMs = until();
      const body = { ...row.body, lease: { ...row.body.lease, untilMs } };
      const agenda = row.agenda && { ...row.agenda, at: new Date(untilMs) };
      return table.put({ ...row, body, ...(agenda && { agenda }) }, seen);
    },
  };
}

const centuryMs = 100 * 365 * 86_400_000;
const mark = 'long before ';

/** Whatever is known looks older than whatever comes. */
function makeOldest(entry: Entry): Entry {
  const { run, beganMs } = entry.version;
  const version = { ...entry.version, run: `${mark}${run}`, beganMs: beganMs - centuryMs };
  return { ...entry, version };
}

function restoreAge(body: unknown): unknown {
  if (!isEntry(body) || !body.version.run.startsWith(mark)) return body;
  const { run, beganMs } = body.version;
  const version = { ...body.version, run: run.slice(mark.length), beganMs: beganMs + centuryMs };
  return { ...body, version };
}
