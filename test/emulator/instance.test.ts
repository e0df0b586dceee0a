import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../autosys/names.ts';
import { createSystemClock } from '../../emulator/clock.ts';
import { Instance } from '../../emulator/instance.ts';
import { box, cmd, createEstate, jobEvent, monday, setGlobal } from './estate.ts';

describe('queue', () => {
  test('accepts an event now and processes it after the delay', async () => {
    const estate = createEstate(cmd('a'));
    estate.instance.queue(jobEvent('STARTJOB', 'a'));

    await estate.clock.advance(199);
    expect(estate.instance.events('a')).toMatchObject([{ stage: 'UP', queuedAt: monday }]);
    await estate.clock.advance(1);

    expect(estate.status('a')).toBe('STARTING');
    expect(estate.instance.events('a')[0]).toMatchObject({
      stage: 'PD',
      processedAt: new Date('2026-01-05T00:00:00.200Z'),
    });
  });

  test('processes events in the order of arrival', async () => {
    const estate = createEstate('');

    estate.instance.queue(setGlobal('X', '1'));
    estate.instance.queue(setGlobal('X', '2'));
    await estate.pass(1);

    expect(estate.instance.globalVariable('X')?.value).toBe('2');
  });

  test('processes an event at the time it was sent for', async () => {
    const estate = createEstate('');
    estate.instance.queue(setGlobal('X', 'late'), { at: new Date('2026-01-05T01:00:00Z') });
    estate.instance.queue(setGlobal('X', 'early'));

    await estate.pass(60);
    expect(estate.instance.globalVariable('X')?.value).toBe('early');
    await estate.pass(3600);

    expect(estate.instance.globalVariable('X')?.value).toBe('late');
  });

  test('records the sender of an event', async () => {
    const estate = createEstate(cmd('a'));

    estate.instance.queue(jobEvent('STARTJOB', 'a'), { user: 'bridge' });

    expect(estate.instance.events('a')[0]?.user).toBe('bridge');
  });

  test('cancels the last matching event with unsend', async () => {
    const estate = createEstate(cmd('a') + cmd('b'));
    estate.instance.queue(jobEvent('STARTJOB', 'a'));
    estate.instance.queue(jobEvent('STARTJOB', 'b'));

    estate.instance.queue(jobEvent('STARTJOB', 'a'), { unsend: true });
    await estate.pass(1);

    expect([estate.starts('a'), estate.starts('b')]).toEqual([0, 1]);
    expect(estate.instance.events('a')).toMatchObject([{ stage: 'US' }]);
  });

  test('ignores an unsend that matches nothing', async () => {
    const estate = createEstate(cmd('a'));

    estate.instance.queue(jobEvent('STARTJOB', 'a'), { unsend: true });
    await estate.pass(1);

    expect(estate.instance.events('a')).toEqual([]);
  });
});

test('loseNextEvents discards the given number of events without a log line', async () => {
  const estate = createEstate('');
  estate.instance.loseNextEvents(2);

  await estate.send(setGlobal('A', '1'), setGlobal('B', '1'), setGlobal('C', '1'));

  expect([...estate.instance.globalVariables().keys()]).toEqual(['C']);
  expect(estate.instance.events().length).toBe(1);
});

test('onChange notifies until it is disposed', async () => {
  const estate = createEstate('');
  const notified: string[] = [];
  const subscription = estate.instance.onChange(({ because }) => notified.push(because));
  await estate.send(setGlobal('A', '1'));

  subscription[Symbol.dispose]();
  await estate.send(setGlobal('A', '2'));

  expect(notified).toEqual(['SET_GLOBAL A=1', 'SET_GLOBAL A=1']);
});

test('members returns the jobs directly in a box', () => {
  const { instance } = createEstate(
    box('night') +
      cmd('a', 'box_name: night') +
      box('inner', 'box_name: night') +
      cmd('b', 'box_name: inner'),
  );

  expect(instance.members('night').map(({ job }) => job.name)).toEqual(['a', 'inner']);
});

test('substitutes global variables in the command when the job starts', async () => {
  const estate = createEstate(cmd('a', 'command: exit $$CODE'));
  await estate.send(setGlobal('CODE', '7'));

  await estate.send(jobEvent('STARTJOB', 'a'));
  await estate.pass(1);

  expect(estate.job('a').exitCode).toBe(7);
});

test('stop cancels every pending event', async () => {
  const estate = createEstate(
    cmd('a', 'command: sleep 5') +
      cmd('b', 'date_conditions: 1', 'days_of_week: all', 'start_times: "02:00"'),
  );
  await estate.send(jobEvent('STARTJOB', 'a'));
  estate.instance.queue(setGlobal('X', '1'));

  estate.instance.stop();
  await estate.pass(24 * 3600);

  expect([estate.status('a'), estate.status('b')]).toEqual(['STARTING', 'INACTIVE']);
  expect(estate.instance.globalVariable('X')).toBeUndefined();
});

test('refuses a timezone that the platform does not know', () => {
  const options = { name: parseAutosysInstance('ACE'), clock: createSystemClock() };

  expect(() => new Instance({ ...options, timezone: 'Atlantis' })).toThrow(
    'timezone: found "Atlantis", allowed: an IANA name',
  );
});

test('runs on the clock of the host', async () => {
  using instance = new Instance({
    name: parseAutosysInstance('ACE'),
    clock: createSystemClock(),
    eventDelayMs: 0,
  });
  const set = new Promise((resolve) => instance.onChange(({ value }) => value && resolve(value)));

  instance.queue(setGlobal('X', '1'));

  expect(await set).toBe('1');
});

describe('whyWaiting', () => {
  test('lists each atom with its value', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a) & v(X) = "OK"'));
    await estate.send(setGlobal('X', 'NO'));

    expect(estate.instance.whyWaiting('b').split('\n')).toEqual([
      'b is INACTIVE and waits:',
      'its condition s(a) & v(X) = "OK" is false',
      '  s(a) is false: a is INACTIVE',
      '  v(X) = "OK" is false: X is "NO"',
    ]);
  });

  test('states what would start a job without obstacles', () => {
    const { instance } = createEstate(cmd('a'));

    expect(instance.whyWaiting('a')).toBe(
      'a is INACTIVE; nothing prevents its start, it waits for STARTJOB',
    );
  });

  test('states that a job runs', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 60'));
    await estate.send(jobEvent('STARTJOB', 'a'));

    expect(estate.instance.whyWaiting('a')).toBe('a does not wait, it is STARTING');
  });

  test('states that a job is not defined', () => {
    const { instance } = createEstate('');

    expect(instance.whyWaiting('unknown')).toBe('unknown is not defined');
  });
});
