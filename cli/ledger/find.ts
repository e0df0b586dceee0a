import type { AutosysInstance } from '../../autosys/names.ts';
import { LedgerError } from '../../lambda/errors.ts';
import { toTargetKey } from '../../lambda/ledger/entry-row.ts';
import { isObservedKey } from '../../lambda/ledger/observed.ts';
import { parseObserved } from '../../lambda/ledger/parse-observed.ts';
import type { Run } from '../../lambda/ledger/run.ts';
import { parseRun, toRunKey, toRunKeyPrefix, toRunTarget } from '../../lambda/ledger/run-row.ts';
import type { SearchableTable, StoredRow, Table } from '../../lambda/ledger/table.ts';
import { isRequestKey, parseRequest } from '../../lambda/request/request-row.ts';
import type { StoredRequest } from '../../lambda/request/stored-request.ts';
import type { StoredObserved } from './describe-observed.ts';
import { readRow, type Unreadable } from './open.ts';
import { readRows } from './read-rows.ts';
import type { StoredEntry } from './stored-entry.ts';

/** An entry, or a row that cannot be parsed. */
export type FoundEntry = StoredEntry | Unreadable;

/** An observed effect, or a row that cannot be parsed. */
export type FoundObserved = StoredObserved | Unreadable;

/** A run with its entries in their present state. Entries that have expired are left out. */
export interface FoundRun {
  readonly key: string;
  readonly run: Run;
  readonly entries: readonly FoundEntry[];
  /** What observed routes would have sent for the run. */
  readonly observed: readonly FoundObserved[];
}

/** One page of results, newest first, and whether more exist. */
export interface Page<One> {
  readonly found: readonly One[];
  readonly more: boolean;
}

/** A request of an AWS process with its row key. */
export interface FoundRequestRow {
  readonly key: string;
  readonly request: StoredRequest;
}

/** What the ledger has on an AutoSys name. */
export interface FoundTarget extends Page<FoundEntry> {
  /** Newest first. */
  readonly requests: readonly (FoundRequestRow | Unreadable)[];
  /** What observed routes would have sent, newest first. */
  readonly observed: readonly FoundObserved[];
}

const targetKinds = ['global', 'job'] as const;

/**
 * The entries of an AutoSys name: of the variable, of the job status, and the one-shots of the job.
 * Then the requests of AWS processes about it.
 *
 * @param query - `limit`: of the one-shots and requests together
 */
export async function findByTarget(
  table: SearchableTable,
  instance: AutosysInstance,
  { name, limit }: { readonly name: string; readonly limit: number },
): Promise<FoundTarget> {
  // States are read by their keys, because the index may lag.
  const states = targetKinds.map((kind) => toTargetKey(instance, `${kind} ${name}`));
  const pages = await Promise.all(
    targetKinds.map((kind) =>
      table.ofTarget(`${instance} ${kind} ${name}`, { limit: limit + states.length + 1 }),
    ),
  );
  const observed = await Promise.all(
    targetKinds.map((kind) =>
      table.ofTarget(`observed ${instance} ${kind} ${name}`, { limit: limit + 1 }),
    ),
  );
  const observedRows = observed
    .flatMap(({ entries }) => entries)
    .toSorted((one, other) => other.at.getTime() - one.at.getTime());
  const rows = pages
    .flatMap(({ entries }) => entries)
    .filter(({ key }) => !states.includes(key))
    .toSorted((one, other) => other.at.getTime() - one.at.getTime());
  const keys = rows.slice(0, limit).map(({ key }) => key);
  const [oneShots, requests] = [false, true].map((isWanted) =>
    keys.filter((key) => isRequestKey(key) === isWanted),
  );
  return {
    found: await readAll(table, [...states, ...(oneShots ?? [])]),
    requests: await readRequests(table, requests ?? []),
    observed: await readAllObserved(
      table,
      observedRows.slice(0, limit).map(({ key }) => key),
    ),
    more:
      rows.length > limit ||
      observedRows.length > limit ||
      pages.some(({ next }) => next !== undefined),
  };
}

async function readRequests(
  table: Table,
  keys: readonly string[],
): Promise<readonly (FoundRequestRow | Unreadable)[]> {
  return (await readRows(table, keys)).map(readRequestRow);
}

function readRequestRow(row: StoredRow): FoundRequestRow | Unreadable {
  try {
    return { key: row.key, request: parseRequest(row) };
  } catch (error) {
    if (error instanceof LedgerError) return { key: row.key, unreadable: error.message };
    throw error;
  }
}

/**
 * Executions of one name that are searched for an ARN. More exist only if an ARN is reused often.
 */
const executionsSearched = 50;

/**
 * A run with its entries.
 *
 * @param run execution ARN or Batch job id; for a reused ARN, the run that started last
 */
export async function findRun(table: SearchableTable, run: string): Promise<FoundRun | undefined> {
  const key = run.startsWith('arn:')
    ? await findExecutionKey(table, run)
    : toRunKey({ run, beganMs: 0 });
  const row = key === undefined ? undefined : await table.get(key);
  if (row === undefined) return undefined;
  const parsed = parseRun(row);
  const isObserved = Map.groupBy(parsed.entries, isObservedKey);
  return {
    key: row.key,
    run: parsed,
    entries: await readAll(table, isObserved.get(false) ?? []),
    observed: await readAllObserved(table, isObserved.get(true) ?? []),
  };
}

async function findExecutionKey(table: SearchableTable, arn: string): Promise<string | undefined> {
  const name = arn.slice(arn.lastIndexOf(':') + 1);
  const target = toRunTarget('execution', name);
  const { entries } = await table.ofTarget(target, { limit: executionsSearched });
  return entries.map(({ key }) => key).find((key) => key.startsWith(toRunKeyPrefix(arn)));
}

/** The runs with the name of an execution or of a Batch job. */
export async function findRunsOf(
  table: SearchableTable,
  { name, limit }: { readonly name: string; readonly limit: number },
): Promise<Page<Run | Unreadable>> {
  const pages = await Promise.all(
    (['execution', 'batchJob'] as const).map((workload) =>
      table.ofTarget(toRunTarget(workload, name), { limit: limit + 1 }),
    ),
  );
  const keys = pages
    .flatMap(({ entries }) => entries)
    .toSorted((one, other) => other.at.getTime() - one.at.getTime())
    .map(({ key }) => key);
  return {
    found: (await readRows(table, keys.slice(0, limit))).map(readRunRow),
    more: keys.length > limit,
  };
}

function readRunRow(row: StoredRow): Run | Unreadable {
  try {
    return parseRun(row);
  } catch (error) {
    if (error instanceof LedgerError) return { key: row.key, unreadable: error.message };
    throw error;
  }
}

async function readAll(table: Table, keys: readonly string[]): Promise<readonly FoundEntry[]> {
  return (await readRows(table, keys)).map(readRow);
}

async function readAllObserved(
  table: Table,
  keys: readonly string[],
): Promise<readonly FoundObserved[]> {
  const rows = await Promise.all(keys.map((key) => table.get(key)));
  return rows.flatMap((row) => (row === undefined ? [] : [readObservedRow(row)]));
}

function readObservedRow(row: StoredRow): FoundObserved {
  try {
    return { key: row.key, observed: parseObserved(row) };
  } catch (error) {
    if (error instanceof LedgerError) return { key: row.key, unreadable: error.message };
    throw error;
  }
}
