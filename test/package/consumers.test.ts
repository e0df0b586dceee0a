import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Consumer, createConsumer } from './consumer.ts';
import { type PackedPackage, packPackage } from './packed.ts';

let packed: PackedPackage;

beforeAll(async () => {
  packed = await packPackage();
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
  300_000,
);
