import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LocalTables } from '../../local/tables.ts';
import { TemplateError } from '../../local/template-error.ts';

const schema = {
  KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
};

function callTable(url: string, operation: string, request: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=a, Signature=a',
      'x-amz-date': '20260115T020000Z',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
    body: JSON.stringify({ TableName: 'Ledger', ...request }),
  });
}

describe('the tables of the embedded AWS', () => {
  test('are on loopback, on a different port each time, and unavailable after stop', async () => {
    const [one, other] = [await LocalTables.start(), await LocalTables.start()];
    const { url } = one;

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(url).not.toBe(other.url);
    await Promise.all([one.stop(), other.stop()]);

    await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(() => one.url).toThrow('the embedded DynamoDB is stopped');
  });

  test('refuse a table whose keys are not defined, with the message of DynamoDB', async () => {
    const table = { id: 'Bridge/Ledger', name: 'Ledger' };

    const starting = LocalTables.start([
      { ...table, schema: { ...schema, AttributeDefinitions: [] } },
    ]);

    await expect(starting).rejects.toThrow(TemplateError);
    await expect(starting).rejects.toThrow('Bridge/Ledger: found ValidationException: ');
  });

  test('answer what is in progress before they stop', async () => {
    const tables = await LocalTables.start([{ id: 'Bridge/Ledger', name: 'Ledger', schema }]);
    const put = (key: number) =>
      callTable(tables.url, 'PutItem', { Item: { key: { S: `${key}` } } });
    const outcomes: Promise<number | 'closed'>[] = [];
    for (let key = 0; key < 200; key += 1) {
      outcomes.push(
        put(key).then(
          ({ status }) => status,
          () => 'closed',
        ),
      );
    }
    // Some requests are in progress when the first is answered.
    await Promise.race(outcomes);

    await tables.stop();

    const found = new Set(await Promise.all(outcomes));
    expect(found).toContain(200);
    expect([...found].filter((one) => one !== 200 && one !== 'closed')).toEqual([]);
  });

  test('go on after a request that its client cut off', async () => {
    await using tables = await LocalTables.start([{ id: 'B', name: 'Ledger', schema }]);
    const { hostname, port } = new URL(tables.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST / HTTP/1.1\r\nhost: local\r\ncontent-length: 100\r\n\r\n{"TableName"');
    await setTimeout(50);
    socket.destroy();

    const { status } = await callTable(tables.url, 'PutItem', { Item: { key: { S: 'after' } } });

    expect(status).toBe(200);
    expect(await tables.items('Ledger')).toHaveLength(1);
  });

  test('refuse two tables of one name', async () => {
    const table = { id: 'Bridge/Ledger', name: 'Ledger', schema };

    await expect(LocalTables.start([table, table])).rejects.toThrow('ResourceInUseException');
  });
});
