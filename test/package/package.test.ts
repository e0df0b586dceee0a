import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionNames } from '../../infra/function-names.ts';
import { describeLicenceFault } from '../../package/licences.ts';
import { reduceSbom } from '../../package/sbom.ts';
import { type PackedPackage, toHostPath, unpackPackage } from './packed.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

let packed: PackedPackage;

beforeAll(async () => {
  packed = await unpackPackage();
});

afterAll(() => packed[Symbol.asyncDispose]());

const readJson = (file: string) => JSON.parse(readFileSync(join(packed.contents, file), 'utf8'));

describe('the package', () => {
  test('has the same bytes after a second build', async () => {
    await using again = await unpackPackage();

    expect(readFileSync(again.tarball).equals(readFileSync(packed.tarball))).toBe(true);
  });

  test('brings no dependencies, no scripts and no Node.js, and needs what aws-cdk-lib needs', () => {
    const manifest = readJson('package.json');

    expect(Object.keys(manifest)).not.toContain('dependencies');
    expect(Object.keys(manifest)).not.toContain('optionalDependencies');
    expect(Object.keys(manifest)).not.toContain('scripts');
    expect(manifest.engines).toEqual({ node: '>=20.0.0' });
    expect(Object.keys(manifest.peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
  });

  test('has every file that its package.json names', () => {
    const { main, types, exports } = readJson('package.json');
    const { import: esm, require: cjs } = exports['.'];
    const files = [main, types, ...Object.values(esm), ...Object.values(cjs)] as string[];

    expect(files.filter((file) => !existsSync(join(packed.contents, file)))).toEqual([]);
  });

  test('has a bundle of every function', () => {
    const files = readdirSync(join(packed.contents, 'functions'));

    expect(files.toSorted()).toEqual(functionNames.map((name) => `${name}.js`).toSorted());
  });

  test.for(['esm', 'cjs'])(
    'has constructs in %s without esbuild and paths of a machine',
    (kind) => {
      const text = readFileSync(join(packed.contents, kind, 'index.js'), 'utf8');

      expect(text).not.toMatch(/(?:from|require\() ?["']esbuild/);
      expect(text).not.toContain(root);
    },
  );

  test('names each bundled package in licences and bill of materials, without time', () => {
    const licences = readFileSync(join(packed.contents, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    const { components, metadata, serialNumber } = readJson('sbom.cdx.json');

    const names: string[] = components.map((one: { 'bom-ref': string }) => one['bom-ref']);
    expect(names.map((name) => name.replace(/@[^@]*$/, ''))).toEqual(
      expect.arrayContaining(['@aws-sdk/client-dynamodb', 'got', 'yaml', 'zod']),
    );
    expect(names.filter((name) => /esbuild|aws-cdk/.test(name))).toEqual([]);
    for (const name of names) expect(licences).toContain(`\n${name.replace(/@(?=[^@]*$)/, ' ')} (`);
    expect(metadata.timestamp).toBeUndefined();
    expect(serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-/);
  });
});

describe('the build', () => {
  const given = { name: 'thing', version: '1.0.0', licence: 'MIT', texts: ['text'] };

  test.for([
    { change: { licence: 'GPL-3.0' }, fault: 'thing 1.0.0: found the licence GPL-3.0, allowed: ' },
    { change: { licence: '' }, fault: 'thing 1.0.0: found the licence (none), allowed: ' },
    { change: { texts: [] }, fault: 'thing 1.0.0: found no licence text, allowed: ' },
  ])('rejects a package: $fault', ({ change, fault }) => {
    expect(describeLicenceFault(given)).toBeUndefined();
    expect(describeLicenceFault({ ...given, ...change })).toContain(fault);
  });

  test('rejects a bundled package that the lock file does not have', () => {
    const component = { name: 'any' };
    const sbom = { serialNumber: '', metadata: { component }, components: [], dependencies: [] };

    expect(() => reduceSbom(sbom, [given])).toThrow('found no thing@1.0.0; run npm ci');
  });
});

const appText = `
const app = new App();
for (const name of ['Payments', 'Risk']) {
  const config = readBridgeConfig(name.toLowerCase() + '.yaml');
  new AutosysBridge(new Stack(app, name), 'Bridge', { config, alarmPrefix: name });
}
app.synth();
`;

const head = {
  'app.mjs': `import { App, Stack } from 'aws-cdk-lib';
import { AutosysBridge, readBridgeConfig } from 'autosys-aws-bridge';`,
  'app.cjs': `const { App, Stack } = require('aws-cdk-lib');
const { AutosysBridge, readBridgeConfig } = require('autosys-aws-bridge');`,
};

const routeFile = (stateMachine: string) => `
instances:
  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE }
  DEV: { endpoints: [https://dev.example.com:9443], secret: autosys/DEV }
routes:
  - { name: theirs, from: { stateMachine: ${stateMachine} }, to: ACE, global: THEIRS }
`;

describe.for(['host', 'repository'])('on the Node.js of the %s', (whose) => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'their-app-'));
    const modules = join(directory, 'node_modules');
    await mkdir(join(modules, 'autosys-aws-bridge'), { recursive: true });
    for (const name of ['aws-cdk-lib', 'constructs'])
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    const target = join(modules, 'autosys-aws-bridge');
    await run('tar', ['xzf', packed.tarball, '--strip-components=1', '-C', target]);
    for (const [file, text] of Object.entries(head))
      writeFileSync(join(directory, file), `${text}\n${appText}`);
    for (const name of ['payments', 'risk'])
      writeFileSync(join(directory, `${name}.yaml`), routeFile(name));
  });

  afterAll(() => rm(directory, { recursive: true }));

  test.for(Object.keys(head))('%s creates two bridges, each with its own routes', async (file) => {
    const out = join(directory, `${file}.out`);
    const env = { ...process.env, PATH: toHostPath(), CDK_OUTDIR: out };
    const node = whose === 'host' ? 'node' : process.execPath;
    await run(node, [file], { cwd: directory, env });

    const assets = readdirSync(out).filter((name) => name.startsWith('asset.'));
    expect(assets).toHaveLength(6);
    const routes = assets.map((name) => {
      expect(readdirSync(join(out, name)).toSorted()).toEqual(['bridge.json', 'index.js']);
      return readFileSync(join(out, name, 'bridge.json'), 'utf8');
    });
    expect(new Set(routes).size).toBe(2);
    // The constructs copy the bundle of the package, and leave nothing else behind.
    const shipped = functionNames.map((name) =>
      readFileSync(join(packed.contents, `functions/${name}.js`), 'utf8'),
    );
    for (const name of assets)
      expect(shipped).toContain(readFileSync(join(out, name, 'index.js'), 'utf8'));
    expect(readdirSync(out).filter((name) => /^(report|sweep|canary)-/.test(name))).toEqual([]);
  });
});
