import { LedgerError } from '../errors.ts';
import type { Entry } from './entry.ts';
import { checkBody, instanceNamesShape } from './row-schema.ts';
import { park } from './settle.ts';
import type { Row, StoredRow, Table } from './table.ts';

/** The one row of instance names. */
export const instanceNamesKey = 'instance names';

/** Which AutoSys instances the ledger has entries of, and which ones the deployed route file has. */
export interface InstanceNames {
  readonly format: 1;
  readonly kind: 'instanceNames';
  /** Every name that an entry was ever written for, sorted. */
  readonly used: readonly string[];
  /** The names of the route file, as the last sweep run had it, sorted; absent before the first one. */
  readonly inFile?: readonly string[];
}

/** Entries live 90 days after their last change, and their names must outlive all of them. */
const keptMs = 10 * 365 * 86_400_000;

/** The names of a row; none where there is no row. @throws {LedgerError} where the row is damaged or of other software */
export function parseInstanceNames(row: StoredRow | undefined): InstanceNames {
  if (row === undefined) return { format: 1, kind: 'instanceNames', used: [] };
  checkBody(row, instanceNamesShape);
  return row.body as InstanceNames;
}

/** The names with one more that is used; the same object where it is known. */
export function withUsed(names: InstanceNames, name: string): InstanceNames {
  return names.used.includes(name) ? names : { ...names, used: [...names.used, name].sort() };
}

/** The names with those of the deployed route file; the same object where these are known. */
export function withFile(names: InstanceNames, inFile: readonly string[]): InstanceNames {
  const sorted = inFile.toSorted();
  return JSON.stringify(sorted) === JSON.stringify(names.inFile)
    ? names
    : { ...names, inFile: sorted };
}

/** The used names that a route file does not have. */
export function findUnknown({ used }: InstanceNames, inFile: readonly string[]): readonly string[] {
  return used.filter((name) => !inFile.includes(name));
}

/** The row that keeps the names. */
export function toInstanceNamesRow(names: InstanceNames, nowMs: number): Row {
  return { key: instanceNamesKey, body: names, expiresAt: new Date(nowMs + keptMs) };
}

/** Parks an entry whose instance the route file does not have; pure. */
export function parkUnknown(entry: Entry, nowMs: number): Entry {
  const fate = {
    due: 'it is not sent',
    sending: 'it may have been sent, and AutoSys cannot be asked',
    accepted: 'AutoSys had accepted it, and cannot be asked whether it took effect',
    confirmed: 'AutoSys had confirmed it',
    parked: 'it is not sent',
  }[entry.stage];
  const reason = `the route file has no instance ${entry.to}, so ${fate}`;
  return park(entry, nowMs, { code: 'BRIDGE_UNKNOWN_INSTANCE', reason });
}

/** More lost races in a row mean that something is wrong: sandboxes write a name once. */
const maxRaces = 20;

/**
 * Changes the row of names where the change is one.
 *
 * @returns the names as they are stored then
 * @throws {LedgerError}
 */
export async function changeInstanceNames(
  { table, now }: { readonly table: Table; readonly now: () => Date },
  change: (names: InstanceNames) => InstanceNames,
): Promise<InstanceNames> {
  for (let races = 0; races < maxRaces; races += 1) {
    const row = await table.get(instanceNamesKey);
    const known = parseInstanceNames(row);
    const changed = change(known);
    if (changed === known) return known;
    const written = await table.put(toInstanceNamesRow(changed, now().getTime()), row?.revision);
    if (written !== undefined) return changed;
  }
  throw new LedgerError({
    doing: `write ${instanceNamesKey}`,
    reason: `${maxRaces} races lost in a row`,
  });
}

/**
 * Binds the recording of instance names: once for each name in a sandbox.
 *
 * A call that fails is made again by the next effect.
 */
export function createRecordInstance(deps: { readonly table: Table; readonly now: () => Date }) {
  const recorded = new Map<string, Promise<unknown>>();
  return async function recordInstance(name: string): Promise<void> {
    const recording =
      recorded.get(name) ?? changeInstanceNames(deps, (names) => withUsed(names, name));
    recorded.set(name, recording);
    try {
      await recording;
    } catch (error) {
      recorded.delete(name);
      throw error;
    }
  };
}
