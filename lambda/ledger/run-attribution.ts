import { LedgerError } from '../errors.ts';
import type { Entry } from './entry.ts';
import { keptMs, toKey, toTargetName } from './entry-row.ts';
import type { Row, StoredRow, Table } from './table.ts';

/** A run of an AutoSys job, and which one-off of ours it is taken for. */
interface Credit {
  readonly format: 1;
  readonly kind: 'credit';
  /** The key of the one-off. */
  readonly entry: string;
  /** The run its job showed before the one-off was sent. */
  readonly beforeRun?: number;
}

/**
 * Binds the rule that a run of a job proves one one-off of ours at most.
 *
 * Two starts of one job, each of unknown outcome, would else both be confirmed by a single run. Whoever finds the run
 * taken asks for the one that was there before its owner was sent, if that is a later one than he saw himself.
 */
export function createAttributeRun({
  table,
  now,
}: {
  readonly table: Table;
  readonly now: () => Date;
}) {
  return async (entry: Entry, run: string): Promise<boolean> => {
    const own = toKey(entry);
    const beforeRun = entry.sent?.job?.run;
    const body: Credit = {
      format: 1,
      kind: 'credit',
      entry: own,
      ...(beforeRun !== undefined && { beforeRun }),
    };
    for (let name: string | undefined = run; name !== undefined; ) {
      const key = `credit ${toTargetName(entry.to, entry.event)} run ${name}`;
      const expiresAt = new Date(now().getTime() + keptMs);
      const other = await writeUnlessThere({ key, body, expiresAt });
      if (other === 'written') return true;
      // Gone again, or of another shape: nothing speaks against it.
      if (!isCredit(other?.body) || other.body.entry === own) return true;
      name = nextBefore(other.body, beforeRun);
    }
    return false;
  };

  /** @returns the row that is stored instead, `undefined` where it has gone again */
  async function writeUnlessThere(row: Row): Promise<StoredRow | 'written' | undefined> {
    try {
      if ((await table.put(row, undefined)) !== undefined) return 'written';
    } catch (error) {
      // A credit is never changed, so what is stored also answers a write of unknown outcome.
      const stored = error instanceof LedgerError ? await table.get(row.key) : undefined;
      if (stored === undefined) throw error;
      return stored;
    }
    return table.get(row.key);
  }
}

function nextBefore(taken: Credit, beforeRun: number | undefined): string | undefined {
  if (taken.beforeRun === undefined || beforeRun === undefined) return undefined;
  return taken.beforeRun > beforeRun ? String(taken.beforeRun) : undefined;
}

function isCredit(body: unknown): body is Credit {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'credit';
}
