import type { Entry } from '../../lambda/report/ledger/entry.ts';
import type { ReportPowers } from '../../lambda/report/report.ts';
import type { StoredRow, Table } from '../../lambda/shared/table.ts';

/**
 * What keeps a night whole; the simulator can take away each, to show that it would notice.
 *
 * The shipped code knows nothing of it: what crosses its ports is bent.
 */
export const protections = [
  /** A row is written only over the revision that was seen. */
  'conditional write',
  /** One at a time works on an entry. */
  'lease',
  /** A one-off that may have left is looked for, never sent again unseen. */
  'look before resend',
  /** A message is acknowledged once all it asks for stands in the ledger. */
  'acknowledge after apply',
  /** An older fact never follows a newer one. */
  'version order',
  /** An AutoSys that is down is tried by one, seldom. */
  'gate',
] as const;

export type Protection = (typeof protections)[number];

/** The powers of a sandbox that lacks a protection; its table is bent apart, for the gates hold it too. */
export function bendPowers(powers: ReportPowers, without: Protection | undefined): ReportPowers {
  switch (without) {
    case 'lease':
      return { ...powers, leaseMs: 0 };
    case 'gate':
      return { ...powers, gates: { ...powers.gates, ask: async () => ({ kind: 'go' }) } };
    default:
      return powers;
  }
}

/** The table as a sandbox that lacks a protection sees it; what is stored stays true. */
export function bendTable(table: Table, without: Protection | undefined): Table {
  switch (without) {
    case 'conditional write':
      return {
        ...table,
        put: async (row) => table.put(row, (await table.get(row.key))?.revision),
      };
    case 'look before resend':
      return { ...table, get: async (key) => bendEntry(await table.get(key), forgetSending) };
    case 'version order':
      return {
        ...table,
        get: async (key) => bendEntry(await table.get(key), makeOldest),
        put: (row, seen) => table.put({ ...row, body: restoreAge(row.body) }, seen),
      };
    default:
      return table;
  }
}

function bendEntry(row: StoredRow | undefined, bend: (entry: Entry) => Entry) {
  return row && isEntry(row.body) ? { ...row, body: bend(row.body) } : row;
}

function forgetSending(entry: Entry): Entry {
  return entry.stage === 'sending' ? { ...entry, stage: 'due' } : entry;
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

/** Whether a row is an entry that was sayable; gates and the like are not. */
export function isEntry(body: unknown): body is Entry {
  return typeof body === 'object' && body !== null && 'version' in body && 'event' in body;
}
