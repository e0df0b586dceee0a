import { LedgerError } from '../errors.ts';
import type { Entry } from './entry.ts';
import { keptMs, toKey, toTargetName } from './entry-row.ts';
import type { Row, StoredRow, Table } from './table.ts';

/** Row that attributes a run of an AutoSys job to the one-shot that it proves. */
interface RunAttribution {
  readonly format: 1;
  readonly kind: 'runAttribution';
  /** Key of the one-shot. */
  readonly entry: string;
  /** Run number that the job had before the one-shot was sent. */
  readonly beforeRun?: number;
}

/**
 * Creates the function that attributes a run of an AutoSys job to a one-shot. A run proves at most
 * one one-shot.
 *
 * Otherwise a single run would confirm two starts of one job whose outcome is unknown. If the run
 * is already attributed to another one-shot, the run before that one-shot is tried. It must be
 * later than the run that this one-shot saw before it was sent.
 */
export function createAttributeRun({
  table,
  now,
}: {
  readonly table: Table;
  readonly now: () => Date;
}) {
  /**
   * @param orEarlier whether an earlier run may be attributed instead. @default true
   * @returns whether the run, or an earlier one, is attributed to the entry
   */
  return async function attributeRun(
    entry: Entry,
    run: string,
    { orEarlier = true }: { readonly orEarlier?: boolean } = {},
  ): Promise<boolean> {
    const own = toKey(entry);
    const beforeRun = entry.sent?.job?.run;
    const body: RunAttribution = {
      format: 1,
      kind: 'runAttribution',
      entry: own,
      ...(beforeRun !== undefined && { beforeRun }),
    };
    for (let name: string | undefined = run; name !== undefined; ) {
      const key = toAttributionKey(entry, name);
      const expiresAt = new Date(now().getTime() + keptMs);
      const stored = await writeIfAbsent({ key, body, expiresAt });
      if (stored === 'written') return true;
      // A row that has gone again, or of another shape, belongs to no other one-shot.
      if (!isRunAttribution(stored?.body) || stored.body.entry === own) return true;
      name = orEarlier ? toEarlierRun(stored.body, beforeRun) : undefined;
    }
    return false;
  };

  /** @returns the row that is already stored, or `undefined` if that row has gone again */
  async function writeIfAbsent(row: Row): Promise<StoredRow | 'written' | undefined> {
    try {
      if ((await table.put(row, undefined)) !== undefined) return 'written';
    } catch (error) {
      // The row never changes, so the stored row also decides a write whose outcome is unknown.
      const stored = error instanceof LedgerError ? await table.get(row.key) : undefined;
      if (stored === undefined) throw error;
      return stored;
    }
    return table.get(row.key);
  }
}

/**
 * Creates the read of the one-shot that a run of an AutoSys job is attributed to.
 *
 * @returns its row key, or `undefined` if the run is attributed to none
 */
export function createReadAttribution({ table }: { readonly table: Pick<Table, 'get'> }) {
  return async function readAttribution(
    { to, event }: Pick<Entry, 'to' | 'event'>,
    run: string,
  ): Promise<string | undefined> {
    const row = await table.get(toAttributionKey({ to, event }, run));
    return isRunAttribution(row?.body) ? row.body.entry : undefined;
  };
}

function toAttributionKey({ to, event }: Pick<Entry, 'to' | 'event'>, run: string): string {
  return `attribution ${toTargetName(to, event)} run ${run}`;
}

function toEarlierRun(other: RunAttribution, beforeRun: number | undefined): string | undefined {
  if (other.beforeRun === undefined || beforeRun === undefined) return undefined;
  return other.beforeRun > beforeRun ? String(other.beforeRun) : undefined;
}

function isRunAttribution(body: unknown): body is RunAttribution {
  return (
    typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'runAttribution'
  );
}
