import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../support/documents.ts';

const root = join(import.meta.dirname, '../..');
const text = readDocument('CONTRIBUTING.md');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** Files and folders that CONTRIBUTING.md names, such as `cli/commands/`. */
const paths = [
  ...new Set([...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path = '']) => path)),
];

describe('CONTRIBUTING.md', () => {
  test('names many files', () => {
    expect(paths.length).toBeGreaterThan(20);
  });

  test.for(paths)('names a file that exists: %s', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  test('explains every script of package.json', () => {
    const explained = [...text.matchAll(/`npm (?:run )?([\w:]+)/g)].map(([, name]) => name);

    expect(Object.keys(scripts).filter((name) => !explained.includes(name))).toEqual([]);
  });
});
