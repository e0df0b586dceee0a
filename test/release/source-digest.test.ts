import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { readSourceDigest, sourceFiles, sourceFolders } from '../../release/source-digest.ts';

const root = join(import.meta.dirname, '../..');

/** A small repository: each folder and file of the sources, and more. */
function createRepository(changes: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'digest-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const sources = [...sourceFolders.map((one) => `${one}/deep/a.ts`), ...sourceFiles];
  const files = { ...Object.fromEntries(sources.map((file) => [file, `${file}\n`])), ...changes };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

const original = () => readSourceDigest(createRepository());

describe('the digest of the sources', () => {
  test('has 12 hex digits, and is the same in another folder', () => {
    expect(original()).toMatch(/^[0-9a-f]{12}$/);
    expect(readSourceDigest(createRepository())).toBe(original());
  });

  test.for([
    ...sourceFolders.map((folder) => `${folder}/deep/a.ts`),
    ...sourceFiles,
    'cli/new.ts',
    'local/shim.cjs',
  ])('changes with %s', (file) => {
    expect(readSourceDigest(createRepository({ [file]: 'other\n' }))).not.toBe(original());
  });

  test('changes when a text moves to the next file', () => {
    const one = createRepository({ 'cli/a.ts': 'x', 'cli/b.ts': '' });
    const other = createRepository({ 'cli/a.ts': '', 'cli/b.ts': 'x' });

    expect(readSourceDigest(one)).not.toBe(readSourceDigest(other));
  });

  test.for([
    { what: 'documents', changes: { 'docs/a.ts': 'x', 'README.md': 'x' } },
    { what: 'tests and examples', changes: { 'test/a.ts': 'x', 'examples/bridge.yaml': 'x' } },
    { what: 'other files in the folders', changes: { 'cli/.DS_Store': 'x', 'cli/a.ts~': 'x' } },
    { what: 'line ends of Windows', changes: { 'cli/deep/a.ts': 'cli/deep/a.ts\r\n' } },
  ])('ignores $what', ({ changes }) => {
    expect(readSourceDigest(createRepository(changes))).toBe(original());
  });

  test('covers every folder of the repository with code that is built', () => {
    const isTool = ['bench', 'docs', 'examples', 'node_modules', 'test'];
    const folders = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .filter((name) => readdirSync(join(root, name), { recursive: true }).some(isCode));

    expect(folders.filter((name) => !isTool.includes(name) && !isOutput(name)).sort()).toEqual(
      [...sourceFolders].sort(),
    );
    expect(manifest.version).toMatch(/^\d/);
  });

  const isCode = (file: string | Buffer) => String(file).endsWith('.ts');
  /** Output of builds and tests, which Git ignores. */
  const isOutput = (name: string) => ['dist', 'coverage', 'cdk.out'].includes(name);
});
