import { LedgerError } from '../../lambda/errors.ts';
import { agendaLists, walkAgenda } from '../../lambda/ledger/agenda.ts';
import { isWaitingForPerson } from '../../lambda/ledger/entry-row.ts';
import { parseAnyEntry } from '../../lambda/ledger/invalid-effect.ts';
import { isObservedKey } from '../../lambda/ledger/observed.ts';
import { createDynamoClient, createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import type { SearchableTable, StoredRow, Table } from '../../lambda/ledger/table.ts';
import type { Options, Values } from '../command.ts';
import { CommandLineError, NoSuchEntryError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { createProxyAgent } from '../proxy.ts';
import type { StoredEntry } from './stored-entry.ts';

/** The option for the ledger table. The SDK reads Region, credentials and endpoint. */
export const ledgerOptions = {
  table: {
    type: 'string',
    value: 'NAME',
    env: 'LEDGER_TABLE',
    about:
      'DynamoDB table of the ledger; Region and credentials come from AWS_REGION and AWS_PROFILE',
  },
} as const satisfies Options;

/**
 * Creates access to the ledger table. Nothing is sent.
 *
 * @throws {CommandLineError} if the table name is missing or the proxy is invalid
 */
export function openLedger(
  command: string,
  options: Values<typeof ledgerOptions>,
  io: Pick<Io, 'env' | 'clock'>,
): SearchableTable {
  const tableName = options.table ?? io.env['LEDGER_TABLE'];
  if (!tableName) {
    throw new CommandLineError(command, [
      '--table: missing, and $LEDGER_TABLE is not set; give the name of the ledger table',
    ]);
  }
  const client = createDynamoClient(createProxyAgent(command, io.env));
  return createDynamoTable({ tableName, now: () => io.clock.now(), client });
}

/**
 * Reads an entry with its row. `undefined` if the row does not exist.
 *
 * @throws {NoSuchEntryError} if the key is that of an observed effect
 */
export async function readStoredEntry(table: Table, key: string): Promise<StoredEntry | undefined> {
  if (isObservedKey(key)) {
    throw new NoSuchEntryError(
      `${key}: an effect of an observed route is never sent, so it is neither parked nor replayed nor dismissed; to send later events, remove mode from the route`,
    );
  }
  const row = await table.get(key);
  return row && { key, row, entry: parseAnyEntry(row) };
}

/** A row that cannot be parsed, for example because newer software wrote it. */
export interface Unreadable {
  readonly key: string;
  /** Why it cannot be parsed. */
  readonly unreadable: string;
}

const pageSize = 100;

/** The latest `Date`, so that entries from a host whose clock is ahead are listed too. */
export const latestDate = new Date(8_640_000_000_000_000);

/** All parked entries, oldest first. Skips rows that no longer exist or are no longer parked. */
export async function* listParked(table: Table): AsyncGenerator<StoredEntry | Unreadable> {
  for await (const key of walkAgenda(table, agendaLists.parked, { until: latestDate, pageSize })) {
    const row = await table.get(key);
    const stored = row && readRow(row);
    if (stored && ('unreadable' in stored || isWaitingForPerson(stored.entry))) yield stored;
  }
}

/** Reads the entry in a row, or the reason why it cannot be parsed. */
export function readRow(row: StoredRow): StoredEntry | Unreadable {
  const { key } = row;
  try {
    return { key, row, entry: parseAnyEntry(row) };
  } catch (error) {
    if (error instanceof LedgerError) return { key, unreadable: error.message };
    throw error;
  }
}
