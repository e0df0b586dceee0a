import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SynthesizedAssembly } from '../../local/index.ts';
import { playOutage, startNightSystem, synthesizeNight } from '../runtime/night-system.ts';
import { findBrowser } from './find-browser.ts';

let browser: Browser;
let assembly: SynthesizedAssembly;

beforeAll(async () => {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no browser; run npm run test:browser');
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  // A short night, so that a second is several pixels wide.
  assembly = await synthesizeNight(1);
});

afterAll(async () => {
  await browser?.close();
  await assembly?.[Symbol.asyncDispose]();
});

/** Left and right edge of an element on the screen. */
async function edgesOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not shown`);
  return { left: box.x, right: box.x + box.width, middle: box.x + box.width / 2 };
}

test('the page that the function served shows a real outage where it was', async () => {
  await using night = await startNightSystem(assembly.directory);
  const brokenMs = Date.now();
  await playOutage(night);
  await night.readPage();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const requests: string[] = [];
  const messages: string[] = [];
  page.on('request', (request) => void requests.push(request.url()));
  page.on('console', (message) => void messages.push(message.text()));
  const url = `${night.bucket.url}/${night.bucket.name}/ACE/now.html`;

  const response = await page.goto(url);

  expect(response?.headers()).toMatchObject({
    ...{ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
  expect(requests).toEqual([url]);
  expect(messages).toEqual([]);
  expect(await page.locator('[data-why="LOAD"]').innerText()).toMatch(
    /^started [\d:]+: AWS_SETTLEMENT = SUCCEEDED, accepted [\d:]+$/,
  );
  const lane = await edgesOf(page, '.lane');
  const band = await edgesOf(page, '.lane [data-band="away"]');
  const accepted = await edgesOf(page, '.lane circle.accepted');
  const [waits, ran] = await Promise.all([
    edgesOf(page, '[data-waits="LOAD"]'),
    edgesOf(page, '[data-job="LOAD"]'),
  ]);
  // The band ends where AutoSys accepted the event, because that closed the circuit breaker.
  expect(Math.abs(band.right - accepted.middle)).toBeLessThan(30);
  expect(band.right - band.left).toBeGreaterThan(5 * toPixels(1_000));
  expect(band.left).toBeGreaterThan(lane.left);
  // The job waits until then, and its run begins where the mark is.
  expect(waits.right).toBeGreaterThanOrEqual(band.right - 30);
  expect(Math.abs(ran.left - accepted.middle)).toBeLessThan(30);
  // AutoSys shows whole seconds, so the job may seem to start up to a second before the mark.
  const link = page.locator('[data-link="LOAD"]').first();
  const mark = page.locator('.lane circle.accepted').first();
  expect(await link.getAttribute('x1')).toBe(await mark.getAttribute('cx'));
  await page.close();

  /** Width of a duration, at least: the night began at most four minutes before the outage. */
  function toPixels(ms: number): number {
    const longestMs = Date.now() - brokenMs + 4 * 60_000;
    return ((lane.right - lane.left) * ms) / longestMs;
  }
});
