import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Consumer, createConsumer } from './consumer.ts';
import { type PackedPackage, unpackPackage } from './packed.ts';

let packed: PackedPackage;

beforeAll(async () => {
  packed = await unpackPackage();
});

afterAll(() => packed[Symbol.asyncDispose]());

/** The template's configuration of Jest for ES modules, as the documentation of Jest says. */
const esmJestConfig = `export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\\\.tsx?$': ['@swc/jest'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\\\.{1,2}/.*)\\\\.js$': '$1' },
};
`;

/** Checks types, and synthesises the bridge with its two instances. */
async function expectBridge(consumer: Consumer): Promise<void> {
  await consumer.run(join(consumer.directory, 'node_modules/.bin/tsc'));
  const routes = await consumer.synthesize();

  expect(routes).toHaveLength(3);
  for (const text of routes) {
    const { instances } = JSON.parse(text);
    expect(instances.map(({ name }: { name: string }) => name)).toEqual(['ACE', 'DEV']);
  }
}

test.for(['commonjs', 'module'] as const)(
  'npm: an app of cdk init (%s) has valid types, its Jest tests pass, and it synthesises',
  { timeout: 300_000 },
  async (type) => {
    await using consumer = await createConsumer(packed.tarball, type);
    await consumer.run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund');

    await expectBridge(consumer);
    const jest = join(consumer.directory, 'node_modules/jest/bin/jest.js');
    if (type === 'module') {
      // The configuration of the template is CommonJS, and has no ES modules.
      consumer.write('jest.config.js', esmJestConfig);
      await consumer.run('node', '--experimental-vm-modules', jest);
    } else await consumer.run('node', jest);
    const modules = readdirSync(join(consumer.directory, 'node_modules'));
    expect(
      modules.filter((name) => /^node-(?:bin|linux|darwin|win)-|^yaml$|^zod$/.test(name)),
    ).toEqual([]);
    expect(existsSync(join(consumer.directory, 'node_modules/.bin/autosys-bridge'))).toBe(
      existsSync(join(packed.contents, 'bin')),
    );
  },
);

/** Other package managers, each at a fixed version, without scripts of packages. */
const managers = [
  ['pnpm', ['--yes', 'pnpm@10.24.0', 'install', '--ignore-scripts']],
  ['yarn', ['--yes', 'yarn@1.22.22', 'install', '--ignore-scripts', '--non-interactive']],
] as const;

test.for(managers)(
  '%s: an app of cdk init has valid types, its Jest tests pass, and it synthesises',
  { timeout: 300_000 },
  async ([manager, install]) => {
    await using consumer = await createConsumer(packed.tarball, 'commonjs');
    // yarn also resolves what aws-cdk-lib bundles. A mirror may not have that version.
    if (manager === 'yarn') consumer.resolve({ '@aws/cloudformation-validate': '1.9.0-beta' });
    await consumer.run('npx', ...install);

    await expectBridge(consumer);
    await consumer.run('node', join(consumer.directory, 'node_modules/jest/bin/jest.js'));
  },
);

test('an app with the classic resolution of TypeScript has valid types', async () => {
  await using consumer = await createConsumer(packed.tarball, 'commonjs');
  await consumer.run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund');
  await consumer.run('npm', 'install', '--ignore-scripts', '--no-audit', 'typescript@5.9.3');
  const compilerOptions = {
    ...{ module: 'commonjs', moduleResolution: 'node', target: 'es2020', lib: ['es2022'] },
    ...{ strict: true, noEmit: true, types: ['node'] },
  };
  consumer.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['bin', 'lib'] }));

  await expect(consumer.run(join(consumer.directory, 'node_modules/.bin/tsc'))).resolves.toBe('');
}, 300_000);
