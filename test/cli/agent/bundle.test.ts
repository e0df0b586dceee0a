import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildAgent } from '../../../cli/build-agent.ts';
import { readSourceDigest } from '../../../release/source-digest.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
const bundle = join(folder, 'autosys-bridge-agent.mjs');
let metafile: Metafile;

beforeAll(async () => {
  metafile = await buildAgent(bundle);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runBundle = (...argv: readonly string[]) =>
  spawnSync(process.execPath, [bundle, ...argv], { encoding: 'utf8', env: {} });

describe('the bundle of the agent', () => {
  test('has at most 60 KB', () => {
    expect(statSync(bundle).size).toBeLessThanOrEqual(60_000);
  });

  test('contains no package', () => {
    const inputs = Object.keys(metafile.inputs);

    expect(inputs.length).toBeGreaterThan(30);
    expect(inputs.filter((path) => path.includes('node_modules'))).toEqual([]);
  });

  test('imports modules of Node.js only', () => {
    const [output] = Object.values(metafile.outputs);
    const imports = (output?.imports ?? []).map(({ path }) => path);

    expect(imports.length).toBeGreaterThan(5);
    expect(imports.filter((path) => !path.startsWith('node:'))).toEqual([]);
  });

  test('can be executed, and does not need the repository', () => {
    const { mode } = statSync(bundle);

    expect(mode & 0o111).toBe(0o111);
    expect(readFileSync(bundle, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('prints its version', () => {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
    ) as { readonly version: string };

    expect(runBundle('--version')).toMatchObject({
      ...{ status: 0, stderr: '' },
      stdout: `${version} (build ${readSourceDigest(join(import.meta.dirname, '../../..'))})\n`,
    });
  });

  test('prints its commands', () => {
    const { status, stdout } = runBundle('--help');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}run .*\n {2}stop .*\n {2}restart .*\n {2}log .*\n {2}whois /m);
  });

  test.for(['run', 'stop', 'restart', 'log', 'whois'])('prints the help of %s', (name) => {
    const { status, stdout } = runBundle(name, '--help');

    expect(status).toBe(0);
    expect(stdout).toContain(`usage: autosys-bridge ${name} `);
  });

  test.for([
    { argv: [], says: 'usage: autosys-bridge COMMAND' },
    { argv: ['rnu'], says: 'did you mean run?' },
    { argv: ['run', 'settlement', '--timeuot', '4h'], says: 'did you mean --timeout?' },
    { argv: ['--verbose'], says: 'expected a command' },
  ])('ends with 64 for the arguments $argv', ({ argv, says }) => {
    const { status, stdout, stderr } = runBundle(...argv);

    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toContain(says);
  });

  test.for(['--password', '--token', '--user'])(
    'refuses %s and does not print its value',
    (name) => {
      const { status, stderr } = runBundle('run', 'settlement', name, 'hunter2');

      expect(status).toBe(64);
      expect(stderr).toContain('other users of this host can read command lines');
      expect(stderr).toContain('--login-file');
      expect(stderr).not.toContain('hunter2');
    },
  );
});
