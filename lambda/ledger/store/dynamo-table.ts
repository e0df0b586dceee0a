import type { Agent } from 'node:https';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { toClientSettings } from '../../aws/client-timeouts.ts';
import { toFailureReason } from '../../aws/failure-reason.ts';
import { ledgerTable } from '../../contract.ts';
import { LedgerError } from '../../errors.ts';
import type { KeyPage, Row, SearchableTable, StoredRow } from '../table.ts';
import { hasRevision, isAbsentAt, ofHour, toIndexRange } from './dynamo-expressions.ts';
import {
  agendaIndex,
  type ItemIndex,
  readEntry,
  readItem,
  readKey,
  targetIndex,
  toItem,
  toStartKey,
} from './dynamo-item.ts';
import { readHours } from './hours.ts';
import { readPageToken, toKeyPage } from './page-token.ts';

const { key, revision, body } = ledgerTable.attributes;

/**
 * Client timeouts. DynamoDB normally answers within milliseconds, so a hanging try is soon
 * repeated. An unavailable table costs about three of the function's sixty seconds.
 */
const timeouts = { tries: 3, tryMs: 1_000 } as const;
export const dynamoClientSettings = toClientSettings(timeouts);

/** A DynamoDB client with an agent of its own, such as one for a proxy. */
export function createDynamoClient(httpsAgent: Agent | undefined): DynamoDBClient {
  return new DynamoDBClient(toClientSettings({ ...timeouts, httpsAgent }));
}

/** The table, and the clock for its expiry. */
export interface DynamoTableOptions {
  readonly tableName: string;
  /** DynamoDB deletes expired rows days late, so reads and writes compare the expiry themselves. */
  readonly now: () => Date;
  /**
   * @default - a client with `dynamoClientSettings`, and the Region and credentials of the function
   */
  readonly client?: DynamoDBClient;
}

/** A ledger table in DynamoDB. `contract.ts` names its attributes and indexes. */
export function createDynamoTable(options: DynamoTableOptions): SearchableTable {
  const { tableName, now, client = new DynamoDBClient(dynamoClientSettings) } = options;
  const connection: Connection = { client, tableName, now };
  return {
    get: (rowKey) => getRow(connection, rowKey),
    put: (row, seen) => putRow(connection, row, seen),
    agenda: (list, { until, limit, from }) =>
      queryIndex(connection, agendaIndex, list, { until, limit, from }),
    ofTarget: (name, { limit, from }) => queryIndex(connection, targetIndex, name, { limit, from }),
    inSpan: (instance, span) =>
      readHours(instance, span, (partition, limit) => queryHour(connection, partition, limit)),
  };
}

/** Client, table and clock of all operations. */
interface Connection extends Pick<DynamoTableOptions, 'tableName' | 'now'> {
  readonly client: DynamoDBClient;
}

/** @returns the row, or `undefined` if there is none or it has expired */
async function getRow(connection: Connection, rowKey: string): Promise<StoredRow | undefined> {
  const item = await getItem(connection, rowKey);
  if (item === undefined) return undefined;
  const row = readItem(item);
  if (typeof row === 'string') {
    throw toError(connection, 'GetItem', `in row "${rowKey}", ${row}`);
  }
  return row.expiresAt && row.expiresAt <= connection.now() ? undefined : row;
}

async function getItem(connection: Connection, rowKey: string) {
  const command = new GetItemCommand({
    TableName: connection.tableName,
    Key: { [key]: { S: rowKey } },
    ConsistentRead: true,
  });
  const { Item } = await call(connection, 'GetItem', () => connection.client.send(command));
  return Item;
}

/** @returns the new revision, or `undefined` if another writer was faster */
async function putRow(
  connection: Connection,
  row: Row,
  seen: number | undefined,
): Promise<number | undefined> {
  const { client, tableName, now } = connection;
  // First revisions are times, so a row that replaces an expired one never repeats a revision.
  const next = seen === undefined ? now().getTime() : seen + 1;
  const Item = toItem(row, next);
  try {
    const condition = seen === undefined ? isAbsentAt(now()) : hasRevision(seen);
    await client.send(new PutItemCommand({ TableName: tableName, Item, ...condition }));
    return next;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) {
      throw toError(connection, 'PutItem', toFailureReason(error));
    }
    // After a retry of the SDK, the condition may have failed on the row that an earlier try wrote.
    // The SDK also retries after any error if its clock differs from that of AWS by four minutes or
    // more.
    const isRetried = (error.$metadata.attempts ?? 1) > 1;
    const outcome = isRetried ? await findOutcome(connection, row.key, Item, next) : 'lost';
    if (outcome !== 'unknown') return outcome === 'written' ? next : undefined;
    const reason = `${error.name} on a repeated try, whose first may have been written`;
    throw toError(connection, 'PutItem', reason);
  }
}

/**
 * Decides from the stored row whether one of several tries has written the row.
 *
 * Every write increases the revision. A revision up to ours with another body shows that none of
 * our tries was written. With a later revision it is unknown: another write may have replaced ours.
 */
async function findOutcome(
  connection: Connection,
  rowKey: string,
  newItem: ReturnType<typeof toItem>,
  newRevision: number,
): Promise<'written' | 'lost' | 'unknown'> {
  const item = await getItem(connection, rowKey);
  const stored = Number(item?.[revision]?.N);
  const isOurs = JSON.stringify(item?.[body]) === JSON.stringify(newItem[body]);
  if (stored === newRevision && isOurs) return 'written';
  return stored <= newRevision ? 'lost' : 'unknown';
}

interface Page {
  /** Latest instant. @default - no limit, and the newest comes first instead of the oldest */
  readonly until?: Date;
  readonly limit: number;
  readonly from: string | undefined;
}

async function queryIndex(
  connection: Connection,
  index: ItemIndex,
  by: string,
  { until, limit, from }: Page,
): Promise<KeyPage> {
  const start = from === undefined ? undefined : readPageToken(from);
  if (from !== undefined && start === undefined) {
    throw toError(connection, 'Query', 'from is no page token');
  }
  // DynamoDB rejects a start after the end of the range.
  if (start && until && start.at > until) return { entries: [] };
  const command = new QueryCommand({
    TableName: connection.tableName,
    IndexName: index.indexName,
    ...toIndexRange(index, by, until),
    // One entry more than requested shows whether there is another page.
    Limit: limit + 1,
    ...(start && { ExclusiveStartKey: toStartKey(index, by, start) }),
  });
  const answer = await call(connection, 'Query', () => connection.client.send(command));
  const { Items = [], LastEvaluatedKey } = answer;
  const entries = Items.map((item) => {
    const entry = readEntry(index, item);
    if (typeof entry !== 'string') return entry;
    throw toError(connection, 'Query', `in an entry of "${by}", ${entry}`);
  });
  return toKeyPage(entries, { limit, hasMore: LastEvaluatedKey !== undefined });
}

/** Keys of one partition of the hour index, up to the limit. */
async function queryHour(
  connection: Connection,
  partition: string,
  limit: number,
): Promise<readonly string[]> {
  const keys: string[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const command = new QueryCommand({
      TableName: connection.tableName,
      ...ofHour(partition),
      Limit: limit - keys.length,
      ...(from && { ExclusiveStartKey: from }),
    });
    const answer = await call(connection, 'Query', () => connection.client.send(command));
    for (const item of answer.Items ?? []) {
      const found = readKey(item);
      if (found === undefined) {
        throw toError(connection, 'Query', `in an entry of "${partition}", ${key} is missing`);
      }
      keys.push(found);
    }
    from = answer.LastEvaluatedKey;
  } while (from !== undefined && keys.length < limit);
  return keys;
}

type Operation = 'GetItem' | 'PutItem' | 'Query';

/** @throws {LedgerError} if the request fails */
async function call<Answer>(
  connection: Connection,
  operation: Operation,
  request: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    throw toError(connection, operation, toFailureReason(error));
  }
}

/** @param reason without the message of an SDK error, which may quote the item */
function toError({ tableName }: Connection, operation: Operation, reason: string): LedgerError {
  return new LedgerError({ doing: `carry out ${operation} on table ${tableName}`, reason });
}
