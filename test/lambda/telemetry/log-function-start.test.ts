import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { logFunctionStart } from '../../../lambda/telemetry/log-function-start.ts';

const functions = join(import.meta.dirname, '../../../lambda/functions');
const entryFiles = readdirSync(functions).filter((file) =>
  /^export const handler\b/m.test(readFileSync(join(functions, file), 'utf8')),
);

test('logs that code was not built, where nothing was bundled', () => {
  const log = { info: vi.fn() };

  logFunctionStart(log);

  expect(log.info.mock.calls).toEqual([
    ['function started', { version: 'unbuilt', build: 'unbuilt' }],
  ]);
});

test('the functions are found', () => expect(entryFiles.length).toBeGreaterThan(8));

test.for(entryFiles)('is called once by the function of %s', (file) => {
  const text = readFileSync(join(functions, file), 'utf8');

  expect(text.match(/^logFunctionStart\(logger\);$/gm)).toHaveLength(1);
});
