import { expect, test } from 'vitest';
import { readSources } from '../support/sources.ts';

/** Names that Lambda and the cold start benchmark require. */
const givenNames = new Set(['handler']);

const declaration =
  /^export (?:abstract |async )?(?:class|const|enum|function|interface|type) (\w+)/gm;

/** Returns the files that declare an exported name, by that name. */
async function readDeclarations(): Promise<ReadonlyMap<string, readonly string[]>> {
  const filesByName = new Map<string, string[]>();
  for (const { file, text } of await readSources()) {
    const names = [...text.matchAll(declaration)].map(([, name = '']) => name);
    for (const name of new Set(names)) {
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
