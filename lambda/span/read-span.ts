import type { AutosysInstance } from '../../autosys/names.ts';
import type { SearchableTable } from '../ledger/table.ts';
import { findKeys } from './find-keys.ts';
import { toRelatedKeys } from './related-keys.ts';
import { isOfSpan, readSpanRow, type SpanRow } from './span-row.ts';

/** An instance and a time span, both limits included. */
export interface SpanQuery {
  readonly instance: AutosysInstance;
  readonly from: Date;
  readonly until: Date;
  /** Maximum number of rows that are read. @default 20,000 */
  readonly maxRows?: number;
}

type RowOf<Kind extends SpanRow['kind']> = Extract<SpanRow, { readonly kind: Kind }>;

/** What the ledger has on an instance in a time span, in no particular order. */
export interface LedgerSpan {
  readonly runs: readonly RowOf<'run'>[];
  readonly effects: readonly RowOf<'effect'>[];
  readonly launches: readonly RowOf<'launch'>[];
  readonly requests: readonly RowOf<'request'>[];
  readonly outages: readonly RowOf<'outage'>[];
  /** Days of groups that have sent an effect to the instance. */
  readonly groups: readonly RowOf<'group'>[];
  /** What observed routes would have sent. */
  readonly observed: readonly RowOf<'observed'>[];
  /** Rows of other kinds. */
  readonly others: readonly RowOf<'other'>[];
  /** Rows that cannot be parsed. */
  readonly unreadable: readonly RowOf<'unreadable'>[];
  /** True if the ledger has more rows than `maxRows`. The newest ones of the span are present. */
  readonly isCut: boolean;
}

const defaultMaxRows = 20_000;

/** Rows that are read at once. */
const concurrency = 50;

/**
 * Reads what the ledger has on an instance in a time span, without a scan: rows that began, changed
 * or ended in it, and rows that began before it and last beyond it.
 *
 * The hour index has each row under its last change. So the hours of the span are read, and those
 * of the following day, for rows that changed again. Rows that wait or run now are found on the
 * agenda, outages by their instance, however long they last. Related rows are read by their keys:
 * the entries of a run, the runs of an entry and of a launch, the launch of a run, the group of an
 * entry.
 *
 * Not found: a row that changed again more than a day after the span and that no other row of the
 * span names; a launch by key, and its run, if no route sends an effect of it to the instance.
 *
 * @param now present time; hours after it are not read
 * @throws {LedgerError} if the table cannot be read
 */
export async function readSpan(
  table: SearchableTable,
  query: SpanQuery,
  now: Date = new Date(),
): Promise<LedgerSpan> {
  const { maxRows = defaultMaxRows } = query;
  const found = await findKeys(table, query, { now, maxRows });
  const { keys } = found;
  const seen = new Set(keys);
  const rows: SpanRow[] = [];
  let isCut = found.isCut;
  let readCount = 0;
  // Round by round: the rows that were found, those that they name, and so on.
  for (let wanted = keys, isRelated = false; wanted.length > 0; isRelated = true) {
    const left = wanted.slice(0, maxRows - readCount);
    isCut ||= left.length < wanted.length;
    readCount += left.length;
    const read = await readRows(table, left);
    const ofSpan = read.filter((row) => isOfSpan(row, query, isRelated));
    rows.push(...ofSpan);
    wanted = ofSpan.flatMap(toRelatedKeys).filter((key) => !seen.has(key) && seen.add(key));
  }
  return toSpan(rows, isCut);
}

async function readRows(
  table: Pick<SearchableTable, 'get'>,
  keys: readonly string[],
): Promise<readonly SpanRow[]> {
  const rows: SpanRow[] = [];
  for (let at = 0; at < keys.length; at += concurrency) {
    const page = keys.slice(at, at + concurrency);
    const stored = await Promise.all(page.map((key) => table.get(key)));
    rows.push(...stored.flatMap((row) => (row ? [readSpanRow(row)] : [])));
  }
  return rows;
}

function toSpan(rows: readonly SpanRow[], isCut: boolean): LedgerSpan {
  const of = <Kind extends SpanRow['kind']>(kind: Kind) =>
    rows.filter((row): row is RowOf<Kind> => row.kind === kind);
  return {
    runs: of('run'),
    effects: of('effect'),
    launches: of('launch'),
    requests: of('request'),
    outages: of('outage'),
    groups: of('group'),
    observed: of('observed'),
    others: of('other'),
    unreadable: of('unreadable'),
    isCut,
  };
}
