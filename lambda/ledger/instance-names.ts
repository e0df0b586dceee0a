import { LedgerError } from '../errors.ts';
import type { Entry } from './entry.ts';
import { checkBody, instanceNamesShape } from './row-schema.ts';
import { park } from './settle.ts';
import type { Row, StoredRow, Table } from './table.ts';

/** Key of the only row of instance names. */
export const instanceNamesKey = 'instance names';

/** AutoSys instances of which the ledger has entries, and those of the deployed route file. */
export interface InstanceNames {
  readonly format: 1;
  readonly kind: 'instanceNames';
  /** Every name for which the ledger may have an entry, sorted. */
  readonly used: readonly string[];
  /** Names in the route file of the last sweep run, sorted. Absent before the first sweep run. */
  readonly inFile?: readonly string[];
  /**
   * Timezones of the instances in the route file of the last sweep run, by name: people read times
   * in them. Absent before the first sweep run.
   */
  readonly timezones?: Readonly<Record<string, string>>;
  /**
   * Groups in the route file of the last sweep run, each with the instances that receive its
   * effects: no list of the ledger finds the days of all groups. Absent before the first sweep run.
   */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

/** Lifetime of the row, ten years. It must be longer than that of all entries (90 days). */
const keptMs = 10 * 365 * 86_400_000;

/**
 * The instance names in a row, empty if there is no row.
 *
 * @throws {LedgerError} if the row is damaged, or other software wrote it
 */
export function parseInstanceNames(row: StoredRow | undefined): InstanceNames {
  if (row === undefined) return { format: 1, kind: 'instanceNames', used: [] };
  checkBody(row, instanceNamesShape);
  return row.body as InstanceNames;
}

/** The names with one more used name. Returns the same object if the name is known. */
export function withUsed(names: InstanceNames, name: string): InstanceNames {
  return names.used.includes(name) ? names : { ...names, used: [...names.used, name].sort() };
}

/** The names with those of the deployed route file. Returns the same object if nothing changes. */
export function withFile(names: InstanceNames, inFile: readonly string[]): InstanceNames {
  const sorted = inFile.toSorted();
  if (JSON.stringify(sorted) === JSON.stringify(names.inFile)) return names;
  return { ...names, inFile: sorted };
}

/** The names with the timezones of the route file. Returns the same object if nothing changes. */
export function withTimezones(
  names: InstanceNames,
  timezones: Readonly<Record<string, string>>,
): InstanceNames {
  return isSameRecord(timezones, names.timezones) ? names : { ...names, timezones };
}

/** The names with the groups of the route file. Returns the same object if nothing changes. */
export function withGroups(
  names: InstanceNames,
  groups: Readonly<Record<string, readonly string[]>>,
): InstanceNames {
  const isSame = names.groups !== undefined && isSameRecord(groups, names.groups);
  return isSame ? names : { ...names, groups };
}

function isSameRecord(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>> = {},
): boolean {
  const toText = (of: typeof one) => JSON.stringify(Object.entries(of).sort());
  return toText(one) === toText(other);
}

/** Used names that are not in the route file. */
export function findUnknown({ used }: InstanceNames, inFile: readonly string[]): readonly string[] {
  return used.filter((name) => !inFile.includes(name));
}

/** The row of the instance names. */
export function toInstanceNamesRow(names: InstanceNames, nowMs: number): Row {
  return { key: instanceNamesKey, body: names, expiresAt: new Date(nowMs + keptMs) };
}

/** Parks an entry whose instance is not in the route file. Pure. */
export function parkUnknown(entry: Entry, nowMs: number): Entry {
  const consequence = {
    due: 'it is not sent',
    sending: 'it may have been sent, and AutoSys cannot be asked',
    accepted: 'AutoSys had accepted it, and cannot be asked whether it took effect',
    confirmed: 'AutoSys had confirmed it',
    parked: 'it is not sent',
  }[entry.stage];
  const reason = `the route file has no instance ${entry.to}, so ${consequence}`;
  return park(entry, nowMs, { code: 'BRIDGE_UNKNOWN_INSTANCE', reason });
}

/**
 * Maximum lost races in a row. More would be a fault: an execution environment writes a name once.
 */
const maxRaces = 20;

/**
 * Applies a change to the row of instance names. Writes only if the change returns another object.
 *
 * @returns the stored names after the change
 * @throws {LedgerError} if the table cannot be read or written, or after too many lost races
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
 * Creates the function that records instance names: once for each name and execution environment.
 *
 * If a call fails, the next effect makes it again.
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
