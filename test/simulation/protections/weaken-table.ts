import type { Entry } from '../../../lambda/ledger/entry.ts';
import { isObservedKey } from '../../../lambda/ledger/observed.ts';
import type { StoredRow, Table } from '../../../lambda/ledger/table.ts';
import { isEntry } from '../judge/ledger-watch.ts';
import type { DisabledProtection } from './weaken.ts';
import { weakenGroupRows } from './weaken-group-rows.ts';

/** The real lease duration. */
const leaseMs = 90_000;

/**
 * Wraps the table of an execution environment without a protection. Other readers see the stored
 * rows.
 */
export function weakenTable(table: Table, now: () => Date, without: DisabledProtection): Table {
  const onRead = (change: (entry: Entry) => Entry): Table => ({
    ...table,
    get: async (key) => changeEntry(await table.get(key), change),
  });
  switch (without) {
    case 'conditional write':
      return {
        ...table,
        put: async (row) => table.put(row, (await table.get(row.key))?.revision),
      };
    case 'lease':
      return onRead(endLease);
    case 'read-back before resend':
      return onRead(forgetSending);
    case 'claim before sending':
      return changeEntries(table, (entry) => (entry.lease ? forgetSending(entry) : entry));
    case 'route order':
      return changeEntries(table, ({ after: _, ...entry }) => entry);
    case 'lease check before sending':
      return shortenLeases(table, () => now().getTime() + leaseMs);
    case 'run attribution':
      return discardWrites(table, 'attribution ');
    case 'run row before acknowledgement':
      return discardWrites(table, 'run ');
    case 'read-back after acceptance':
      return onRead(forgetAcceptance);
    case 'acceptance time':
      return changeEntries(table, forgetAcceptedMs);
    case 'parked predecessor':
      return onRead(confirmParked);
    case 'discard after end':
      return hideRuns(table);
    case 'resend limit':
      return onRead(forgetSends);
    case 'single Batch end':
      return splitEndRows(table);
    case 'start time in keys':
      return dropStartTimes(table);
    case 'observed once':
      return {
        ...table,
        put: async (row, seen) =>
          table.put(row, isObservedKey(row.key) ? (await table.get(row.key))?.revision : seen),
      };
    case 'version order':
      return {
        ...onRead(makeOldest),
        put: (row, seen) => table.put({ ...row, body: restoreAge(row.body) }, seen),
      };
    default:
      return weakenGroupRows(table, without);
  }
}

/** Hides run rows from readers. A write replaces the stored row. */
function hideRuns(table: Table): Table {
  const isRun = (key: string) => key.startsWith('run ');
  return {
    ...table,
    get: async (key) => (isRun(key) ? undefined : table.get(key)),
    put: async (row, seen) =>
      table.put(row, isRun(row.key) ? (await table.get(row.key))?.revision : seen),
  };
}

/** All runs of one execution ARN share their rows. */
function dropStartTimes(table: Table): Table {
  const cut = (key: string) => key.replaceAll(/@\d+/g, '');
  return {
    ...table,
    get: (key) => table.get(cut(key)),
    put: (row, seen) => table.put({ ...row, key: cut(row.key) }, seen),
  };
}

/**
 * Stores a one-shot at the end of a Batch job in one row per number of listed attempts.
 *
 * A reader does not know that number from the key, so it gets the row that this execution
 * environment wrote last.
 */
function splitEndRows(table: Table): Table {
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

/** Changes entries before they are stored. */
function changeEntries(table: Table, change: (entry: Entry) => Entry): Table {
  return {
    ...table,
    put: (row, seen) =>
      table.put(isEntry(row.body) ? { ...row, body: change(row.body) } : row, seen),
  };
}

/** Discards writes of rows with a key prefix, and reports success. */
function discardWrites(table: Table, prefix: string): Table {
  return {
    ...table,
    put: (row, seen) => (row.key.startsWith(prefix) ? Promise.resolve(1) : table.put(row, seen)),
  };
}

function changeEntry(row: StoredRow | undefined, change: (entry: Entry) => Entry) {
  return row && isEntry(row.body) ? { ...row, body: change(row.body) } : row;
}

/** Makes every lease look expired. */
function endLease(entry: Entry): Entry {
  return entry.lease ? { ...entry, lease: { ...entry.lease, untilMs: 0 } } : entry;
}

function forgetSending(entry: Entry): Entry {
  return entry.stage === 'sending' ? { ...entry, stage: 'due' } : entry;
}

/** Makes an accepted state look as if it had never been sent. */
function forgetAcceptance(entry: Entry): Entry {
  const isAccepted = entry.stage === 'accepted' && entry.kind === 'state';
  return isAccepted ? { ...entry, stage: 'due' } : entry;
}

/** Stores the time of acceptance as long ago, so that the deadline counts from the event. */
function forgetAcceptedMs(entry: Entry): Entry {
  const { sent } = entry;
  return sent?.acceptedMs === undefined ? entry : { ...entry, sent: { ...sent, acceptedMs: 0 } };
}

/** Makes a state that was sent twice look as if it had been sent once. */
function forgetSends(entry: Entry): Entry {
  const { sends: _, ...before } = entry.sent ?? { sentMs: 0 };
  return entry.sent ? { ...entry, sent: before } : entry;
}

/** Makes a parked entry look confirmed. */
function confirmParked(entry: Entry): Entry {
  return entry.stage === 'parked' ? { ...entry, stage: 'confirmed' } : entry;
}

/** Stores leases with their real duration, while the lease owner assumes ten hours. */
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
const olderPrefix = 'older ';

/** Makes every stored version look older than any new one. */
function makeOldest(entry: Entry): Entry {
  const { run, beganMs } = entry.version;
  const version = { ...entry.version, run: `${olderPrefix}${run}`, beganMs: beganMs - centuryMs };
  return { ...entry, version };
}

function restoreAge(body: unknown): unknown {
  if (!isEntry(body) || !body.version.run.startsWith(olderPrefix)) return body;
  const { run, beganMs } = body.version;
  const version = {
    ...body.version,
    run: run.slice(olderPrefix.length),
    beganMs: beganMs + centuryMs,
  };
  return { ...body, version };
}
