import type { Entry } from '../../../lambda/report/ledger/entry.ts';
import type { ReportPowers } from '../../../lambda/report/report.ts';
import type { StoredRow, Table } from '../../../lambda/shared/table.ts';
import { isEntry } from '../judge/ledger-watch.ts';
import type { Protection } from './protections.ts';

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
