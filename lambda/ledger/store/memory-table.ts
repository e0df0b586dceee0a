import { LedgerError } from '../../errors.ts';
import type { Row, SearchableTable, StoredRow } from '../table.ts';
import { readHours } from './hours.ts';
import { type IndexEntry, readPageToken, toKeyPage } from './page-token.ts';

/**
 * A table in memory for tests and simulation. It behaves like the table in DynamoDB.
 *
 * The body of a stored row is frozen, because callers share it.
 *
 * Expired rows stay, as they may for days in DynamoDB. Entries of one instant are ordered by key;
 * DynamoDB guarantees no order.
 */
export function createMemoryTable({ now }: { readonly now: () => Date }): SearchableTable {
  const rows = new Map<string, StoredRow>();
  const isExpired = ({ expiresAt }: StoredRow) => expiresAt !== undefined && expiresAt <= now();

  return {
    async get(key) {
      const stored = rows.get(key);
      return stored === undefined || isExpired(stored) ? undefined : toRow(stored);
    },

    async put(row, seen) {
      const stored = rows.get(row.key);
      const isAbsent = stored === undefined || isExpired(stored);
      if (seen === undefined ? !isAbsent : stored?.revision !== seen) return undefined;
      const revision = seen === undefined ? now().getTime() : seen + 1;
      rows.set(row.key, toStored(row, revision));
      return revision;
    },

    async agenda(list, { until, limit, from }) {
      const start = readStart(from);
      const entries = [...rows.values()]
        .flatMap(({ key, agenda }) => (agenda?.list === list ? [{ key, at: agenda.at }] : []))
        .filter((entry) => entry.at <= until && (!start || compare(entry, start) > 0))
        .sort(compare)
        .slice(0, limit + 1);
      return toKeyPage(entries, { limit });
    },

    async ofTarget(name, { limit, from }) {
      const start = readStart(from);
      const entries = [...rows.values()]
        .flatMap(({ key, target }) =>
          target?.name === name ? [{ key, at: target.changedAt }] : [],
        )
        .filter((entry) => !start || compare(entry, start) < 0)
        .sort((one, other) => compare(other, one))
        .slice(0, limit + 1);
      return toKeyPage(entries, { limit });
    },

    inSpan: (instance, span) =>
      readHours(instance, span, async (partition, limit) =>
        [...rows.values()]
          .flatMap(({ key, hour }) => (hour === partition ? [key] : []))
          .sort()
          .slice(0, limit),
      ),
  };
}

function readStart(from: string | undefined): IndexEntry | undefined {
  const start = from === undefined ? undefined : readPageToken(from);
  if (from === undefined || start !== undefined) return start;
  throw new LedgerError({ doing: 'read an index in memory', reason: 'from is no page token' });
}

function compare(one: IndexEntry, other: IndexEntry): number {
  const difference = one.at.getTime() - other.at.getTime();
  return difference || (one.key < other.key ? -1 : Number(one.key > other.key));
}

function toStored(
  { key, body, agenda, target, hour, expiresAt }: Row,
  revision: number,
): StoredRow {
  return {
    key,
    revision,
    body: toFrozen(body),
    // The time to live of DynamoDB is in whole seconds.
    ...(expiresAt && { expiresAt: new Date(Math.ceil(expiresAt.getTime() / 1000) * 1000) }),
    ...(agenda && { agenda: { list: agenda.list, at: new Date(agenda.at) } }),
    ...(target && { target: { name: target.name, changedAt: new Date(target.changedAt) } }),
    ...(hour !== undefined && { hour }),
  };
}

/** A frozen copy of a body as JSON keeps it: without fields that are undefined. */
function toFrozen(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((part) => toFrozen(part) ?? null));
  if ('toJSON' in value) return toFrozen(JSON.parse(JSON.stringify(value)));
  const kept = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.freeze(Object.fromEntries(kept.map(([name, part]) => [name, toFrozen(part)])));
}

function toRow({ agenda, target, expiresAt, ...stored }: StoredRow): StoredRow {
  return {
    ...stored,
    ...(expiresAt && { expiresAt: new Date(expiresAt) }),
    ...(agenda && { agenda: { ...agenda, at: new Date(agenda.at) } }),
    ...(target && { target: { ...target, changedAt: new Date(target.changedAt) } }),
  };
}
