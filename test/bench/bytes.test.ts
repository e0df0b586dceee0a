import { expect, test } from 'vitest';
import { accountForBytes } from '../../bench/cold/bytes.ts';

test('accounts for every byte of a bundle by package or folder', () => {
  const inputs = {
    'node_modules/@smithy/core/dist-es/a.js': { bytesInOutput: 300 },
    'node_modules/@smithy/core/dist-es/b.js': { bytesInOutput: 200 },
    'node_modules/got/node_modules/keyv/index.js': { bytesInOutput: 100 },
    'lambda/report/batch.ts': { bytesInOutput: 90 },
    'lambda/report/report.ts': { bytesInOutput: 60 },
    'node_modules/small/index.js': { bytesInOutput: 5 },
  };
  const bundle = { name: '', directory: '', environment: {}, bytes: 800, inputs };

  const shares = accountForBytes(bundle, { least: 10 });

  expect(shares).toEqual([
    { from: '@smithy/core', bytes: 500 },
    { from: 'ours: lambda/report', bytes: 150 },
    { from: 'keyv', bytes: 100 },
    { from: '1 more', bytes: 5 },
    { from: "esbuild's own code", bytes: 45 },
  ]);
});
