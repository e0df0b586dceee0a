import { describe, expect, test } from 'vitest';
import { box, changeStatus, cmd, createEstate, jobEvent, setGlobal } from '../estate.ts';

describe('a job on hold', () => {
  test('does not start when its condition becomes true', async () => {
    const estate = createEstate(cmd('a', 'condition: v(GO) = 1'));
    await estate.send(jobEvent('JOB_ON_HOLD', 'a'));

    await estate.send(setGlobal('GO', '1'));

    expect(estate.status('a')).toBe('ON_HOLD');
  });

  test('starts at once off hold if its condition holds', async () => {
    const estate = createEstate(cmd('a', 'condition: v(GO) = 1', 'status: ON_HOLD'));
    await estate.send(setGlobal('GO', '1'));

    await estate.send(jobEvent('JOB_OFF_HOLD', 'a'));

    expect(estate.status('a')).toBe('STARTING');
  });

  test('becomes INACTIVE off hold if its condition does not hold', async () => {
    const estate = createEstate(cmd('a', 'condition: v(GO) = 1', 'status: ON_HOLD'));

    await estate.send(jobEvent('JOB_OFF_HOLD', 'a'));

    expect(estate.status('a')).toBe('INACTIVE');
  });

  test('does not start off hold without a reason to start', async () => {
    const estate = createEstate(cmd('a', 'status: ON_HOLD'));

    await estate.send(jobEvent('JOB_OFF_HOLD', 'a'));

    expect(estate.status('a')).toBe('INACTIVE');
  });

  test('starts off hold when its start time passed during the hold', async () => {
    const estate = createEstate(
      cmd(
        'a',
        'status: ON_HOLD',
        'date_conditions: 1',
        'days_of_week: all',
        'start_times: "02:00"',
      ),
    );
    await estate.pass(3 * 3600);

    await estate.send(jobEvent('JOB_OFF_HOLD', 'a'));

    expect(estate.status('a')).toBe('STARTING');
  });

  test('blocks its dependents', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a) & v(GO) = 1'));
    await estate.send(changeStatus('a', 'SUCCESS'), jobEvent('JOB_ON_HOLD', 'a'));

    await estate.send(setGlobal('GO', '1'));

    expect(estate.starts('b')).toBe(0);
  });

  test('as a member starts off hold in its running box', async () => {
    const estate = createEstate(box('night') + cmd('a', 'box_name: night', 'status: ON_HOLD'));
    await estate.send(jobEvent('STARTJOB', 'night'));

    await estate.send(jobEvent('JOB_OFF_HOLD', 'a'));

    expect(estate.status('a')).toBe('STARTING');
  });
});

describe('a job on ice', () => {
  test('counts as true in conditions, with any look-back', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a,00.01) & v(GO) = 1'));
    await estate.send(jobEvent('JOB_ON_ICE', 'a'));
    await estate.pass(3600);

    await estate.send(setGlobal('GO', '1'));

    expect(estate.starts('b')).toBe(1);
  });

  test('wakes the jobs that waited for it', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a)'));

    await estate.send(jobEvent('JOB_ON_ICE', 'a'));

    expect(estate.starts('b')).toBe(1);
  });

  test('ignores start times', async () => {
    const estate = createEstate(
      cmd('a', 'status: ON_ICE', 'date_conditions: 1', 'days_of_week: all', 'start_times: "02:00"'),
    );
    await estate.pass(3 * 3600);

    await estate.send(jobEvent('JOB_OFF_ICE', 'a'));
    await estate.pass(60);

    expect(estate.starts('a')).toBe(0);
  });

  test('waits off ice for its condition to recur', async () => {
    const estate = createEstate(cmd('a', 'condition: v(GO) = 1', 'status: ON_ICE'));
    await estate.send(setGlobal('GO', '1'));

    await estate.send(jobEvent('JOB_OFF_ICE', 'a'));
    expect(estate.status('a')).toBe('INACTIVE');
    await estate.send(setGlobal('GO', '1'));

    expect(estate.status('a')).toBe('STARTING');
  });
});

test('a box does not wait for a member taken off ice', async () => {
  const estate = createEstate(
    box('night') +
      cmd('a', 'box_name: night', 'command: sleep 60') +
      cmd('b', 'box_name: night', 'status: ON_ICE'),
  );
  await estate.send(jobEvent('STARTJOB', 'night'));

  await estate.send(jobEvent('JOB_OFF_ICE', 'b'));
  expect(estate.status('b')).toBe('INACTIVE');
  await estate.pass(120);

  expect(estate.status('night')).toBe('SUCCESS');
});

describe('hold and ice', () => {
  test.for(['JOB_ON_HOLD', 'JOB_ON_ICE'] as const)(
    'ignores %s for a job that runs, with an alarm',
    async (kind) => {
      const estate = createEstate(cmd('a', 'command: sleep 60'));
      await estate.send(jobEvent('STARTJOB', 'a'));
      await estate.pass(1);

      await estate.send(jobEvent(kind, 'a'));

      expect(estate.status('a')).toBe('RUNNING');
      expect(estate.instance.events('a').at(-1)).toMatchObject({
        kind: 'alarm',
        name: 'JOBNOT_ONICEHOLD',
      });
    },
  );

  test.for(['JOB_OFF_HOLD', 'JOB_OFF_ICE'] as const)(
    'ignores %s for a job that is not',
    async (kind) => {
      const estate = createEstate(cmd('a'));
      await estate.send(changeStatus('a', 'SUCCESS'));

      await estate.send(jobEvent(kind, 'a'));

      expect(estate.status('a')).toBe('SUCCESS');
      expect(estate.instance.events('a').at(-1)?.text).toContain('a is SUCCESS, not ON_');
    },
  );
});

describe('a job on noexec', () => {
  test('is bypassed to SUCCESS', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 600; exit 1'));
    await estate.send(jobEvent('JOB_ON_NOEXEC', 'a'));

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(1);

    expect(estate.job('a')).toMatchObject({ status: 'SUCCESS', noexec: true, exitCode: 0 });
  });

  test('is bypassed when it is forced', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 600; exit 1', 'status: ON_NOEXEC'));

    await estate.send(jobEvent('FORCE_STARTJOB', 'a'));
    await estate.pass(1);

    expect(estate.status('a')).toBe('SUCCESS');
  });

  test('starts its dependents', async () => {
    const estate = createEstate(cmd('a', 'status: ON_NOEXEC') + cmd('b', 'condition: s(a)'));

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(1);

    expect(estate.starts('b')).toBe(1);
  });

  test('keeps its status on release and runs again', async () => {
    const estate = createEstate(cmd('a', 'command: false', 'status: ON_NOEXEC'));
    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(1);

    await estate.send(jobEvent('JOB_OFF_NOEXEC', 'a'));
    expect(estate.job('a')).toMatchObject({ status: 'SUCCESS', noexec: false });
    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(1);

    expect(estate.status('a')).toBe('FAILURE');
  });

  test('for a box, marks its members too', async () => {
    const estate = createEstate(
      box('night') + cmd('a', 'box_name: night', 'command: sleep 600; exit 1'),
    );
    await estate.send(jobEvent('JOB_ON_NOEXEC', 'night'));

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(1);

    expect(estate.job('a')).toMatchObject({ status: 'SUCCESS', noexec: true });
    expect(estate.status('night')).toBe('SUCCESS');
  });
});
