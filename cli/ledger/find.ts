import type { AutosysInstance } from '../../autosys/names.ts';
import { LedgerError } from '../../lambda/errors.ts';
import { toTargetKey } from '../../lambda/ledger/entry-row.ts';
import type { Run } from '../../lambda/ledger/run.ts';
import { parseRun, toRunKey, toRunKeyPrefix, toRunTarget } from '../../lambda/ledger/run-row.ts';
import type { SearchableTable, StoredRow, Table } from '../../lambda/ledger/table.ts';
import type { StoredEntry } from './kept.ts';
import { readRow, type Unreadable } from './open.ts';

/** An entry, or a row in its place that cannot be read. */
export type FoundEntry = StoredEntry | Unreadable;

/** A run with the entries it asked for, as they stand now; what the ledger has forgotten of them is left out. */
export interface FoundRun {
  readonly key: string;
  readonly run: Run;
  readonly entries: readonly FoundEntry[];
}

/** Some of what was looked for, the newest first, and whether there is more. */
export interface Page<One> {
  readonly found: readonly One[];
  readonly more: boolean;
}

/** What stands for a name of AutoSys: its state as a variable and as a job, then the one-offs of the job. */
export async function findByTarget(
  table: SearchableTable,
  instance: AutosysInstance,
  { name, limit }: { readonly name: string; readonly limit: number },
): Promise<Page<FoundEntry>> {
  // The states by their keys, as they stand; the index may lag behind them.
  const states = (['global', 'job'] as const).map((kind) =>
    toTargetKey(instance, `${kind} ${name}`),
  );
  const { entries, next } = await table.ofTarget(`${instance} job ${name}`, { limit: limit + 1 });
  const onces = entries.map(({ key }) => key).filter((key) => !states.includes(key));
  return {
    found: await readAll(table, [...states, ...onces.slice(0, limit)]),
    more: next !== undefined || onces.length > limit,
  };
}

/** How many executions of one name are searched for an ARN; more share a name only where an ARN is used again and again. */
const executionsSearched = 50;

/**
 * A run with everything it has brought about.
 *
 * @param run execution ARN or Batch job id; of an ARN that was used again, the run that started last
 */
export async function findRun(table: SearchableTable, run: string): Promise<FoundRun | undefined> {
  const key = run.startsWith('arn:')
    ? await findExecutionKey(table, run)
    : toRunKey({ run, beganMs: 0 });
  const row = key === undefined ? undefined : await table.get(key);
  if (row === undefined) return undefined;
  const parsed = parseRun(row);
  return { key: row.key, run: parsed, entries: await readAll(table, parsed.entries) };
}

async function findExecutionKey(table: SearchableTable, arn: string): Promise<string | undefined> {
  const name = arn.slice(arn.lastIndexOf(':') + 1);
  const target = toRunTarget('execution', name);
  const { entries } = await table.ofTarget(target, { limit: executionsSearched });
  return entries.map(({ key }) => key).find((key) => key.startsWith(toRunKeyPrefix(arn)));
}

/** The runs of an execution's or a Batch job's name. */
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
  const rows = await Promise.all(keys.slice(0, limit).map((key) => table.get(key)));
  return {
    found: rows.flatMap((row) => (row === undefined ? [] : [readRunRow(row)])),
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
  const rows = await Promise.all(keys.map((key) => table.get(key)));
  return rows.flatMap((row) => (row === undefined ? [] : [readRow(row)]));
}
