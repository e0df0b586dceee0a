import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createZip } from '../../../infra/template-package/zip.ts';

const index = { name: 'index.js', content: Buffer.from('exports.handler = () => {};\n') };
const config = { name: 'sub/größe.json', content: Buffer.from('{"a":1}') };

const python = spawnSync('python3', ['--version']).status === 0;

test('an archive depends on names and contents only, not on their order', () => {
  expect(createZip([index, config])).toEqual(createZip([config, index]));
});

test('an archive differs if one byte of a file differs', () => {
  const changed = { ...config, content: Buffer.from('{"a":2}') };

  expect(createZip([index, config]).equals(createZip([index, changed]))).toBe(false);
});

test('an archive stores each file unchanged', () => {
  const archive = createZip([index, config]);

  expect(archive.includes(index.content)).toBe(true);
  expect(archive.includes(Buffer.from('sub/größe.json'))).toBe(true);
});

test.runIf(python)('another program finds the files, readable for all, without faults', () => {
  const directory = mkdtempSync(join(tmpdir(), 'zip-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'code.zip');
  writeFileSync(path, createZip([index, config]));
  const program = `
import json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
print(json.dumps([[i.filename, i.date_time, oct(i.external_attr >> 16), archive.read(i).decode()] for i in archive.infolist()]))
`;

  const { stdout } = spawnSync('python3', ['-c', program, path], { encoding: 'utf8' });

  expect(JSON.parse(stdout)).toEqual([
    ['index.js', [1980, 1, 1, 0, 0, 0], '0o100644', index.content.toString()],
    ['sub/größe.json', [1980, 1, 1, 0, 0, 0], '0o100644', '{"a":1}'],
  ]);
});

test('an empty archive is an end record alone', () => {
  expect(createZip([])).toHaveLength(22);
});
