import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../../../lambda/errors.ts';
import { toItem } from '../../../../lambda/ledger/store/dynamo-item.ts';
import { createDynamoTable } from '../../../../lambda/ledger/store/dynamo-table.ts';
import type { SearchableTable } from '../../../../lambda/ledger/table.ts';
import { LocalTables } from '../../../../local/index.ts';
import { aFailure, type Behaviour, connect, serveDynamo } from '../../../support/dynamo-server.ts';

const instant = new Date('2026-01-15T02:00:00.000Z');
const row = { key: 'row', body: { text: 'a-value-of-the-row' }, expiresAt: instant };
const item = {
  key: { S: 'row' },
  revision: { N: '1' },
  expiresAt: { N: String(instant.getTime() / 1000 + 60) },
  body: { S: '"a-value-of-the-row"' },
};
const now = () => instant;

const operations = [
  { operation: 'GetItem', of: '', run: (table: SearchableTable) => table.get('row') },
  { operation: 'PutItem', of: '', run: (table: SearchableTable) => table.put(row, undefined) },
  {
    operation: 'Query',
    of: ' of a list',
    run: (table: SearchableTable) => table.agenda('open', { until: instant, limit: 1 }),
  },
  {
    operation: 'Query',
    of: ' of a target',
    run: (table: SearchableTable) => table.ofTarget('ACE job REPAIR', { limit: 1 }),
  },
] as const;

/** Awaits the failure of an operation and returns it. */
async function failureOf(pending: Promise<unknown>): Promise<unknown> {
  return pending.then(
    (result) => expect.fail(`resolved with ${inspect(result)}`),
    (error: unknown) => error,
  );
}

describe.for(operations)('$operation$of', ({ operation, run }) => {
  test('fails if the table does not exist', async () => {
    await using tables = await LocalTables.start();
    const client = connect(tables.url);
    const table = createDynamoTable({ client, tableName: 'Missing', now });

    const failure = await failureOf(run(table));

    expect(failure).toBeInstanceOf(LedgerError);
    expect(failure).toMatchObject({
      disposition: 'retry',
      code: 'BRIDGE_LEDGER',
      message: `the ledger could not carry out ${operation} on table Missing: ResourceNotFoundException`,
    });
  });

  test('fails after three tries if the table stays throttled', async () => {
    await using server = await serveDynamo(aFailure('ProvisionedThroughputExceededException'));
    const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

    const failure = await failureOf(run(table));

    expect(failure).toMatchObject({
      name: 'LedgerError',
      message: `the ledger could not carry out ${operation} on table Ledger: ProvisionedThroughputExceededException`,
    });
    expect(server.operations).toEqual([operation, operation, operation]);
  });

  test('fails with the name of the error and without its message', async () => {
    await using server = await serveDynamo(
      aFailure('ValidationException', { message: 'a-value-of-the-row' }),
    );
    const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

    const failure = await failureOf(run(table));

    expect(inspect(failure, { depth: 9, showHidden: true })).toContain('ValidationException');
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('a-value-of-the-row');
  });

  test('fails if DynamoDB is unreachable', async () => {
    const server = await serveDynamo();
    const { client } = server;
    await server[Symbol.asyncDispose]();
    const table = createDynamoTable({ client, tableName: 'Ledger', now });

    expect(await failureOf(run(table))).toBeInstanceOf(LedgerError);
  });
});

test.concurrent.for([
  { when: 'never answers', behaviour: 'hang' },
  { when: 'stops in the middle of its answers', behaviour: 'stop in the middle' },
] as const)('every operation fails when the table $when', async ({ behaviour }, { expect }) => {
  await using server = await serveDynamo(behaviour);
  const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

  // Concurrently, since each takes some seconds.
  const failures = await Promise.all(operations.map(({ run }) => failureOf(run(table))));

  expect(failures.map((failure) => failure instanceof LedgerError)).toEqual(
    operations.map(() => true),
  );
});

describe('a write that the SDK retried', () => {
  test.for<{ when: string; first: Behaviour }>([
    { when: 'the answer to the first was lost', first: 'reset' },
    {
      when: 'the first had an internal error',
      first: aFailure('InternalServerError', { status: 500 }),
    },
  ])('fails if it finds a later revision after $when', async ({ first }) => {
    const met = aFailure('ConditionalCheckFailedException');
    const later = { status: 200, body: { Item: toItem(row, 3) } };
    await using server = await serveDynamo(first, met, later);
    const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

    const failure = await failureOf(table.put(row, 1));

    expect(failure).toMatchObject({
      name: 'LedgerError',
      message:
        'the ledger could not carry out PutItem on table Ledger: ConditionalCheckFailedException on a repeated try, whose first may have been written',
    });
  });

  test('fails if the row that it finds has gone again', async () => {
    const met = aFailure('ConditionalCheckFailedException');
    await using server = await serveDynamo('reset', met, { status: 200, body: {} });
    const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

    expect(await failureOf(table.put(row, 1))).toBeInstanceOf(LedgerError);
  });

  test.for([
    { over: 'a revision', seen: 1, stored: 2 },
    { over: 'no row', seen: undefined, stored: instant.getTime() },
    { over: 'no row, by a clock that is ahead', seen: undefined, stored: 1 },
  ])(
    'has lost if another writer has written its revision over $over',
    async ({ seen, stored }, { expect }) => {
      const met = aFailure('ConditionalCheckFailedException');
      const Item = { ...toItem(row, stored), body: { S: '"of-another-writer"' } };
      await using server = await serveDynamo('reset', met, { status: 200, body: { Item } });
      const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

      expect(await table.put(row, seen)).toBeUndefined();
      expect(server.operations).toEqual(['PutItem', 'PutItem', 'GetItem']);
    },
  );

  test('has lost if the SDK retried only because the clock differs from that of AWS', async () => {
    const aWeekAgoMs = Date.now() - 7 * 86_400_000;
    // Another second each time, since the SDK retries only if it has corrected its clock.
    const met = [0, 1, 2].map((seconds) =>
      aFailure('ConditionalCheckFailedException', { date: new Date(aWeekAgoMs - seconds * 1_000) }),
    );
    const Item = { ...toItem(row, 2), body: { S: '"of-another-writer"' } };
    await using server = await serveDynamo(...met, { status: 200, body: { Item } });
    const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

    expect(await table.put(row, 1)).toBeUndefined();
    expect(server.operations).toEqual(['PutItem', 'PutItem', 'PutItem', 'GetItem']);
  });

  test('has won if it finds the row of its first try', async () => {
    const met = aFailure('ConditionalCheckFailedException');
    const stored = { status: 200, body: { Item: toItem(row, 2) } };
    await using server = await serveDynamo('reset', met, stored);
    const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

    expect(await table.put(row, 1)).toBe(2);
    expect(server.operations).toEqual(['PutItem', 'PutItem', 'GetItem']);
  });

  test('has won if a repeated try is written', async () => {
    await using server = await serveDynamo('reset', { status: 200, body: {} });
    const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

    expect(await table.put(row, 1)).toBe(2);
  });

  test('has lost if the first try finds a new revision', async () => {
    await using server = await serveDynamo(aFailure('ConditionalCheckFailedException'));
    const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

    expect(await table.put(row, 1)).toBeUndefined();
  });
});

describe('an invalid item', () => {
  test.for([
    { change: { revision: undefined }, message: 'revision is missing or of another type' },
    { change: { revision: { S: '1' } }, message: 'revision is missing or of another type' },
    { change: { revision: { N: '1.5' } }, message: 'revision is missing or of another type' },
    { change: { expiresAt: { S: '1' } }, message: 'expiresAt is missing or of another type' },
    { change: { body: undefined }, message: 'body is missing or of another type' },
    { change: { body: { S: 'a-value-of-the-row' } }, message: 'body is not JSON' },
    { change: { agenda: { S: 'open' } }, message: 'one of agenda, agendaAt is missing' },
    { change: { agendaAt: { N: '1' } }, message: 'one of agenda, agendaAt is missing' },
    { change: { agenda: { N: '1' } }, message: 'agenda is missing or of another type' },
    { change: { target: { S: 'ACE job X' } }, message: 'one of target, changedAt is missing' },
    { change: { changedAt: { N: '1' } }, message: 'one of target, changedAt is missing' },
  ])('is rejected with its key: $message', async ({ change, message }) => {
    await using server = await serveDynamo({ status: 200, body: { Item: { ...item, ...change } } });
    const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

    const failure = await failureOf(table.get('row'));

    expect(failure).toMatchObject({
      name: 'LedgerError',
      message: `the ledger could not carry out GetItem on table Ledger: in row "row", ${message}`,
    });
  });

  test('is read if it has additional attributes', async () => {
    const Item = { ...item, more: { S: 'of newer software' } };
    await using server = await serveDynamo({ status: 200, body: { Item } });
    const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

    expect(await table.get('row')).toMatchObject({ revision: 1, body: 'a-value-of-the-row' });
  });

  test('is rejected as an entry of its list', async () => {
    const Items = [{ key: { S: 'row' }, agendaAt: { N: '7' } }, { key: { S: 'row' } }];
    await using server = await serveDynamo({ status: 200, body: { Items } });
    const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

    const failure = await failureOf(table.agenda('open', { until: instant, limit: 5 }));

    expect(failure).toMatchObject({
      name: 'LedgerError',
      message:
        'the ledger could not carry out Query on table Ledger: in an entry of "open", agendaAt is missing or of another type',
    });
  });
});

test('a page that DynamoDB ended before its limit has a token', async () => {
  const Items = [{ key: { S: 'row' }, agendaAt: { N: '7' } }];
  const LastEvaluatedKey = { ...Items[0], agenda: { S: 'open' } };
  await using server = await serveDynamo({ status: 200, body: { Items, LastEvaluatedKey } });
  const table = createDynamoTable({ ...server, tableName: 'Ledger', now });

  const page = await table.agenda('open', { until: instant, limit: 5 });

  expect(page).toEqual({ entries: [{ key: 'row', at: new Date(7) }], next: expect.any(String) });
});
