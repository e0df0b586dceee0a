import { LedgerError } from '../errors.ts';
import type { Table } from '../ledger/table.ts';
import type { Launch } from './launch.ts';
import {
  parseLaunch,
  parseShortName,
  toLaunchKey,
  toLaunchRow,
  toShortNameKey,
  toShortNameRow,
} from './launch-row.ts';
import { decodeRunName, type NamedStart } from './run-name.ts';

/** A launch with the revision of its row. */
export interface StoredLaunch {
  readonly launch: Launch;
  readonly revision: number;
}

/** The launch rows of the ledger. */
export interface Launches {
  /** Reads one launch. @returns `undefined` if the identity has no such start */
  read(start: NamedStart): Promise<StoredLaunch | undefined>;
  /** Reads the launch of a row key. @returns `undefined` if there is no such row */
  readByKey(key: string): Promise<StoredLaunch | undefined>;
  /** Reads the launch of a run name. @returns `undefined` if no launch has the name */
  readByName(name: string): Promise<StoredLaunch | undefined>;
  /**
   * Writes a launch over the revision that was read.
   *
   * @param seen `undefined` for a new launch
   * @returns the stored launch, or `undefined` if another function was faster
   */
  write(launch: Launch, seen: number | undefined): Promise<StoredLaunch | undefined>;
  /**
   * Applies a change, and reads again after a lost race. It writes nothing if the change returns the
   * same object.
   *
   * @throws {LedgerError} after too many lost races
   */
  change(stored: StoredLaunch, change: (launch: Launch) => Launch): Promise<StoredLaunch>;
}

/** Maximum lost races in a row. A launch has few writers; more is a fault. */
const maxRaces = 10;

/** Creates the access to launch rows. Every method rejects with a `LedgerError`. */
export function createLaunches({
  table,
  now,
}: {
  readonly table: Table;
  readonly now: () => Date;
}): Launches {
  return { read, readByKey, readByName, write, change };

  async function readByKey(key: string): Promise<StoredLaunch | undefined> {
    const row = await table.get(key);
    return row && { launch: parseLaunch(row), revision: row.revision };
  }

  async function read(start: NamedStart): Promise<StoredLaunch | undefined> {
    return readByKey(toLaunchKey(start));
  }

  async function readByName(name: string): Promise<StoredLaunch | undefined> {
    const decoded = decodeRunName(name);
    if (decoded.kind === 'foreign') return undefined;
    if (decoded.kind === 'whole') {
      const found = await read(decoded);
      return found?.launch.name === name ? found : undefined;
    }
    const row = await table.get(toShortNameKey(name));
    return row && readByKey(parseShortName(row));
  }

  async function write(
    launch: Launch,
    seen: number | undefined,
  ): Promise<StoredLaunch | undefined> {
    const nowMs = now().getTime();
    const shortName = seen === undefined ? toShortNameRow(launch, nowMs) : undefined;
    // A row that exists already has the same content: only this identity has the name.
    if (shortName) await table.put(shortName, undefined);
    const revision = await table.put(toLaunchRow(launch, nowMs), seen);
    return revision === undefined ? undefined : { launch, revision };
  }

  async function change(
    stored: StoredLaunch,
    apply: (launch: Launch) => Launch,
  ): Promise<StoredLaunch> {
    let known: StoredLaunch | undefined = stored;
    for (let races = 0; races < maxRaces && known !== undefined; races += 1) {
      const changed = apply(known.launch);
      if (changed === known.launch) return known;
      const written = await write(changed, known.revision);
      if (written !== undefined) return written;
      known = await read(known.launch);
    }
    throw new LedgerError({
      doing: `write ${toLaunchKey(stored.launch)}`,
      reason: known === undefined ? 'the row is gone' : `${maxRaces} races lost in a row`,
    });
  }
}
