import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metrics } from '../../lambda/contract.ts';
import type { SynthesizedAssembly } from '../../local/index.ts';
import { playOutage, startNightSystem, synthesizeNight, toSucceeded } from './night-system.ts';
import { type TestSystem, wiringOf } from './test-system.ts';

let assembly: SynthesizedAssembly;

beforeAll(async () => {
  // Some hours, so that seconds are narrow on the page.
  assembly = await synthesizeNight(6 * 60);
});

afterAll(() => assembly[Symbol.asyncDispose]());

/** Requests to AutoSys that run autorep, in order. */
const readsOf = (system: TestSystem) =>
  system.autosys.requests().filter(({ path }) => /run|list|autorep/.test(path));

/** A horizontal position of the element with a data attribute, in percent. */
function positionOf(page: string, attribute: string, name = 'x'): number {
  const [element = ''] = new RegExp(`<[^>]* ${attribute}="[^>]*>`).exec(page) ?? [];
  return Number(new RegExp(` ${name}="([\\d.]+)%"`).exec(element)?.[1]);
}

describe('the shipped night function', () => {
  test('holds no YAML parser, and is the only bundle with the S3 client', () => {
    const { functions } = wiringOf(assembly.directory);
    const bundles = functions.map(({ id, taskRoot }) => ({
      id,
      path: join(taskRoot, 'index.js'),
      text: readFileSync(join(taskRoot, 'index.js'), 'utf8'),
    }));
    const withS3 = bundles.filter(({ text }) => text.includes('x-amz-content-sha256'));
    const night = bundles.find(({ id }) => id.includes('NightWriter'));

    expect(bundles.filter(({ text }) => text.includes('PutObject')).map(({ id }) => id)).toEqual([
      night?.id,
    ]);
    expect(withS3.length).toBeGreaterThan(0);
    expect(night?.text).not.toContain('YAMLParseError');
    expect(statSync(night?.path ?? '').size).toBeLessThan(1_000_000);
  });

  test('writes the page of a night with its jobs, by one autorep per pass', async () => {
    await using night = await startNightSystem(assembly.directory);
    const { system, bucket } = night;
    system.aws.bus.put(toSucceeded());
    await system.aws.idle();
    const before = readsOf(system).length;

    const page = await night.readPage();
    const afterFirst = readsOf(system).length;
    await night.readPage();

    expect(page).toContain('<h2>AWS_SETTLEMENT');
    expect(page).toMatch(/data-why="LOAD">started [\d:]+: AWS_SETTLEMENT = SUCCEEDED/);
    expect(page).toMatch(/data-why="REPORT">waits for value\(AWS_SETTLEMENT\)/);
    expect(afterFirst - before).toBe(2);
    expect(readsOf(system).length - afterFirst).toBe(1);
    expect([...new Set(bucket.puts)].sort()).toEqual([
      expect.stringMatching(/^ACE\/20\d\d-\d\d-\d\d\.html$/),
      'ACE/now.html',
    ]);
    expect(system.autosys.unsupported()).toBe(0);
    expect(system.lines()).toContainEqual(
      expect.objectContaining({ level: 'INFO', message: 'night page written' }),
    );
    expect(Object.assign({}, ...system.lines().filter((line) => '_aws' in line))).toMatchObject({
      [metrics.nightPageFailed]: 0,
    });
  });

  test('shows an outage while it lasts and after it, and the start where the mark is', async () => {
    await using night = await startNightSystem(assembly.directory);

    const during = await playOutage(night);
    const page = await night.readPage();

    expect(during).toMatch(/The jobs of AutoSys could not be read: /);
    expect(during).toMatch(/AutoSys away, [\d:]+ to now/);
    expect(during).toContain('<h2>AWS_SETTLEMENT');
    expect(page).not.toContain('could not be read');
    expect(page).toMatch(/AutoSys away, [\d:]+ to \d/);
    // The night is at least six hours long: 0.05 % are 11 seconds.
    const shown = positionOf(page, 'data-shown');
    const band = positionOf(page, 'data-band');
    const bandEnd = band + positionOf(page, 'data-band', 'width');
    const started = positionOf(page, 'data-link', 'x2');
    expect(started).toBeCloseTo(shown, 1);
    expect(positionOf(page, 'data-link', 'x1')).toBeCloseTo(shown, 1);
    // A bar is at least 0.2 % wide, so that of the last seconds begins before them.
    expect(positionOf(page, 'data-job')).toBe(Math.min(started, 99.8));
    expect(band).toBeLessThan(shown);
    expect(bandEnd).toBeGreaterThan(band);
  });
});
