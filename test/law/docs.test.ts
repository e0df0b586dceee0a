import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documents, fillTables } from '../../docs/write-tables.ts';

describe('the tables of the documents', () => {
  test.for(documents.map((path) => ({ name: basename(path), path })))(
    'are those of the code in $name; else run: npm run tables',
    ({ path }) => {
      const document = readFileSync(path, 'utf8');

      expect(fillTables(document)).toBe(document);
      expect(document).toContain('<!-- table: ');
    },
  );

  test('are rejected if they are unknown', () => {
    expect(() => fillTables('<!-- table: unknown -->\n<!-- end -->')).toThrow(
      'no table unknown, allowed: names',
    );
  });
});
