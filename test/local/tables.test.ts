import { describe, expect, test } from 'vitest';
import { LocalTables } from '../../local/tables.ts';
import { TemplateError } from '../../local/template-error.ts';

const schema = {
  KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
};

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

  test('refuse two tables of one name', async () => {
    const table = { id: 'Bridge/Ledger', name: 'Ledger', schema };

    await expect(LocalTables.start([table, table])).rejects.toThrow('ResourceInUseException');
  });
});
