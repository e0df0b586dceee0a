import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildAgent } from '../../cli/build-agent.ts';
import { buildCli } from '../../cli/build-cli.ts';
import { buildDirect } from '../../cli/build-direct.ts';
import manifest from '../../package.json' with { type: 'json' };
import { readDocument } from '../support/documents.ts';

const root = join(import.meta.dirname, '../..');
const notice = readFileSync(join(root, 'NOTICE'), 'utf8');

/** What NOTICE calls the licences of packages. */
const licences: Readonly<Record<string, string>> = {
  'Apache-2.0': 'Apache License 2.0',
  MIT: 'MIT License',
  ISC: 'ISC License',
  '0BSD': 'BSD Zero Clause License',
  'BSD-2-Clause': 'BSD 2-Clause License',
  'BSD-3-Clause': 'BSD 3-Clause License',
};

/** The licences of the packages that the files of the command contain. */
async function findLicences(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'notice-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { metafile } = await buildCli(join(folder, 'a.mjs'));
  const all = [
    metafile,
    await buildDirect(join(folder, 'b.mjs')),
    await buildAgent(join(folder, 'c.mjs')),
  ];
  const inputs = all.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.keys(output.inputs)),
  );
  const packages = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  const found = [...new Set(packages)].map((path): string => {
    return JSON.parse(readFileSync(join(process.cwd(), path, 'package.json'), 'utf8')).license;
  });
  return [...new Set(found)];
}

test('NOTICE names each licence of a package in the files of the command', async () => {
  const found = await findLicences();

  expect(found.length).toBeGreaterThan(3);
  expect(found.filter((one) => !notice.includes(licences[one] ?? one))).toEqual([]);
});

test('SECURITY.md supports the minor version of the package', () => {
  const [minor = ''] = /^\d+\.\d+/.exec(manifest.version) ?? [];

  expect(readDocument('SECURITY.md')).toContain(`| ${minor} | yes |`);
});

test('CHANGELOG.md has a dated heading of the version of the package', () => {
  const headings = [...readDocument('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map(([, one]) => one);
  const released = headings.filter((one) => one !== 'Unreleased');

  expect(released[0]).toMatch(/^\d+\.\d+\.\d+ – \d{4}-\d{2}-\d{2}$/);
  expect(released[0]?.split(' ')[0]).toBe(manifest.version);
});
