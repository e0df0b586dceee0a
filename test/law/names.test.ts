import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folders } from '../../docs/folders.ts';

const root = join(import.meta.dirname, '../..');
const rooms = [...new Set(folders.map(({ path }) => path.split('/')[0]))];

/** Names that Lambda and the cold start benchmark require. */
const givenNames = new Set(['handler']);

const declaration =
  /^export (?:abstract |async )?(?:class|const|enum|function|interface|type) (\w+)/gm;

/** Returns the files that declare an exported name, by that name. */
async function readDeclarations(): Promise<ReadonlyMap<string, readonly string[]>> {
  const filesByName = new Map<string, string[]>();
  for await (const file of glob(`{${rooms.join(',')}}/**/*.ts`, { cwd: root })) {
    const names = readFileSync(join(root, file), 'utf8').matchAll(declaration);
    for (const name of new Set([...names].map(([, found = '']) => found))) {
      filesByName.set(name, [...(filesByName.get(name) ?? []), file]);
    }
  }
  return filesByName;
}

test('no exported name has two meanings', async () => {
  const filesByName = await readDeclarations();

  const shared = [...filesByName].filter(
    ([name, files]) => files.length > 1 && !givenNames.has(name),
  );

  expect(filesByName.size).toBeGreaterThan(1_500);
  expect(shared).toEqual([]);
});
