import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findStartFolder } from '../../cli/start-folder.ts';
import { bridgeYaml } from './setup.ts';

const root = join(import.meta.dirname, '../..');

describe('the folder of the person', () => {
  const env = {
    npm_lifecycle_event: 'bridge',
    npm_package_json: '/clone/package.json',
    INIT_CWD: '/home/ops',
  };

  test.for([
    { when: 'npm runs the script', env, folder: '/clone', found: '/home/ops' },
    {
      when: 'the person stands at the root',
      env: { ...env, INIT_CWD: '/clone' },
      folder: '/clone',
    },
    { when: 'a command of the program inherits it', env, folder: '/home/ops' },
    { when: 'another script runs', env: { ...env, npm_lifecycle_event: 'test' }, folder: '/clone' },
    { when: 'npm was not used', env: { INIT_CWD: '/home/ops' }, folder: '/clone' },
    {
      when: 'npm does not name it',
      env: { npm_lifecycle_event: 'bridge', npm_package_json: '/clone/package.json' },
      folder: '/clone',
    },
  ])('is $found when $when', ({ env: given, folder, found }) => {
    expect(findStartFolder(given, folder)).toBe(found);
  });

  test('is where `npm run bridge` finds relative paths', () => {
    const folder = mkdtempSync(join(tmpdir(), 'start folder '));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'my bridge.yaml'), bridgeYaml);
    const argv = ['--prefix', root, 'run', '-s', 'bridge', '--', 'validate', 'my bridge.yaml'];

    const { status, stdout, stderr } = spawnSync('npm', argv, { cwd: folder, encoding: 'utf8' });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('my bridge.yaml: no faults');
  });
});
