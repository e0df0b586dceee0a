import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findBrowser } from './find-browser.ts';

const browser = findBrowser();
if (browser === undefined) {
  console.error(
    'no browser found: install Chromium (Debian: apt-get install chromium fonts-dejavu-core), or set CHROMIUM to the path of a Chromium browser',
  );
  process.exitCode = 2;
} else {
  const root = join(import.meta.dirname, '../..');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--config', 'vitest.browser.config.ts', ...process.argv.slice(2)],
    { cwd: root, stdio: 'inherit', env: { ...process.env, CHROMIUM: browser } },
  );
  process.exitCode = status ?? 1;
}
