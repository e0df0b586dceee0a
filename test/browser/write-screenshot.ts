import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { formatNightPage } from '../../lambda/night/page/format-night-page.ts';
import { aGroupNight } from '../lambda/night/night-rig.ts';
import { findBrowser } from './find-browser.ts';

/** Writes `docs/night-page.png`, the page in the README: `node test/browser/write-screenshot.ts`. */
const executablePath = findBrowser();
if (executablePath === undefined) throw new Error('no browser found; set CHROMIUM to its path');
// Containers have no user namespaces for the browser's sandbox. It shows the page of a test only.
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
await page.setContent(formatNightPage(aGroupNight()));
await page.screenshot({
  path: join(import.meta.dirname, '../../docs/night-page.png'),
  fullPage: true,
});
await browser.close();
