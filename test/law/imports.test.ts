import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const biome = join(root, 'node_modules/.bin/biome');

/** Imports that the law forbids, each in the room where it would be a breach. */
const breaches = [
  { file: 'autosys/status.ts', imports: 'got' },
  { file: 'autosys/status.ts', imports: 'node:fs' },
  { file: 'autosys/jil/parser.ts', imports: '../../lambda/contract.ts' },
  { file: 'autosys/condition/parser.ts', imports: '../client/index.ts' },
  { file: 'autosys/client/client.ts', imports: '@aws-sdk/client-secrets-manager' },
  { file: 'autosys/client/client.ts', imports: '../../emulator/index.ts' },
  { file: 'event-pattern/pattern.ts', imports: '../lambda/contract.ts' },
  { file: 'event-pattern/pattern.ts', imports: 'node:fs' },
  { file: 'emulator/server.ts', imports: '../event-pattern/index.ts' },
  { file: 'lambda/contract.ts', imports: './shared/routes.ts' },
  { file: 'lambda/policies.ts', imports: './shared/routes.ts' },
  { file: 'lambda/stand-ins/http2.ts', imports: 'node:http2' },
  { file: 'lambda/stand-ins/cacheable-request.ts', imports: 'cacheable-request' },
  { file: 'lambda/report/translate.ts', imports: 'node:fs' },
  { file: 'lambda/report/translate.ts', imports: '../../autosys/client/index.ts' },
  { file: 'lambda/report/read/execution.ts', imports: 'got' },
  { file: 'lambda/report/deliver.ts', imports: '@middy/core' },
  { file: 'lambda/report/confirm.ts', imports: '../../autosys/client/index.ts' },
  { file: 'lambda/report/report.ts', imports: './handler.ts' },
  { file: 'lambda/report/report.ts', imports: '../compose.ts' },
  { file: 'lambda/report/ledger/offer.ts', imports: 'node:crypto' },
  { file: 'lambda/sweep/handler.ts', imports: '../../autosys/client/index.ts' },
  { file: 'lambda/sweep/handler.ts', imports: '@aws-sdk/client-sfn' },
  { file: 'lambda/sweep/ask.ts', imports: '@aws-sdk/client-sfn' },
  { file: 'lambda/sweep/budget.ts', imports: 'node:timers' },
  { file: 'lambda/shared/described.ts', imports: '@aws-sdk/client-batch' },
  { file: 'lambda/shared/step-functions.ts', imports: '@aws-sdk/client-batch' },
  { file: 'lambda/shared/batch.ts', imports: '../report/order.ts' },
  { file: 'lambda/shared/source-roles.ts', imports: '@aws-sdk/client-sfn' },
  { file: 'lambda/shared/step-functions.ts', imports: '@aws-sdk/client-sts' },
  { file: 'lambda/compose.ts', imports: 'got' },
  { file: 'lambda/canary/examine.ts', imports: '../../autosys/client/index.ts' },
  { file: 'lambda/canary/examine.ts', imports: 'node:tls' },
  { file: 'lambda/canary/compose.ts', imports: 'got' },
  { file: 'lambda/canary/handler.ts', imports: '../../autosys/client/index.ts' },
  { file: 'lambda/report/handler.ts', imports: '../shared/route-file/index.ts' },
  { file: 'lambda/report/handler.ts', imports: '@aws-sdk/client-secrets-manager' },
  { file: 'lambda/report/handler.ts', imports: '@aws-sdk/client-dynamodb' },
  { file: 'lambda/report/handler.ts', imports: '../shared/memory-table.ts' },
  { file: 'lambda/shared/credentials.ts', imports: '@aws-sdk/client-sfn' },
  { file: 'lambda/shared/credentials.ts', imports: '@aws-sdk/client-dynamodb' },
  { file: 'lambda/shared/dynamo-table.ts', imports: '@aws-sdk/client-secrets-manager' },
  { file: 'lambda/shared/dynamo-table.ts', imports: '../report/ledger.ts' },
  { file: 'lambda/shared/memory-table.ts', imports: '@aws-sdk/client-dynamodb' },
  { file: 'lambda/shared/maintenance.ts', imports: 'node:fs' },
  { file: 'lambda/shared/secret-json.ts', imports: '@aws-sdk/client-secrets-manager' },
  { file: 'lambda/shared/admission.ts', imports: 'node:fs' },
  { file: 'lambda/shared/authorities.ts', imports: '../../autosys/client/index.ts' },
  { file: 'lambda/shared/route-file/index.ts', imports: '../../report/translate.ts' },
  { file: 'infra/app.ts', imports: '../lambda/report/handler.ts' },
  { file: 'infra/app.ts', imports: '../autosys/names.ts' },
  { file: 'emulator/server.ts', imports: '../autosys/client/index.ts' },
  { file: 'emulator/server.ts', imports: '../lambda/contract.ts' },
  { file: 'local/bus.ts', imports: '../lambda/shared/routes.ts' },
  { file: 'local/bus.ts', imports: '../emulator/index.ts' },
  { file: 'cli/run.ts', imports: '../infra/app.ts' },
  { file: 'cli/run.ts', imports: 'aws-cdk-lib' },
  { file: 'cli/ledger/open.ts', imports: '@aws-sdk/client-dynamodb' },
  { file: 'cli/ledger/replay.ts', imports: '../../lambda/report/handler.ts' },
  { file: 'cli/validate/check-secrets.ts', imports: '@aws-sdk/client-secrets-manager' },
  { file: 'cli/doctor/powers.ts', imports: '../../lambda/canary/compose.ts' },
] as const;

/** Imports that look alike and are lawful. */
const lawful = [
  { file: 'autosys/client/transport.ts', imports: 'got' },
  { file: 'lambda/report/translate.ts', imports: '../../autosys/event.ts' },
  { file: 'lambda/report/handler.ts', imports: '@middy/core' },
  { file: 'lambda/report/handler.ts', imports: '../compose.ts' },
  { file: 'lambda/compose.ts', imports: '../autosys/client/index.ts' },
  { file: 'lambda/compose.ts', imports: './policies.ts' },
  { file: 'lambda/stand-ins/fs-promises.ts', imports: 'node:fs' },
  { file: 'lambda/canary/compose.ts', imports: '../../autosys/client/index.ts' },
  { file: 'lambda/shared/credentials.ts', imports: '@aws-sdk/client-secrets-manager' },
  { file: 'lambda/shared/dynamo-table.ts', imports: '@aws-sdk/client-dynamodb' },
  { file: 'lambda/shared/step-functions.ts', imports: '@aws-sdk/client-sfn' },
  { file: 'lambda/shared/batch.ts', imports: '@aws-sdk/client-batch' },
  { file: 'lambda/shared/source-roles.ts', imports: '@aws-sdk/client-sts' },
  { file: 'lambda/sweep/ask.ts', imports: '../report/ledger/run.ts' },
  { file: 'event-pattern/address.ts', imports: 'node:net' },
  { file: 'local/bus.ts', imports: '../event-pattern/index.ts' },
  { file: 'infra/workload-rules.ts', imports: '../event-pattern/index.ts' },
  { file: 'infra/app.ts', imports: '../autosys/client/profile-faults.ts' },
  { file: 'infra/app-settings.ts', imports: '../autosys/suggest.ts' },
  { file: 'infra/placement.ts', imports: '../lambda/shared/partition.ts' },
  { file: 'emulator/server.ts', imports: '../autosys/names.ts' },
  { file: 'local/bus.ts', imports: '../lambda/contract.ts' },
  { file: 'cli/run.ts', imports: '../emulator/index.ts' },
  { file: 'cli/doctor/powers.ts', imports: '../../lambda/canary/examine.ts' },
  { file: 'cli/ledger/open.ts', imports: '../../lambda/shared/dynamo-table.ts' },
  { file: 'cli/validate/check-secrets.ts', imports: '../../lambda/shared/credentials.ts' },
  { file: 'cli/ledger/replay.ts', imports: '../../lambda/report/ledger/replay.ts' },
  { file: 'bench/handler/bare-request.ts', imports: 'got' },
  { file: 'bench/handler/measured.ts', imports: '../../lambda/report/handler.ts' },
] as const;

describe('the import law', () => {
  let house: string;

  beforeAll(() => {
    house = mkdtempSync(join(tmpdir(), 'law-'));
    cpSync(join(root, 'biome.json'), join(house, 'biome.json'));
  });

  afterAll(() => rmSync(house, { recursive: true }));

  /** Lints a house that holds nothing but one file with one import. */
  function breachesIn({ file, imports }: { readonly file: string; readonly imports: string }) {
    const path = join(house, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `import * as it from '${imports}';\n\nexport const use = it;\n`);
    const { stdout } = spawnSync(
      biome,
      ['lint', '--vcs-enabled=false', '--only=style/noRestrictedImports', '--reporter=json', file],
      { cwd: house, encoding: 'utf8' },
    );
    rmSync(path);
    return JSON.parse(stdout).summary.errors as number;
  }

  test.for(breaches)('refuses $imports in $file', (breach) => {
    expect(breachesIn(breach)).toBeGreaterThan(0);
  });

  test.for(lawful)('lets $file import $imports', (example) => {
    expect(breachesIn(example)).toBe(0);
  });
});

test('no file of a room stands outside the law', async () => {
  const { overrides }: { overrides: readonly { readonly includes: readonly string[] }[] } =
    JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  const isHeld = (file: string) =>
    overrides.some(({ includes }) => {
      const last = includes.findLast((pattern) => matchesGlob(file, pattern.replace('!', '')));
      return last !== undefined && !last.startsWith('!');
    });
  const outside: string[] = [];
  for await (const file of glob(`{${rooms.join(',')}}/**/*.ts`, { cwd: root })) {
    if (!isHeld(file)) outside.push(file);
  }

  expect(outside).toEqual([]);
});

/** Who may name a package; a grep answers "who uses it". */
const homes: Readonly<Record<string, RegExp>> = {
  got: /^autosys\/client\//,
  '@middy/core': /^lambda\/\w+\/handler\.ts$/,
  '@aws-lambda-powertools/logger': /^lambda\/\w+\/handler\.ts$/,
  '@aws-lambda-powertools/metrics': /^lambda\/(?:\w+\/handler|metrics-port)\.ts$/,
  '@aws-sdk/client-secrets-manager': /^lambda\/shared\/credentials\.ts$/,
  '@aws-sdk/client-dynamodb': /^lambda\/shared\/dynamo-table\.ts$/,
  '@aws-sdk/client-sfn': /^lambda\/shared\/step-functions\.ts$/,
  '@aws-sdk/client-batch': /^lambda\/shared\/batch\.ts$/,
  '@aws-sdk/client-sts': /^lambda\/shared\/source-roles\.ts$/,
  'aws-cdk-lib': /^infra\//,
  constructs: /^infra\//,
  yaml: /^lambda\/shared\/route-file\//,
  zod: /^(?:lambda\/(?:report\/(?:ledger|read)|shared)\/|infra\/app-settings\.ts$)/,
  dynalite: /^local\//,
  '@peculiar/x509': /^emulator\//,
};

const rooms = ['autosys', 'event-pattern', 'lambda', 'infra', 'emulator', 'local', 'cli'];

test('every package has its home', async () => {
  const strays: string[] = [];
  for await (const file of glob(`{${rooms.join(',')}}/**/*.ts`, { cwd: root })) {
    for (const [, declared, dynamic] of readFileSync(join(root, file), 'utf8').matchAll(
      /(?:^|\n)(?:import|export)\s[^;'=()]*?from '([^'.][^']*)';|import\('([^'.][^']*)'\)/g,
    )) {
      const specifier = declared ?? dynamic ?? '';
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
      if (specifier.startsWith('node:') || name === 'aws-lambda') continue;
      if (!homes[name]?.test(file)) strays.push(`${file}: ${specifier}`);
    }
  }

  expect(strays).toEqual([]);
});

test('a lambda takes zod only by its star, since any other import brings the rest along', async () => {
  const others: string[] = [];
  for await (const file of glob('lambda/**/*.ts', { cwd: root })) {
    if (file.startsWith('lambda/shared/route-file/')) continue;
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    others.push(
      ...lines.filter((line) => line.includes("'zod") && line !== "import * as z from 'zod/mini';"),
    );
  }

  expect(others).toEqual([]);
});

test('nobody but a test imports the bench, which sees all', async () => {
  const importers: string[] = [];
  for await (const file of glob(`{${rooms.join(',')}}/**/*.ts`, { cwd: root })) {
    if (/from '[./]+\/bench\//.test(readFileSync(join(root, file), 'utf8'))) importers.push(file);
  }

  expect(importers).toEqual([]);
});
