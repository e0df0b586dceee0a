import { describe, expect, test } from 'vitest';
import { toExitStatus } from '../../../emulator/engine/ending.ts';
import { box, changeStatus, cmd, createEstate, jobEvent, setGlobal } from '../estate.ts';

describe('toExitStatus', () => {
  test.for([
    { rule: { maxExitSuccess: 0 }, exitCode: 0, outcome: 'SUCCESS' },
    { rule: { maxExitSuccess: 0 }, exitCode: 1, outcome: 'FAILURE' },
    { rule: { maxExitSuccess: 4 }, exitCode: 4, outcome: 'SUCCESS' },
    { rule: { maxExitSuccess: 4 }, exitCode: 5, outcome: 'FAILURE' },
    { rule: { maxExitSuccess: 9, successCodes: [[2, 3]] }, exitCode: 3, outcome: 'SUCCESS' },
    { rule: { maxExitSuccess: 9, successCodes: [[2, 3]] }, exitCode: 0, outcome: 'FAILURE' },
    { rule: { maxExitSuccess: 0, failCodes: [[7, 9]] }, exitCode: 8, outcome: 'FAILURE' },
    { rule: { maxExitSuccess: 0, failCodes: [[7, 9]] }, exitCode: 6, outcome: 'SUCCESS' },
    {
      rule: { maxExitSuccess: 0, successCodes: [[0, 0]], failCodes: [[7, 9]] },
      exitCode: 1,
      outcome: 'SUCCESS',
    },
  ] as const)('makes $exitCode $outcome by $rule', ({ rule, exitCode, outcome }) => {
    expect(toExitStatus(rule, exitCode)).toBe(outcome);
  });
});

describe('an end', () => {
  test('records the exit code and the times', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 5; exit 3'));

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(10);

    expect(estate.job('a')).toMatchObject({
      status: 'FAILURE',
      exitCode: 3,
      lastStart: new Date('2026-01-05T00:00:00.200Z'),
      lastEnd: new Date('2026-01-05T00:00:05.300Z'),
    });
  });

  test('uses the configured runs of the job', async () => {
    const estate = createEstate(cmd('a', 'command: load.sh'), {
      runs: { a: { durationMs: 60_000, exitCode: 7 } },
    });

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(59);
    expect(estate.status('a')).toBe('RUNNING');
    await estate.pass(2);

    expect(estate.job('a')).toMatchObject({ status: 'FAILURE', exitCode: 7 });
  });

  test('raises JOBFAILURE if alarm_if_fail is set', async () => {
    const estate = createEstate(
      cmd('a', 'command: false', 'alarm_if_fail: 1') + cmd('b', 'command: false'),
    );

    await estate.send(jobEvent('STARTJOB', 'a'), jobEvent('STARTJOB', 'b'));
    await estate.pass(1);

    expect(alarmsOf(estate, 'a')).toEqual(['JOBFAILURE']);
    expect(alarmsOf(estate, 'b')).toEqual([]);
  });

  test('does not show the exit code of the previous run during the next run', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 5; exit 3'));
    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(10);

    await estate.send(jobEvent('STARTJOB', 'a'));

    expect(estate.job('a').exitCode).toBeUndefined();
  });
});

test('the report of an agent that a job runs does not undo a status that was set in the meantime', async () => {
  const estate = createEstate(cmd('a', 'command: sleep 60'));
  estate.instance.queue(jobEvent('STARTJOB', 'a'));
  await estate.clock.advance(50);

  await estate.send(changeStatus('a', 'SUCCESS'));
  await estate.pass(5);

  expect(estate.status('a')).toBe('SUCCESS');
});

describe('n_retrys', () => {
  test('starts a failed job again within the same run', async () => {
    const estate = createEstate(cmd('a', 'n_retrys: 2'), {
      runs: { a: [{ exitCode: 1 }, { exitCode: 0 }] },
    });

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(10);

    expect(estate.job('a')).toMatchObject({ status: 'SUCCESS', run: { run: 1, try: 2 } });
    expect(estate.instance.events('a').map(({ name, try: number }) => `${name} ${number}`)).toEqual(
      [
        'STARTJOB 0',
        'STARTING 1',
        'RUNNING 1',
        'FAILURE 1',
        'RESTART 1',
        'STARTING 2',
        'RUNNING 2',
        'SUCCESS 2',
      ],
    );
  });

  test('shows FAILURE until the next try, where the instance retries late', async () => {
    const estate = createEstate(cmd('a', 'n_retrys: 1'), {
      runs: { a: [{ exitCode: 3 }, { exitCode: 0 }] },
      retryDelayMs: 60_000,
      retriesShow: 'FAILURE',
    });
    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(30);
    const between = estate.job('a');

    await estate.pass(60);

    expect(between).toMatchObject({ status: 'FAILURE', run: { run: 1, try: 1 } });
    expect(estate.job('a')).toMatchObject({ status: 'SUCCESS', run: { run: 1, try: 2 } });
  });

  test('records the outcome of each try', async () => {
    const estate = createEstate(cmd('a', 'n_retrys: 1'), {
      runs: { a: [{ exitCode: 4 }, { exitCode: 0 }] },
    });

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(10);

    expect(estate.job('a').history).toMatchObject([
      { run: 1, try: 1, status: 'FAILURE', exitCode: 4 },
      { run: 1, try: 2, status: 'SUCCESS', exitCode: 0 },
    ]);
  });

  test('ends in FAILURE with MAX_RETRYS when it is used up', async () => {
    const estate = createEstate(cmd('a', 'n_retrys: 2', 'command: false'));

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(10);

    expect(estate.job('a')).toMatchObject({ status: 'FAILURE', run: { try: 3 } });
    expect(alarmsOf(estate, 'a')).toEqual(['MAX_RETRYS']);
  });

  test('wakes dependents only at the last failure', async () => {
    const estate = createEstate(
      cmd('a', 'n_retrys: 1', 'command: false') + cmd('b', 'condition: f(a)'),
    );

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(1);
    expect(estate.starts('b')).toBe(0);
    await estate.pass(10);

    expect(estate.starts('b')).toBe(1);
  });

  test('an intermediate failure does not start a job whose other atom holds', async () => {
    const estate = createEstate(cmd('a', 'n_retrys: 1') + cmd('b', 'condition: f(a) | v(X) = 1'), {
      runs: { a: [{ exitCode: 1 }, { durationMs: 60_000 }] },
    });
    await estate.send(setGlobal('X', '1'));
    await estate.pass(5);

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(5);

    expect(estate.starts('b')).toBe(1);
  });

  test('is reset for the next run', async () => {
    const estate = createEstate(cmd('a', 'n_retrys: 1', 'command: false'));
    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(10);

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(10);

    expect(estate.job('a').run).toMatchObject({ run: 2, try: 2 });
  });

  test('does not apply to a killed job', async () => {
    const estate = createEstate(cmd('a', 'n_retrys: 1', 'command: sleep 60'));
    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(1);

    await estate.send(jobEvent('KILLJOB', 'a'));
    await estate.pass(120);

    expect(estate.job('a')).toMatchObject({ status: 'TERMINATED', run: { try: 1 } });
  });

  test('ends when the job is killed while it waits for its next try', async () => {
    const estate = createEstate(cmd('a', 'n_retrys: 1', 'command: false'));
    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.clock.advance(150);
    expect(estate.status('a')).toBe('RESTART');

    await estate.send(jobEvent('KILLJOB', 'a'));
    await estate.pass(10);

    expect(estate.job('a')).toMatchObject({ status: 'TERMINATED', run: { try: 1 } });
  });
});

describe('term_run_time', () => {
  test('terminates a job that runs longer', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 600', 'term_run_time: 2'));

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(119);
    expect(estate.status('a')).toBe('RUNNING');
    await estate.pass(2);

    expect(estate.status('a')).toBe('TERMINATED');
  });

  test('does not affect a later run', async () => {
    const estate = createEstate(cmd('a', 'term_run_time: 1'), {
      runs: { a: [{ durationMs: 1000 }, { durationMs: 59_000 }] },
    });
    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(5);

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(70);

    expect(estate.status('a')).toBe('SUCCESS');
  });

  test('terminates a box', async () => {
    const estate = createEstate(
      box('night', 'term_run_time: 1') + cmd('a', 'box_name: night', 'command: sleep 600'),
    );

    await estate.send(jobEvent('STARTJOB', 'night'));
    await estate.pass(61);

    expect(estate.status('night')).toBe('TERMINATED');
  });
});

function alarmsOf({ instance }: ReturnType<typeof createEstate>, job: string): readonly string[] {
  return instance
    .events(job)
    .filter(({ kind }) => kind === 'alarm')
    .map(({ name }) => name);
}
