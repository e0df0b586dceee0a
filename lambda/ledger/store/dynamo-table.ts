import type { Agent } from 'node:https';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { toClientSettings } from '../../aws/client-timeouts.ts';
import { toFailureReason } from '../../aws/failure-reason.ts';
import { ledgerTable } from '../../contract.ts';
import { LedgerError } from '../../errors.ts';
import type { KeyPage, SearchableTable } from '../table.ts';
import {
  agendaIndex,
  type ItemIndex,
  readEntry,
  readItem,
  targetIndex,
  toItem,
  toNumber,
  toStartKey,
} from './dynamo-item.ts';
import { readPageToken, toKeyPage } from './page-token.ts';

const { key, revision, expiresAt, body } = ledgerTable.attributes;

/**
 * DynamoDB answers within milliseconds or is in trouble: a try that hangs is soon repeated, and a table that is gone costs
 * about three of the function's sixty seconds.
 */
const patience = { tries: 3, tryMs: 1_000 } as const;
export const dynamoClientSettings = toClientSettings(patience);

/** A client of DynamoDB that calls through an agent of its own, such as one for a proxy. */
export function createDynamoClient(httpsAgent: Agent | undefined): DynamoDBClient {
  return new DynamoDBClient(toClientSettings({ ...patience, httpsAgent }));
}

/** Where the table is, and what time it is. */
export interface DynamoTableOptions {
  readonly tableName: string;
  /** DynamoDB deletes expired rows days late, so reading and writing look at the time themselves. */
  readonly now: () => Date;
  /** @default - a client with `clientSettings`, in the Region and with the credentials of the function */
  readonly client?: DynamoDBClient;
}

/** Binds the ledger to a table of DynamoDB, whose attributes and indexes `contract.ts` names. */
export function createDynamoTable(options: DynamoTableOptions): SearchableTable {
  const { tableName, now, client = new DynamoDBClient(dynamoClientSettings) } = options;
  const TableName = tableName;
  const fail = (operation: string, reason: string) =>
    new LedgerError({ doing: `carry out ${operation} on table ${tableName}`, reason });
  // Not the message of the error: it may quote the item.
  const failWith = (operation: string, error: unknown) => fail(operation, toFailureReason(error));

  async function ask<Answer>(operation: string, request: () => Promise<Answer>): Promise<Answer> {
    try {
      return await request();
    } catch (error) {
      throw failWith(operation, error);
    }
  }

  return {
    async get(itsKey) {
      const Key = { [key]: { S: itsKey } };
      const command = new GetItemCommand({ TableName, Key, ConsistentRead: true });
      const { Item } = await ask('GetItem', () => client.send(command));
      if (Item === undefined) return undefined;
      const row = readItem(Item);
      if (typeof row === 'string') throw fail('GetItem', `in row "${itsKey}", ${row}`);
      return row.expiresAt && row.expiresAt <= now() ? undefined : row;
    },

    async put(row, seen) {
      // Beginning with the time, a row that takes the place of an expired one never repeats a revision of it.
      const next = seen === undefined ? now().getTime() : seen + 1;
      const Item = toItem(row, next);
      try {
        const condition = seen === undefined ? absentAt(now()) : standsAt(seen);
        await client.send(new PutItemCommand({ TableName, Item, ...condition }));
        return next;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw failWith('PutItem', error);
        // The SDK tried again, and the second try may have met what the first one wrote. It also tries
        // again after any error where its clock differs from that of AWS by four minutes or more.
        const outcome =
          (error.$metadata.attempts ?? 1) > 1 ? await findOutcome(row.key, Item, next) : 'lost';
        if (outcome !== 'unknown') return outcome === 'written' ? next : undefined;
        throw fail('PutItem', `${error.name} on a repeated try, whose first may have been written`);
      }
    },

    agenda: (list, { until, limit, from }) => query(agendaIndex, list, { until, limit, from }),
    ofTarget: (name, { limit, from }) => query(targetIndex, name, { limit, from }),
  };

  /**
   * Whether one of several tries has written the row, judged by what is stored now.
   *
   * Every write raises the revision. So a revision up to the one we meant, with another body, shows
   * that no try of ours was taken; a later one may have replaced ours.
   */
  async function findOutcome(
    itsKey: string,
    meant: ReturnType<typeof toItem>,
    meantRevision: number,
  ): Promise<'written' | 'lost' | 'unknown'> {
    const Key = { [key]: { S: itsKey } };
    const command = new GetItemCommand({ TableName, Key, ConsistentRead: true });
    const { Item } = await ask('GetItem', () => client.send(command));
    const stored = Number(Item?.[revision]?.N);
    const isOurs = JSON.stringify(Item?.[body]) === JSON.stringify(meant[body]);
    if (stored === meantRevision && isOurs) return 'written';
    return stored <= meantRevision ? 'lost' : 'unknown';
  }

  /** With `until` the oldest first, without it the newest first. */
  async function query(index: ItemIndex, by: string, page: Page): Promise<KeyPage> {
    const { until, limit, from } = page;
    const start = from === undefined ? undefined : readPageToken(from);
    if (from !== undefined && start === undefined) throw fail('Query', 'from is no page token');
    // DynamoDB refuses to begin behind the end.
    if (start && until && start.at > until) return { entries: [] };
    const command = new QueryCommand({
      TableName,
      IndexName: index.indexName,
      ...toRange(index, by, until),
      // One more than asked for shows whether there is another page.
      Limit: limit + 1,
      ...(start && { ExclusiveStartKey: toStartKey(index, by, start) }),
    });
    const { Items = [], LastEvaluatedKey } = await ask('Query', () => client.send(command));
    const entries = Items.map((item) => {
      const entry = readEntry(index, item);
      if (typeof entry === 'string') throw fail('Query', `in an entry of "${by}", ${entry}`);
      return entry;
    });
    return toKeyPage(entries, { limit, hasMore: LastEvaluatedKey !== undefined });
  }
}

interface Page {
  readonly until?: Date;
  readonly limit: number;
  readonly from: string | undefined;
}

function toRange({ by: attribute, at }: ItemIndex, by: string, until: Date | undefined) {
  if (until === undefined) {
    return {
      KeyConditionExpression: '#by = :by',
      ExpressionAttributeNames: { '#by': attribute },
      ExpressionAttributeValues: { ':by': { S: by } },
      ScanIndexForward: false,
    };
  }
  return {
    KeyConditionExpression: '#by = :by AND #at <= :until',
    ExpressionAttributeNames: { '#by': attribute, '#at': at },
    ExpressionAttributeValues: { ':by': { S: by }, ':until': toNumber(until.getTime()) },
  };
}

type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** No row, or one that DynamoDB has not deleted yet; a row without expiry makes the comparison false. */
function absentAt(instant: Date): Condition {
  return {
    ConditionExpression: 'attribute_not_exists(#key) OR #expiresAt <= :now',
    ExpressionAttributeNames: { '#key': key, '#expiresAt': expiresAt },
    ExpressionAttributeValues: { ':now': toNumber(Math.floor(instant.getTime() / 1000)) },
  };
}

/** The row as it was seen. */
function standsAt(seen: number): Condition {
  return {
    ConditionExpression: '#revision = :seen',
    ExpressionAttributeNames: { '#revision': revision },
    ExpressionAttributeValues: { ':seen': toNumber(seen) },
  };
}
