import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloneCommands } from '../../../cli/clone-commands.ts';
import { commands } from '../../../cli/commands/index.ts';
import { isSupportedNode } from '../../../cli/one-file/needed-node.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { readSourceDigest } from '../../../release/source-digest.ts';
import { type InstalledCommand, installCommand } from '../../support/command-on-path.ts';

const root = join(import.meta.dirname, '../../..');
let command: InstalledCommand;

beforeAll(async () => {
  command = await installCommand();
});

afterAll(() => command[Symbol.dispose]());

/** Runs the one file with an interpreter, and options of it. */
function runWith(node: string, options: readonly string[], ...argv: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(node, [...options, command.path, ...argv], {
    encoding: 'utf8',
    cwd: '/',
  });
  return { status, stdout, stderr };
}

describe('the one file', () => {
  test('has at most 3 MB', () => {
    expect(command.bundle.bytes).toBe(statSync(command.path).size);
    expect(command.bundle.bytes).toBeLessThanOrEqual(3_000_000);
  });

  test('contains every command, and nothing of the CDK app, the embedded AWS and the tools', () => {
    const inputs = Object.values(command.bundle.metafile.outputs).flatMap((output) =>
      Object.keys(output.inputs),
    );
    const isForbidden =
      /node_modules\/(?:aws-cdk|constructs|dynalite|vitest|esbuild|aws-lambda-ric|typescript|fast-check)|^(?:infra|local|bench|test|release)\//;

    for (const name of Object.keys(commands)) expect(inputs).toContain(`cli/commands/${name}.ts`);
    expect(inputs).toContain('emulator/index.ts');
    expect(inputs.filter((path) => isForbidden.test(path))).toEqual([]);
  });

  test('loads modules of Node.js only', () => {
    const imports = Object.values(command.bundle.metafile.outputs).flatMap((output) =>
      output.imports.filter(({ external }) => external).map(({ path }) => path),
    );

    expect(imports.length).toBeGreaterThan(20);
    expect(imports.filter((path) => !path.startsWith('node:') && !isBuiltIn(path))).toEqual([]);
  });

  const isBuiltIn = (path: string) => process.getBuiltinModule(path) !== undefined;

  test('can be executed', () => {
    expect(statSync(command.path).mode & 0o111).toBe(0o111);
    expect(readFileSync(command.path, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('prints the version, and the digest of the sources of which it was built', () => {
    const digest = readSourceDigest(root);

    expect(runWith(process.execPath, [], '--version')).toEqual({
      ...{ status: 0, stderr: '' },
      stdout: `${manifest.version} (build ${digest})\n`,
    });
    const { stdout } = runWith(process.execPath, [], '--version', '--json');
    expect(JSON.parse(stdout)).toEqual({
      ...{ name: 'autosys-bridge', version: manifest.version, digest, bundled: true },
    });
  });
});

describe('the one file with an older Node.js', () => {
  /** Sets the version that a program reads, before it starts. */
  const asVersion = (version: string) =>
    `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;

  test.for(['22.20.0', '20.11.1', '18.20.8'])(
    'names the needed version, and runs nothing: %s',
    (version) => {
      const options = ['--import', asVersion(version)];

      const { status, stdout, stderr } = runWith(process.execPath, options, '--version');

      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(
        /^autosys-bridge: expected Node\.js 22\.21 or newer, found v[\d.]+ \(\/.*\); install a newer Node\.js, .*\n$/,
      );
      expect(stderr).toContain(`found v${version} (${process.execPath})`);
    },
  );

  const paths = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'node'));
  const older = [...new Set(paths)].filter((node) => {
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
    return /^v\d/.test(stdout ?? '') && !isSupportedNode(stdout.slice(1));
  });

  // The Node.js of the host, where it is older than that of the tests.
  test.for(older)('names the needed version with %s', (node) => {
    expect(runWith(node, [], 'validate', 'bridge.yaml')).toMatchObject({
      ...{ status: 2, stdout: '' },
      stderr: expect.stringContaining('expected Node.js 22.21 or newer, found v'),
    });
  });

  test.for([
    ['22.21.0', true],
    ['22.21.1', true],
    ['24.0.0', true],
    ['22.20.9', false],
    ['21.99.0', false],
    ['9.30.0', false],
  ] as const)('supports %s: %s', ([version, supported]) => {
    expect(isSupportedNode(version)).toBe(supported);
  });
});

describe('a command that needs the CDK app', () => {
  test('is one that exists', () => {
    expect(Object.keys(commands)).toEqual(expect.arrayContaining([...cloneCommands]));
  });

  test.for(cloneCommands)('says where it runs, and ends with 2: %s', (name) => {
    const { status, stdout, stderr } = runWith(process.execPath, [], name);

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`error: ${name}: the CDK app is missing`);
    expect(stderr).toContain(`npm ci && npm run -s bridge -- ${name} …`);
    expect(stderr).not.toContain('    at ');
  });

  test.for(cloneCommands)('checks its options nevertheless: %s', (name) => {
    const { status, stderr } = runWith(process.execPath, [], name, '--no-such-option');

    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('unknown option --no-such-option'),
    });
  });
});
