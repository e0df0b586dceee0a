import { describe, expect, test } from 'vitest';
import type { Night, NightLane, NightRun } from '../../../lambda/night/night.ts';
import { formatNightPage } from '../../../lambda/night/page/format-night-page.ts';
import { formatWithin, limitNight, mostPageBytes } from '../../../lambda/night/page/limit-night.ts';
import { aNight, startedJobs, toNightMs } from './night-rig.ts';

function aRun(index: number, over: Partial<NightRun> = {}): NightRun {
  const startedMs = toNightMs(1, index);
  return { name: `run ${index}`, status: 'RUNNING', startedMs, marks: [], ...over };
}

const aLane = (name: string, over: Partial<NightLane> = {}): NightLane => ({
  ...{ kind: 'global', name, runs: [], jobs: [] },
  ...over,
});

const parkedMark = {
  ...{ effect: 'A = FAILED', eventId: 'e', changedMs: 0, receivedMs: 0 },
  parked: { atMs: 0, reason: 'no such job' },
};

describe('the limit of a page', () => {
  test('leaves a night that fits as it is', () => {
    const night = aNight();

    expect(limitNight(night, 100)).toBe(night);
  });

  test('shows 2,000 jobs of a lane', () => {
    const lanes = [aLane('A', { jobs: startedJobs(2_000) })];
    const page = formatWithin(aNight({ lanes }), formatNightPage);

    expect(page.match(/data-job=/g)).toHaveLength(2_000);
    expect(page).not.toContain('too long');
  });

  test('takes most from the longest lane, and counts what is left out', () => {
    const jobs = startedJobs(3);
    const lanes = [aLane('A', { jobs }), aLane('B', { jobs: startedJobs(1_000) })];

    const night = limitNight(aNight({ lanes }), 105);

    expect(night.lanes.map((lane) => lane.jobs.length)).toEqual([3, 100]);
    expect(night.leftOut).toEqual({ lanes: 0, runs: 0, jobs: 900 });
  });

  test('keeps parked runs and waiting jobs before others, and the newest runs', () => {
    const runs = Array.from({ length: 10 }, (_, index) => aRun(index));
    const [, ...rest] = runs;
    const parked = aRun(0, { marks: [parkedMark] });
    const [job] = startedJobs(1);
    if (!job) throw new Error('one job');
    const { startedMs: _, ...waiting } = { ...job, name: 'WAITS' };
    const lanes = [aLane('A', { runs: [parked, ...rest], jobs: [...startedJobs(9), waiting] })];

    const night = limitNight(aNight({ lanes }), 5);

    expect(night.lanes[0]?.runs.map(({ name }) => name)).toEqual(['run 0', 'run 9']);
    expect(night.lanes[0]?.jobs.map(({ name }) => name)).toEqual(['LOAD_1', 'WAITS']);
    expect(night.leftOut).toEqual({ lanes: 0, runs: 8, jobs: 8 });
  });

  test('keeps lanes with parked runs before others', () => {
    const parked = aLane('Z', { runs: [aRun(1, { marks: [parkedMark] })] });
    const lanes = [...Array.from({ length: 50 }, (_, at) => aLane(`A${at}`)), parked];

    const night = limitNight(aNight({ lanes }), 8);

    expect(night.lanes.map(({ name }) => name)).toEqual(['A0', 'A1', 'A2', 'Z']);
    expect(night.leftOut).toEqual({ lanes: 47, runs: 0, jobs: 0 });
  });

  test.for([
    ['one lane', [aLane('A', { jobs: startedJobs(40_000) })]],
    [
      'the same jobs in many lanes',
      Array.from({ length: 100 }, (_, at) => aLane(`A${at}`, { jobs: startedJobs(2_000) })),
    ],
    [
      'many lanes with long names',
      Array.from({ length: 9_000 }, (_, at) => aLane(`${'<&'.repeat(100)}${at}`)),
    ],
    [
      'long reasons',
      [aLane('A', { jobs: startedJobs(2_000).map((job) => ({ ...job, why: '<'.repeat(5_000) })) })],
    ],
  ] as const)('is kept for %s, and the page says what is left out', ([, lanes]) => {
    const night: Night = aNight({ lanes });

    const page = formatWithin(night, formatNightPage);

    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(mostPageBytes);
    expect(page).toMatch(/This page is too long for the whole night\. Left out: \d+ variables/);
    expect(page).toMatch(/<\/html>\n$/);
  });
});
