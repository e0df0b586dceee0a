import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from './find-browser.ts';

/**
 * Writes `docs/night-page.png`, the page in the README, from a page that the command `night` has
 * written: `node test/browser/write-screenshot.ts night.html`. The present one is the example night,
 * played by `demo --serve`, with an outage by `break down` and `mend`.
 */
const [, , file] = process.argv;
if (file === undefined) throw new Error('give the page: write-screenshot.ts night.html');
const html = await readFile(file, 'utf8');
const executablePath = findBrowser();
if (executablePath === undefined) throw new Error('no browser found; set CHROMIUM to its path');
// Containers have no user namespaces for the browser's sandbox. It shows a page of our own only.
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
await page.setContent(html);
await page.screenshot({
  path: join(import.meta.dirname, '../../docs/night-page.png'),
  fullPage: true,
});
await browser.close();
