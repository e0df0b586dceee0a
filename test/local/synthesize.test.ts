import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { synthesize } from '../../local/synthesize.ts';

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'cdk-app-'));
});

afterEach(() => rm(project, { recursive: true }));

/** An app that writes its inputs, in the place of an assembly. */
async function writeApp(code: string) {
  await writeFile(
    join(project, 'cdk.json'),
    JSON.stringify({ app: 'node app.mjs', context: { a: 1, b: 2 } }),
  );
  await writeFile(join(project, 'app.mjs'), code);
}

describe('synthesizing an app', () => {
  test('runs it with an output directory, its context and the Node.js of this process', async () => {
    await writeApp(`
      import { writeFileSync } from 'node:fs';
      const { CDK_OUTDIR, CDK_CONTEXT_JSON, MARK } = process.env;
      const seen = { context: JSON.parse(CDK_CONTEXT_JSON), MARK, version: process.version };
      writeFileSync(CDK_OUTDIR + '/manifest.json', JSON.stringify(seen));`);

    await using assembly = await synthesize({
      project,
      environment: { MARK: 'x' },
      context: { b: 3 },
    });

    const seen: unknown = JSON.parse(
      await readFile(join(assembly.directory, 'manifest.json'), 'utf8'),
    );
    expect(seen).toEqual({ context: { a: 1, b: 3 }, MARK: 'x', version: process.version });
  });

  test('removes its output when it is disposed of', async () => {
    await writeApp('');
    const assembly = await synthesize({ project, environment: {} });

    await assembly[Symbol.asyncDispose]();

    expect(existsSync(assembly.directory)).toBe(false);
  });

  test('fails when the app fails, with its output', async () => {
    await writeApp(`console.error('bridge.yaml:3:1: unknown key'); process.exit(2);`);

    const synthesizing = synthesize({ project, environment: {} });

    await expect(synthesizing).rejects.toThrow(
      /ended with status 2:\nbridge\.yaml:3:1: unknown key/,
    );
  });

  test('fails when there is no app', async () => {
    await writeFile(join(project, 'cdk.json'), '{}');

    const synthesizing = synthesize({ project, environment: {} });

    await expect(synthesizing).rejects.toThrow('cdk.json, app');
  });
});
