import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Night } from '../../lambda/night/night.ts';
import { formatNightPage } from '../../lambda/night/page/format-night-page.ts';
import { aGroupNight, aNight, startedJobs } from '../lambda/night/night-rig.ts';
import { findBrowser } from './find-browser.ts';

let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), 'night-page-'));

beforeAll(async () => {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no browser; run npm run test:browser');
  // Containers have no user namespaces for the browser's sandbox. It opens files of this test only.
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** A night with many jobs behind one variable. */
function aBigNight(): Night {
  const night = aNight();
  const [lane] = night.lanes;
  return lane ? { ...night, lanes: [{ ...lane, jobs: startedJobs(2_000) }] } : night;
}

/** Opens the page of a night, and records what the browser requests and prints. */
async function open(night: Night, options: BrowserContextOptions = {}) {
  const file = join(folder, `${crypto.randomUUID()}.html`);
  writeFileSync(file, formatNightPage(night));
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const messages: string[] = [];
  page.on('request', (request) => void requests.push(request.url()));
  page.on('console', (message) => void messages.push(message.text()));
  page.on('pageerror', (error) => void messages.push(error.message));
  const url = pathToFileURL(file).href;
  await page.goto(url);
  return {
    page,
    url,
    requests,
    messages,
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Expression for a computed style property of the first element that matches. */
function styleOf(selector: string, property: string): string {
  return `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`;
}

/** Expression for the time from the start of the load until the page is drawn, in milliseconds. */
const whenDrawn = `new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))))`;

/** Left and right edge of an element on the screen. */
async function edgesOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not shown`);
  return { left: box.x, right: box.x + box.width };
}

describe('the page of a night in a browser', () => {
  test('requests nothing, prints nothing and applies its style under its policy', async () => {
    await using opened = await open(aNight());
    const { page, url, requests, messages } = opened;

    expect(requests).toEqual([url]);
    expect(messages).toEqual([]);
    const fill = await page.evaluate(styleOf('.lane .run-SUCCEEDED', 'fill'));
    expect(fill).toBe('rgb(26, 127, 75)');
  });

  test('says why each job has started or waits', async () => {
    await using opened = await open(aNight());
    const cells = await opened.page.locator('[data-why]').allTextContents();

    expect(cells).toEqual([
      'started because AWS_SETTLEMENT was set to SUCCEEDED',
      'waits for AWS_SCENARIOS = SUCCEEDED; it is RUNNING since 02:01',
    ]);
  });

  test('draws the run of a job from the mark that let it start, and the band over the outage', async () => {
    await using opened = await open(aNight());
    const { page } = opened;
    const job = await edgesOf(page, '[data-job="LOAD_1"]');
    const wait = await edgesOf(page, '[data-waits="LOAD_1"]');
    const shown = await edgesOf(page, '[data-shown]');
    const band = await edgesOf(page, '[data-band="away"]');
    const lane = await edgesOf(page, '.lane');

    const mark = (shown.left + shown.right) / 2;
    expect(Math.abs(job.left - mark)).toBeLessThan(2);
    expect(Math.abs(wait.right - job.left)).toBeLessThan(2);
    // 22:40 to 23:30 of 20:00 to 04:00.
    const at = (part: number) => lane.left + part * (lane.right - lane.left);
    expect(Math.abs(band.left - at(160 / 480))).toBeLessThan(2);
    expect(Math.abs(band.right - at(210 / 480))).toBeLessThan(2);
    expect(mark).toBeGreaterThan(band.right - 6);
  });

  test('draws the states of a group one after the other, and who is missing', async () => {
    await using opened = await open(aGroupNight());
    const { page } = opened;
    const [pending, running, succeeded] = await Promise.all(
      ['PENDING', 'RUNNING', 'SUCCEEDED'].map((state) => edgesOf(page, `[data-state="${state}"]`)),
    );

    expect(Math.abs((pending?.right ?? 0) - (running?.left ?? 9))).toBeLessThan(2);
    expect(Math.abs((running?.right ?? 0) - (succeeded?.left ?? 9))).toBeLessThan(2);
    expect(await page.locator('[data-group-members]').textContent()).toBe(
      'group risk 2026-11-29: 10 of 12 succeeded, 10 needed; not yet: Batch job risk-<b> FAILED; missing: Batch job risk-a',
    );
  });

  test.for([
    ['on a screen', {}],
    ['360 px wide', { viewport: { width: 360, height: 740 } }],
  ] as const)('has enough contrast and right roles %s', async ([, options]) => {
    // The policy of the page allows no script, so it is bypassed for this check.
    await using opened = await open(aGroupNight(), { ...options, bypassCSP: true });
    const { page } = opened;
    await page.addScriptTag({ content: axe.source });
    const { violations } = await page.evaluate<AxeResults>('axe.run(document)');

    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  test('fits into 360 px', async () => {
    await using opened = await open(aGroupNight(), { viewport: { width: 360, height: 740 } });
    const width = await opened.page.evaluate('document.documentElement.scrollWidth');

    expect(width).toBeLessThanOrEqual(360);
  });

  test('prints its bars with their patterns', async () => {
    await using opened = await open(aNight());
    const { page } = opened;
    await page.emulateMedia({ media: 'print', forcedColors: 'none' });

    const adjust = await page.evaluate(styleOf('.run-FAILED', 'printColorAdjust'));
    expect(adjust).toBe('exact');
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(5_000);
  });

  test('opens the further jobs of a variable by the keyboard', async () => {
    await using opened = await open(aBigNight());
    const { page } = opened;
    expect(await page.locator('[data-job="LOAD_2000"]').isVisible()).toBe(false);

    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY');
    const outline = await page.evaluate(styleOf('summary', 'outlineStyle'));
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');

    expect(await page.locator('[data-job="LOAD_2000"]').isVisible()).toBe(true);
  });

  test('shows 2,000 jobs within 2 s', async () => {
    await using opened = await open(aBigNight());
    const { page, url } = opened;
    // The first load also starts a process of the browser, and other programs may delay one load.
    const loads: number[] = [];
    for (let load = 0; load < 3; load += 1) {
      await page.goto(url);
      loads.push(await page.evaluate<number>(whenDrawn));
    }
    const shownMs = Math.min(...loads);

    expect(shownMs).toBeLessThan(2_000);
  });

  test('shows every text of a night with unusual names as text', async () => {
    await using opened = await open(aNight({ unread: '<b>bold</b> & "quoted"' }));
    const { page } = opened;

    expect(await page.locator('.note').textContent()).toContain('<b>bold</b> & "quoted"');
    expect(await page.locator('b').count()).toBe(0);
  });
});
