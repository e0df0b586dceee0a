import { describe, expect, test } from 'vitest';
import { box, changeStatus, cmd, createEstate, jobEvent, setGlobal } from '../estate.ts';

describe('STARTJOB', () => {
  test('takes a job through STARTING and RUNNING to SUCCESS', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 5'));

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(10);

    expect(estate.instance.events('a').map(({ name }) => name)).toEqual([
      'STARTJOB',
      'STARTING',
      'RUNNING',
      'SUCCESS',
    ]);
  });

  test('numbers runs over the whole instance', async () => {
    const estate = createEstate(cmd('a') + cmd('b'));

    await estate.send(jobEvent('STARTJOB', 'a'), jobEvent('STARTJOB', 'b'));
    await estate.pass(5);
    await estate.send(jobEvent('STARTJOB', 'a'));

    expect(estate.job('b').run).toMatchObject({ run: 2, try: 1 });
    expect(estate.job('a').run).toMatchObject({ run: 3, try: 1 });
  });

  test('requires the condition', async () => {
    const estate = createEstate(cmd('a', 'condition: v(GO) = 1'));

    await estate.send(jobEvent('STARTJOB', 'a'));

    expect(estate.status('a')).toBe('INACTIVE');
    expect(estate.instance.events('a')[0]?.text).toBe('its condition v(GO) = "1" is false');
  });

  test('ignores dates and times', async () => {
    const estate = createEstate(
      cmd('a', 'date_conditions: 1', 'start_times: "22:00"', 'run_window: "22:00-23:00"'),
    );

    await estate.send(jobEvent('STARTJOB', 'a'));

    expect(estate.status('a')).toBe('STARTING');
  });

  test('ignores a job that runs', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 60'));
    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(1);

    await estate.send(jobEvent('STARTJOB', 'a'));

    expect(estate.starts('a')).toBe(1);
    expect(estate.instance.events('a').at(-1)?.text).toBe('a is RUNNING already');
  });

  test('requires that the box of a member runs', async () => {
    const estate = createEstate(box('night') + cmd('a', 'box_name: night'));

    await estate.send(jobEvent('STARTJOB', 'a'));

    expect(estate.instance.events('a')[0]?.text).toBe('its box night is INACTIVE');
  });
});

describe('FORCE_STARTJOB', () => {
  test('starts regardless of the condition and the box', async () => {
    const estate = createEstate(box('night') + cmd('a', 'box_name: night', 'condition: v(GO) = 1'));

    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));

    expect(estate.status('a')).toBe('STARTING');
  });

  test('starts a job again each time it is sent', async () => {
    const estate = createEstate(cmd('a'));

    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));
    await estate.pass(5);
    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));

    expect(estate.starts('a')).toBe(2);
  });

  test('ignores a job that runs, and notes it', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 60'));
    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));
    await estate.pass(1);

    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));

    expect(estate.starts('a')).toBe(1);
    expect(estate.instance.events('a').at(-1)?.text).toBe('a is RUNNING already');
  });

  test.for(['ON_HOLD', 'ON_ICE'])(
    'starts a job that is %s, as the instance is set',
    async (status) => {
      const estate = createEstate(cmd('a', `status: ${status}`));

      await estate.send(jobEvent('FORCE_STARTJOB', 'a'));

      expect(estate.status('a')).toBe('STARTING');
    },
  );

  test('ignores a held job if the instance is configured so', async () => {
    const estate = createEstate(cmd('a', 'status: ON_HOLD'), { forceStartsHeld: false });

    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));

    expect(estate.status('a')).toBe('ON_HOLD');
    expect(estate.instance.events('a').at(-1)?.text).toContain(
      'does not start such a job by force',
    );
  });

  test('counts a member forced twice in one box run as its next try', async () => {
    const estate = createEstate(
      box('night') +
        cmd('a', 'box_name: night', 'command: true') +
        cmd('b', 'box_name: night', 'command: sleep 600'),
    );
    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(5);

    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));

    expect(estate.job('a').run).toMatchObject({ run: 1, try: 2 });
  });
});

describe('a start time', () => {
  const nightly = ['date_conditions: 1', 'days_of_week: all', 'start_times: "02:00"'];

  test('starts the job', async () => {
    const estate = createEstate(cmd('a', ...nightly));

    await estate.pass(2 * 3600);

    expect(estate.status('a')).toBe('STARTING');
    expect(estate.job('a').lastStart).toEqual(new Date('2026-01-05T02:00:00Z'));
  });

  test('starts the job every day', async () => {
    const estate = createEstate(cmd('a', ...nightly));

    await estate.pass(3 * 24 * 3600);

    expect(estate.starts('a')).toBe(3);
  });

  test('is ignored while date_conditions is 0', async () => {
    const estate = createEstate(cmd('a', 'date_conditions: 0', 'start_times: "02:00"'));

    await estate.pass(24 * 3600);

    expect(estate.starts('a')).toBe(0);
  });

  test("is read in the instance's timezone", async () => {
    const estate = createEstate(cmd('a', ...nightly), { timezone: 'Asia/Tokyo' });

    await estate.pass(24 * 3600);

    expect(estate.job('a').lastStart).toEqual(new Date('2026-01-05T17:00:00Z'));
  });

  test("is read in the job's own timezone if it has one", async () => {
    const estate = createEstate(cmd('a', ...nightly, 'timezone: America/New_York'));

    await estate.pass(24 * 3600);

    expect(estate.job('a').lastStart).toEqual(new Date('2026-01-05T07:00:00Z'));
  });

  test('is read in a timezone with the spelling of JIL', async () => {
    const estate = createEstate(cmd('a', ...nightly, 'timezone: US EASTERN'));

    await estate.pass(24 * 3600);

    expect(estate.job('a').lastStart).toEqual(new Date('2026-01-05T07:00:00Z'));
  });

  test("is read in the instance's timezone if the job's own is unknown", async () => {
    const estate = createEstate(cmd('a', ...nightly, 'timezone: Tokyo'), {
      timezone: 'Asia/Tokyo',
    });

    await estate.pass(24 * 3600);

    expect(estate.job('a').lastStart).toEqual(new Date('2026-01-05T17:00:00Z'));
  });

  test('arms a job whose condition is false, and the next event that makes it true starts it', async () => {
    const estate = createEstate(cmd('a', ...nightly, 'condition: v(GO) = 1'));
    await estate.pass(3 * 3600);
    expect(estate.starts('a')).toBe(0);

    await estate.send(setGlobal('GO', '1'));

    expect(estate.starts('a')).toBe(1);
  });

  test('is cleared by the start', async () => {
    const estate = createEstate(cmd('a', ...nightly, 'condition: v(GO) = 1'));
    await estate.pass(3 * 3600);
    await estate.send(setGlobal('GO', '1'));
    await estate.pass(60);

    await estate.send(setGlobal('GO', '1'));

    expect(estate.starts('a')).toBe(1);
  });

  test('must be reached before the condition can start the job', async () => {
    const estate = createEstate(cmd('a', ...nightly, 'condition: v(GO) = 1'));

    await estate.send(setGlobal('GO', '1'));

    expect(estate.starts('a')).toBe(0);
    expect(estate.instance.whyWaiting('a')).toContain(
      'its next start time is 01/05/2026 02:00:00 UTC',
    );
  });

  test('starts the job at once if the condition already holds', async () => {
    const estate = createEstate(cmd('a', ...nightly, 'condition: v(GO) = 1'));
    await estate.send(setGlobal('GO', '1'));

    await estate.pass(2 * 3600);

    expect(estate.starts('a')).toBe(1);
  });

  test('of a member counts only while the box runs', async () => {
    const estate = createEstate(box('night') + cmd('a', 'box_name: night', ...nightly));
    await estate.pass(3 * 3600);

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(3600);
    expect(estate.status('a')).toBe('ACTIVATED');
    await estate.pass(24 * 3600);

    expect(estate.job('a').lastStart).toEqual(new Date('2026-01-06T02:00:00Z'));
  });

  test('is in the event log as the STARTJOB of the scheduler', async () => {
    const estate = createEstate(cmd('a', ...nightly));

    await estate.pass(2 * 3600);

    expect(estate.instance.events('a')[0]).toMatchObject({ kind: 'event', name: 'STARTJOB' });
  });
});

describe('a run window', () => {
  const window = ['date_conditions: 1', 'days_of_week: all', 'run_window: "02:00-04:00"'];

  test('delays a start until its opening if the opening is near', async () => {
    const estate = createEstate(cmd('a', ...window, 'condition: v(GO) = 1'));
    await estate.send(setGlobal('GO', '1'));
    expect(estate.starts('a')).toBe(0);

    await estate.pass(2 * 3600);

    expect(estate.job('a').lastStart).toEqual(new Date('2026-01-05T02:00:00Z'));
  });

  test('starts nothing at its opening when the condition no longer holds', async () => {
    const estate = createEstate(cmd('a', ...window, 'condition: v(GO) = 1'));
    await estate.send(setGlobal('GO', '1'));

    await estate.send(setGlobal('GO', '0'));
    await estate.pass(2 * 3600);

    expect(estate.starts('a')).toBe(0);
  });

  test('makes the job INACTIVE when its closing is nearer', async () => {
    const start = new Date('2026-01-05T05:00:00Z');
    const estate = createEstate(cmd('a', ...window, 'condition: v(GO) = 1'), { start });
    await estate.send(changeStatus('a', 'SUCCESS'));

    await estate.send(setGlobal('GO', '1'));
    await estate.pass(24 * 3600);

    expect(estate.status('a')).toBe('INACTIVE');
    expect(estate.starts('a')).toBe(0);
  });

  test('lets a job start inside it', async () => {
    const start = new Date('2026-01-05T03:00:00Z');
    const estate = createEstate(cmd('a', ...window, 'condition: v(GO) = 1'), { start });

    await estate.send(setGlobal('GO', '1'));

    expect(estate.starts('a')).toBe(1);
  });

  test('is ignored by FORCE_STARTJOB', async () => {
    const estate = createEstate(cmd('a', ...window));

    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));

    expect(estate.starts('a')).toBe(1);
  });
});
