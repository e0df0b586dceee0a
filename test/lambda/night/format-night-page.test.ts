import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { formatNightPage } from '../../../lambda/night/page/format-night-page.ts';
import { aNight, groupDay, startedJobs, toNightMs } from './night-rig.ts';

/** Attributes of the element with a data attribute. */
function attributesOf(page: string, attribute: string): Record<string, string> {
  const [element = ''] = new RegExp(`<[^>]* ${attribute}="[^>]*>`).exec(page) ?? [];
  return Object.fromEntries(
    [...element.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

describe('the page of a night', () => {
  test('has no script, no style attribute and no address', () => {
    const page = formatNightPage(aNight());

    expect(page).not.toMatch(/<script|\son\w+=|\sstyle=|https?:|src=|href=|@import/);
  });

  test('has a policy that allows its own style and nothing else', () => {
    const page = formatNightPage(aNight());
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');

    expect(page).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`,
    );
  });

  test('shows names with < and & as text', () => {
    const page = formatNightPage(aNight());

    expect(page).toContain('REPORT_&lt;A&gt;&amp;B');
    expect(page).toContain('settlement:2026-11-29 &lt;night&gt; &amp; &quot;more&quot;');
    expect(page).not.toContain('<night>');
  });

  test('replaces characters that are not printed or that turn the direction of text', () => {
    const [first] = startedJobs(1);
    const lanes = [{ kind: 'global', name: 'A\u202eB\u0000', runs: [], jobs: [] }] as const;
    const page = formatNightPage(aNight({ lanes, unread: `x\u001b[31m ${first?.name}` }));

    expect(page).toContain('A\uFFFDB\uFFFD');
    expect(page).not.toContain('\u001b');
    expect(page).not.toContain('\u202e');
  });

  test('begins the run of a job where its variable was shown, and covers the outage', () => {
    const page = formatNightPage(aNight());

    expect(attributesOf(page, 'data-job')['x']).toBe(attributesOf(page, 'data-shown')['x']);
    // 20:00 to 04:00; the outage lasts from 22:40 to 23:30.
    expect(attributesOf(page, 'data-band')).toMatchObject({ x: '33.333%', width: '10.417%' });
    expect(attributesOf(page, 'data-waits')).toMatchObject({ x: '0%', width: '43.958%' });
  });

  test('draws the line of a job from the run whose mark let it start', () => {
    const night = aNight();
    const [lane] = night.lanes;
    const [run] = lane?.runs ?? [];
    if (!lane || !run) throw new Error('the night has a run');
    const runs = [{ ...run, name: 'an earlier run', marks: [] }, run];
    const page = formatNightPage({ ...night, lanes: [{ ...lane, runs }] });

    expect(attributesOf(page, 'data-link')).toMatchObject({ x1: '43.75%', y1: '65' });
    expect(page).toContain(
      'cx="43.75%" cy="65" r="4.5"><title>AWS_SETTLEMENT = SUCCEEDED: accepted',
    );
  });

  test('draws nothing at the edge for what happened before the night', () => {
    const page = formatNightPage(aNight({ fromMs: toNightMs(3, 40) }));

    expect(page).not.toMatch(/(?:accepted|shown) by AutoSys \d/);
    expect(page).not.toContain('data-link');
  });

  test('draws the wait of a job for its next run after the run', () => {
    const night = aNight();
    const [lane] = night.lanes;
    const [job] = startedJobs(1);
    if (!lane || !job) throw new Error('the night has a job');
    const jobs = [{ ...job, endedMs: toNightMs(4), waitsMs: toNightMs(4) }];
    const page = formatNightPage({ ...night, lanes: [{ ...lane, jobs }] });

    // 20:00 to 04:00; the page was made at 02:13.
    expect(attributesOf(page, 'data-waits')).toMatchObject({ x: '50%', width: '27.708%' });
    expect(attributesOf(page, 'data-job')).toMatchObject({ x: '43.958%', width: '6.042%' });
  });

  test('lets an active run and a waiting job last until now', () => {
    const night = aNight();
    const [lane] = night.lanes;
    const [run] = lane?.runs ?? [];
    if (!lane || !run) throw new Error('the night has a run');
    const { endedMs: _, ...active } = run;
    const page = formatNightPage({ ...night, lanes: [{ ...lane, runs: [active] }] });

    // 02:13 is 77.7 % of the night, and the run began at 12.5 %.
    expect(attributesOf(page, 'data-run')).toMatchObject({ x: '12.5%', width: '65.208%' });
    expect(page).toContain('still active');
  });

  test.for([
    [4, ['23:00', '23:01', '23:02', '23:03']],
    [30, ['23:00', '23:05', '23:25']],
    [90, ['23:00', '23:15', '00:15']],
    [240, ['23:00', '00:00', '02:00']],
  ] as const)('labels the axis of a night of %d minutes', ([minutes, times]) => {
    const fromMs = Date.UTC(2026, 10, 29, 22);
    const untilMs = fromMs + minutes * 60_000;
    const page = formatNightPage(
      aNight({ fromMs, untilMs, madeMs: untilMs, lanes: [], bands: [] }),
    );

    const axis = /<svg class="axis"[\s\S]*?<\/svg>/.exec(page)?.[0] ?? '';
    const labels = [...axis.matchAll(/>(\d\d:\d\d)</g)].map(([, label]) => label);
    expect(labels).toEqual(expect.arrayContaining([...times]));
    expect(labels.length).toBeLessThanOrEqual(12);
  });

  test.for([
    ['back', Date.UTC(2026, 9, 24, 22), ['02:00 GMT+2', '02:00 GMT+1']],
    ['forward', Date.UTC(2027, 2, 27, 23), ['01:00 GMT+1', '03:00 GMT+2']],
  ] as const)('shows each hour of a night in which clocks are set %s', ([, fromMs, hours]) => {
    const untilMs = fromMs + 6 * 3_600_000;
    const page = formatNightPage(
      aNight({ fromMs, untilMs, madeMs: untilMs, lanes: [], bands: [] }),
    );

    const axis = /<svg class="axis"[\s\S]*?<\/svg>/.exec(page)?.[0] ?? '';
    expect(hours.filter((hour) => !axis.includes(`>${hour}<`))).toEqual([]);
    expect(axis).not.toContain('>02:00<');
  });

  test('draws the states of a group one after the other, with its members', () => {
    const lanes = [
      { kind: 'global', name: 'AWS_RISK', runs: [groupDay], jobs: startedJobs(1) },
    ] as const;
    const page = formatNightPage(aNight({ lanes }));

    expect(page).toContain('>group risk 2026-11-29 · SUCCEEDED · 10 of 12 succeeded</text>');
    expect(page).toContain(
      '>group risk 2026-11-29: 10 of 12 succeeded, 10 needed; not yet: Batch job risk-&lt;b&gt; FAILED; missing: Batch job risk-a</p>',
    );
    expect(page).toContain('aria-label="AWS_RISK: 1 days of a group, 1 jobs that wait for it"');
    // 20:00 to 21:00, 21:00 to 23:00, and 23:00 to the state of 02:13, of eight hours.
    const bars = [...page.matchAll(/data-state="(\w+)" x="([\d.]+)%" width="([\d.]+)%"/g)];
    expect(bars.map(([, ...bar]) => bar)).toEqual([
      ['PENDING', '0', '12.5'],
      ['RUNNING', '12.5', '25'],
      ['SUCCEEDED', '37.5', '40.208'],
    ]);
    // AutoSys accepted the state at 23:30.
    expect(attributesOf(page, 'data-link')['x1']).toBe('43.75%');
  });

  test('lists what is parked, with its reason', () => {
    const page = formatNightPage(aNight());

    expect(page).toContain('<h2>Parked: a person must decide</h2>');
    expect(page).toContain('00:41: AutoSys has no job SETTLE_IN_AWS');
    expect(attributesOf(page, 'data-parked')).toMatchObject({ x: '58.542%' });
  });

  test('closes all jobs of a lane but the first ones', () => {
    const [lane] = aNight().lanes;
    if (!lane) throw new Error('the night has a lane');
    const page = formatNightPage(aNight({ lanes: [{ ...lane, jobs: startedJobs(2_000) }] }));

    expect(page).toContain(
      '<summary>1988 more jobs that wait for AWS_SETTLEMENT: 1988 started, 0 not</summary>',
    );
    expect(page.match(/data-job=/g)).toHaveLength(2_000);
  });

  test('says if it shows only a part, or could not read the jobs', () => {
    const page = formatNightPage(aNight({ isCut: true, unread: 'the connection was refused' }));

    expect(page).toContain('choose a shorter time');
    expect(page).toContain('could not be read: the connection was refused');
  });

  test('draws nothing outside the night', () => {
    const [lane] = aNight().lanes;
    const [run] = lane?.runs ?? [];
    if (!lane || !run) throw new Error('the night has a run');
    const before = { ...run, startedMs: toNightMs(-5), endedMs: toNightMs(-3), marks: [] };
    const page = formatNightPage(aNight({ lanes: [{ ...lane, runs: [before], jobs: [] }] }));

    expect(page).not.toContain('data-run');
  });
});
