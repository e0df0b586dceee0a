import { describe, expect, test } from 'vitest';
import { agendaLists } from '../../../lambda/ledger/agenda.ts';
import { aCaller, aLaunchRig, aTarget } from './rig.ts';

const name = 'NIGHT_EOD-r1620t1-ACE';
const minuteMs = 60_000;

/** When the sweep asks AWS about the only open run, in minutes from now. */
async function readAskMinutes(rig: ReturnType<typeof aLaunchRig>): Promise<number | undefined> {
  const until = new Date(rig.nowMs() + 1_000 * minuteMs);
  const { entries } = await rig.table.agenda(agendaLists.open, { until, limit: 10 });
  return entries[0] && (entries[0].at.getTime() - rig.nowMs()) / minuteMs;
}

describe('the status of a run', () => {
  test('is RUNNING from the answer of AWS on, and open for the sweep', async () => {
    const rig = aLaunchRig();
    await rig.start();

    expect((await rig.status(name)).body).toMatchObject({ state: 'ACTIVE', status: 'RUNNING' });
    expect(await readAskMinutes(rig)).toBe(90);
  });

  test.each([
    ['SUCCEEDED', {}, {}, 0, 'status SUCCEEDED'],
    ['FAILED', {}, { error: 'Rates.NoData', cause: 'no rates' }, 1, 'status FAILED'],
    ['TIMED_OUT', {}, {}, 124, 'status TIMED_OUT'],
    ['ABORTED', {}, {}, 143, 'status ABORTED'],
    ['TIMED_OUT', { TIMED_OUT: 75 }, {}, 75, 'exitCodes of the target: TIMED_OUT'],
    [
      'FAILED',
      { FAILED: 9, 'Rates.NoData': 4 },
      { error: 'Rates.NoData' },
      4,
      'exitCodes of the target: Rates.NoData',
    ],
  ] as const)('after %s with exitCodes %j and %j: exit %i', async (...row) => {
    const [status, exitCodes, facts, code, source] = row;
    const rig = aLaunchRig({ targets: [aTarget({ exitCodes })] });
    await rig.start();
    rig.advance(minuteMs);
    await rig.report(name, { status, ...facts });

    const { body } = await rig.status(name);

    expect(body).toMatchObject({ state: 'ENDED', status, exit: { code, source } });
    expect(body.endedAt).toBe('2026-11-30T01:01:00.000Z');
    expect(body.result).toEqual({ ...facts, attempts: 1 });
    expect(body.retryAfter).toBeUndefined();
  });

  test('forgets the result when the execution is redriven', async () => {
    const rig = aLaunchRig();
    await rig.start();
    await rig.report(name, { status: 'FAILED', error: 'X' });
    await rig.report(name, { status: 'RUNNING', redriveCount: 1, eventId: 'again' });

    const { body } = await rig.status(name);

    expect(body).toMatchObject({ state: 'ACTIVE', status: 'RUNNING' });
    expect(body.result).toBeUndefined();
    expect(body.exit).toBeUndefined();
    expect(body.changes.at(-1)?.text).toBe('RUNNING (redrive 1)');
  });

  test('keeps at most 1,000 characters of the cause', async () => {
    const rig = aLaunchRig();
    await rig.start();
    await rig.report(name, { status: 'FAILED', cause: 'x'.repeat(5_000) });

    expect((await rig.status(name)).body.result?.cause).toHaveLength(1_000);
  });

  test.each([
    [0, 3],
    [1, 3],
    [2, 6],
    [4, 12],
    [30, 15],
  ])('after %i minutes asks for the next request in %i s', async (minutes, seconds) => {
    const rig = aLaunchRig();
    await rig.start();
    rig.advance(minutes * minuteMs);

    const { body, headers } = await rig.status(name);

    expect(body.retryAfter).toBe(seconds);
    expect(headers['retry-after']).toBe(String(seconds));
  });

  test('to a waiting command leaves a mark at most every 90 seconds', async () => {
    const rig = aLaunchRig();
    const { body } = await rig.start({ wait: true });
    const revisions = new Set<number | undefined>();
    for (let poll = 0; poll < 60; poll += 1) {
      rig.advance(3_000);
      const answer = await rig.status(name, { after: body.rev });
      expect(answer.body.rev).toBe(body.rev);
      revisions.add((await rig.table.get('launch ACE NIGHT_EOD 1620/1 1'))?.revision);
    }

    expect(revisions.size).toBe(3);
  });

  test('without a waiting job leaves no mark', async () => {
    const rig = aLaunchRig();
    const { body } = await rig.start();

    await rig.status(name, { after: body.rev });

    expect((await rig.readLaunch(name))?.launch.watch).toBeUndefined();
  });

  test('to a waiting command has the sweep ask AWS within ten minutes', async () => {
    const rig = aLaunchRig();
    const { body } = await rig.start();
    await rig.status(name);
    expect(await readAskMinutes(rig)).toBe(90);

    await rig.status(name, { after: body.rev });

    expect(await readAskMinutes(rig)).toBe(10);
  });
});

describe('a held request', () => {
  test('is answered after 20 s without a change', async () => {
    const rig = aLaunchRig();
    const { body } = await rig.start();
    const before = rig.nowMs();

    const answer = await rig.wait(name, { after: body.rev, hold: '20' });

    expect(answer.body.rev).toBe(body.rev);
    expect(rig.nowMs() - before).toBeGreaterThan(19_000);
    expect(rig.nowMs() - before).toBeLessThanOrEqual(20_000);
  });

  test('is answered at once if the caller does not know the newest revision', async () => {
    const rig = aLaunchRig();
    const { body } = await rig.start();
    await rig.report(name, { status: 'SUCCEEDED' });
    const before = rig.nowMs();

    const answer = await rig.wait(name, { after: body.rev, hold: '20' });

    expect(answer.body.state).toBe('ENDED');
    expect(rig.nowMs()).toBe(before);
  });

  test('of 500 s is held for 20 s, and one of x is refused', async () => {
    const rig = aLaunchRig();
    const { body } = await rig.start();
    const before = rig.nowMs();
    await rig.wait(name, { after: body.rev, hold: '500' });

    expect(rig.nowMs() - before).toBeLessThanOrEqual(20_000);
    expect((await rig.wait(name, { after: body.rev, hold: 'x' })).status).toBe(400);
  });
});

describe('a caller', () => {
  const callers = [aCaller(), aCaller({ name: 'day', jobs: ['DAY_*'] })];

  test.each([
    ['the run of another job', name],
    ['a run of another job that does not exist', 'NIGHT_X-r1t1-ACE'],
    ['a key of another caller', 'T1-outside'],
    ['a key that does not exist', 'T2-outside'],
    ['a name that the bridge did not make', 'manual'],
    ['a shortened name that does not exist', 'NIGHT-r1t1-ACE-d000000000000'],
  ])('does not learn whether there is %s', async (_, of) => {
    const rig = aLaunchRig({ callers });
    await rig.start();
    await rig.start({ job: undefined, run: undefined, try: undefined, key: 'T1' });

    const { status, body } = await rig.status(of, {}, 'day');

    expect(status).toBe(403);
    expect(body.message).toBe(`the caller may not see a run ${of}, or there is none`);
  });

  test('gets 404 for a run of its own jobs that does not exist', async () => {
    expect((await aLaunchRig().status('NIGHT_X-r1t1-ACE')).status).toBe(404);
  });

  test('sees a run with a shortened name', async () => {
    const rig = aLaunchRig();
    const job = `NIGHT_${'A'.repeat(58)}`;
    const { body } = await rig.start({ job, run: 1_234_567_890 });

    expect(body.name).toMatch(/-d\w{12}$/);
    expect((await rig.status(body.name)).body.job).toBe(job);
    expect((await rig.find({ name: body.name })).body.runs).toHaveLength(1);
  });
});

describe('a search', () => {
  test.each([
    ['job', { job: 'NIGHT_EOD' }],
    ['job and run', { job: 'NIGHT_EOD', run: '1620' }],
    ['job, run and try', { job: 'NIGHT_EOD', run: '1620', try: '1', instance: 'ACE' }],
    ['name', { name }],
    ['ARN', { arn: `arn:aws:states:eu-west-1:111122223333:execution:settle:${name}` }],
  ])('by %s finds the run', async (_, query) => {
    const rig = aLaunchRig();
    await rig.start();

    const { body } = await rig.find(query);

    expect(body).toMatchObject({ by: 'ledger', runs: [{ name }] });
  });

  test('for another run finds nothing', async () => {
    const rig = aLaunchRig();
    await rig.start();

    expect((await rig.find({ job: 'NIGHT_EOD', run: '7' })).body.runs).toEqual([]);
  });

  test('for a try finds its starts, the newest first, behind more than a hundred later runs', async () => {
    const rig = aLaunchRig({ targets: [aTarget({ endsWithinMs: 1 })] });
    await rig.start();
    await rig.start({ launchId: 'two', again: true });
    for (let run = 2_000; run < 2_110; run += 1) {
      rig.advance(1_000);
      await rig.start({ run, launchId: `id-${run}` });
    }

    const { body } = await rig.find({ job: 'NIGHT_EOD', run: '1620', try: '1' });

    expect(body.runs.map((one) => one.name)).toEqual([`${name}-a2`, name]);
  });

  test('finds nothing of other callers', async () => {
    const rig = aLaunchRig({ callers: [aCaller(), aCaller({ name: 'day', jobs: ['DAY_*'] })] });
    await rig.start();

    expect((await rig.find({ job: 'NIGHT_EOD' }, 'day')).body.runs).toEqual([]);
  });

  test('by a name that the ledger does not know says what the name says', async () => {
    const { body } = await aLaunchRig().find({ name: 'pay-r7t2-ACE-l' });

    expect(body).toMatchObject({
      by: 'name',
      runs: [],
      decoded: { instance: 'ACE', job: 'pay', run: 7, try: 2 },
    });
  });

  test('by nothing is refused', async () => {
    expect((await aLaunchRig().find({})).status).toBe(400);
  });
});
