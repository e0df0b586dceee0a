import * as z from 'zod/mini';
import { LedgerError } from '../errors.ts';
import { checkBody } from '../ledger/row-schema.ts';
import type { StoredRow, Table } from '../ledger/table.ts';
import type { RequestEntry } from '../routing/requests.ts';

/**
 * Requests a minute that one row counts. An entry with a higher rate has several rows, so that
 * functions that run at once seldom write the same one.
 */
const perRow = 30;
const windowMs = 60_000;
/** The row of an entry that is not used is deleted. */
const keptMs = 86_400_000;
/** Maximum lost races over one row. Each means that another request was counted. */
const maxRaces = 20;

/** Instants of the last requests, as stored. */
interface RequestRateRow {
  readonly format: 1;
  readonly kind: 'requestRate';
  /** In epoch milliseconds, oldest first. Those older than a minute are removed. */
  readonly atMs: readonly number[];
}

const rateShape = z.looseObject({ kind: z.literal('requestRate'), atMs: z.array(z.number()) });

/** A row as this function knows it; another one may have written it since. */
interface KnownRow {
  readonly atMs: readonly number[];
  readonly revision: number | undefined;
}

export type RateResult =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly afterMs: number };

/**
 * Creates the count of requests, which all functions share through the ledger.
 *
 * In no minute more requests are allowed than the rate of the entry: a row has the instants of the
 * requests it counted, and each is written conditionally. The revision that this function wrote last
 * is tried first, so that an entry that is asked by one function costs one write and no read.
 */
export function createTakeRate({
  table,
  now,
  random,
}: {
  readonly table: Table;
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly random: () => number;
}) {
  const knownByKey = new Map<string, KnownRow>();

  /** @throws {LedgerError} */
  return async function takeRate({
    name,
    perMinute,
  }: Pick<RequestEntry, 'name' | 'perMinute'>): Promise<RateResult> {
    const rows = Math.ceil(perMinute / perRow);
    const first = Math.floor(random() * rows);
    let afterMs = windowMs;
    for (let step = 0; step < rows; step += 1) {
      const row = (first + step) % rows;
      // The rows share the rate as evenly as possible.
      const limit = Math.floor(perMinute / rows) + (row < perMinute % rows ? 1 : 0);
      const taken = await takeFrom(`requestRate ${name} ${row}`, limit);
      if (taken.kind === 'allowed') return taken;
      afterMs = Math.min(afterMs, taken.afterMs);
    }
    return { kind: 'refused', afterMs };
  };

  async function takeFrom(key: string, limit: number): Promise<RateResult> {
    let known = knownByKey.get(key);
    for (let races = 0; races < maxRaces; races += 1) {
      const isFresh = known === undefined;
      known ??= await read(key);
      const nowMs = now().getTime();
      const recent = known.atMs.filter((atMs) => atMs > nowMs - windowMs);
      const oldest = recent[0] ?? nowMs;
      if (recent.length >= limit && isFresh) {
        return { kind: 'refused', afterMs: Math.max(1, oldest + windowMs - nowMs) };
      }
      // What this function knows may be old; before it refuses, it reads.
      const written =
        recent.length >= limit ? undefined : await write(key, [...recent, nowMs], known.revision);
      if (written !== undefined) {
        knownByKey.set(key, written);
        return { kind: 'allowed' };
      }
      known = undefined;
    }
    throw new LedgerError({ doing: `write ${key}`, reason: `${maxRaces} races lost in a row` });
  }

  async function read(key: string): Promise<KnownRow> {
    const row = await table.get(key);
    return row === undefined ? { atMs: [], revision: undefined } : toKnownRow(row);
  }

  async function write(
    key: string,
    atMs: readonly number[],
    seen: number | undefined,
  ): Promise<KnownRow | undefined> {
    const body: RequestRateRow = { format: 1, kind: 'requestRate', atMs };
    const expiresAt = new Date(now().getTime() + keptMs);
    const revision = await table.put({ key, body, expiresAt }, seen);
    return revision === undefined ? undefined : { atMs, revision };
  }
}

function toKnownRow(row: StoredRow): KnownRow {
  checkBody(row, rateShape);
  return { atMs: (row.body as RequestRateRow).atMs, revision: row.revision };
}
