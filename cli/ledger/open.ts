import { LedgerError } from '../../lambda/errors.ts';
import { walkAgenda } from '../../lambda/ledger/agenda.ts';
import { agendaLists, isWaitingForPerson } from '../../lambda/ledger/entry-row.ts';
import { parseAnyEntry } from '../../lambda/ledger/invalid-effect.ts';
import { createDynamoClient, createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import type { SearchableTable, StoredRow, Table } from '../../lambda/ledger/table.ts';
import type { Options, Values } from '../command.ts';
import { CommandLineError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { createProxyAgent } from '../proxy.ts';
import type { StoredEntry } from './kept.ts';

/** How the ledger's table is found; Region, login and endpoint are the SDK's matter. */
export const ledgerOptions = {
  table: {
    type: 'string',
    value: 'NAME',
    env: 'LEDGER_TABLE',
    about: "the ledger's table in DynamoDB; Region and login come from AWS's own environment",
  },
} as const satisfies Options;

/** Opens the table of the ledger; nothing is sent yet. @throws {CommandLineError} without a name, or with a wrong proxy */
export function openLedger(
  command: string,
  options: Values<typeof ledgerOptions>,
  io: Pick<Io, 'env' | 'clock'>,
): SearchableTable {
  const tableName = options.table ?? io.env['LEDGER_TABLE'];
  if (!tableName) {
    throw new CommandLineError(command, [
      "--table: expected the name of the ledger's table, or $LEDGER_TABLE, found neither",
    ]);
  }
  const client = createDynamoClient(createProxyAgent(command, io.env));
  return createDynamoTable({ tableName, now: () => io.clock.now(), client });
}

/** An entry and the row it was read from; `undefined` where the row is gone. */
export async function readStoredEntry(table: Table, key: string): Promise<StoredEntry | undefined> {
  const row = await table.get(key);
  return row && { key, row, entry: parseAnyEntry(row) };
}

/** A row of the list that this software cannot read; the others are listed nevertheless. */
export interface Unreadable {
  readonly key: string;
  readonly unreadable: string;
}

const pageSize = 100;

/** The latest instant of a `Date`: an entry of a host whose clock runs ahead is listed too. */
export const whenever = new Date(8_640_000_000_000_000);

/** Everything that is parked, oldest first; what has meanwhile gone or moved on is passed over. */
export async function* listParked(table: Table): AsyncGenerator<StoredEntry | Unreadable> {
  for await (const key of walkAgenda(table, agendaLists.parked, { until: whenever, pageSize })) {
    const row = await table.get(key);
    const kept = row && readRow(row);
    if (kept && ('unreadable' in kept || isWaitingForPerson(kept.entry))) yield kept;
  }
}

/** The entry in a row, or why it cannot be read. */
export function readRow(row: StoredRow): StoredEntry | Unreadable {
  const { key } = row;
  try {
    return { key, row, entry: parseAnyEntry(row) };
  } catch (error) {
    if (error instanceof LedgerError) return { key, unreadable: error.message };
    throw error;
  }
}
