import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { copiedFiles } from '../../package/build.ts';
import manifest from '../../package.json' with { type: 'json' };
import { artefacts } from '../../release/artefacts.ts';
import { buildRelease, checksumsName } from '../../release/build-release.ts';
import { sourceFiles, sourceFolders } from '../../release/source-digest.ts';

const root = join(import.meta.dirname, '../..');
const names = artefacts.map(({ name }) => name);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

/** Copies the sources without what was built, and builds a release there. */
function releaseIn(name: string): string {
  const copy = join(folder, name);
  const others = ['with-node24.cjs', 'tsconfig.json', 'tsconfig.package.json'];
  for (const one of [...sourceFolders, ...sourceFiles, ...copiedFiles, ...others]) {
    cpSync(join(root, one), join(copy, one), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const { status, stderr } = spawnSync('npm', ['run', '-s', 'release'], {
    ...{ cwd: copy, encoding: 'utf8' },
  });
  expect(status, stderr).toBe(0);
  return join(copy, 'dist');
}

const readAll = (dist: string) =>
  Object.fromEntries([...names, checksumsName].map((name) => [name, digestOf(join(dist, name))]));

const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('a release', () => {
  test('has the same bytes from two folders, and its checksums are those of its files', () => {
    const one = releaseIn('a');
    const other = releaseIn('a folder with a longer name');

    expect(readAll(other)).toEqual(readAll(one));
    const checked = spawnSync('sha256sum', ['-c', checksumsName], { cwd: one, encoding: 'utf8' });
    expect(checked.stdout).toBe(names.map((name) => `${name}: OK\n`).join(''));
    const commands = names.filter((name) => name.endsWith('.mjs'));
    const printed = commands.map((name) => {
      const { stdout } = spawnSync(process.execPath, [join(one, name), '--version'], {
        encoding: 'utf8',
      });
      return stdout;
    });
    expect(new Set(printed).size).toBe(1);
    expect(printed[0]).toMatch(new RegExp(`^${manifest.version} \\(build [0-9a-f]{12}\\)\n$`));
  });

  test('leaves no checksums when a file cannot be built', async () => {
    writeFileSync(join(folder, checksumsName), 'of an earlier release\n');
    const failing = { name: 'x', build: () => Promise.reject(new Error('no space left')) };

    await expect(buildRelease([failing], folder)).rejects.toThrow('no space left');
    expect(existsSync(join(folder, checksumsName))).toBe(false);
  });

  test('writes only the files that are listed', async () => {
    const listed = ['b.txt', 'a.txt'].map((name) => ({
      name,
      build: async (path: string) => writeFileSync(path, name),
    }));

    const text = await buildRelease(listed, folder);

    expect(text).toBe(
      listed.map(({ name }) => `${digestOf(join(folder, name))}  ${name}\n`).join(''),
    );
    expect(readdirSync(folder).sort()).toEqual([checksumsName, 'a.txt', 'b.txt']);
  });
});
