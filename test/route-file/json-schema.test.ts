import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toJsonSchema } from '../../route-file/index.ts';

const file = new URL('../../bridge.schema.json', import.meta.url);

test('bridge.schema.json is up to date', () => {
  expect(
    JSON.parse(readFileSync(file, 'utf8')),
    'bridge.schema.json is stale: run node route-file/write-schema.ts',
  ).toEqual(JSON.parse(JSON.stringify(toJsonSchema())));
});

test('every key has a description', () => {
  const silent: string[] = [];
  const walk = (schema: unknown, path: string) => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [key, value] of Object.entries(schema)) {
      if (key === 'properties' && !path.endsWith('/if')) {
        for (const [name, property] of Object.entries<object>(value)) {
          if (!('description' in property)) silent.push(`${path}/${name}`);
        }
      }
      walk(value, `${path}/${key}`);
    }
  };

  walk(toJsonSchema(), '');

  expect(silent).toEqual([]);
});

test('lists the required fields of each event', () => {
  expect(JSON.stringify(toJsonSchema())).toContain(
    '{"then":{"required":["job","status"]},"if":{"properties":{"event":{"const":"CHANGE_STATUS"}},"required":["event"]}}',
  );
});
