import { describe, expect, test } from 'vitest';
import { box, changeStatus, cmd, createEstate, jobEvent, setGlobal } from '../estate.ts';

describe('a condition', () => {
  test.for([
    { condition: 's(a)', status: 'SUCCESS' },
    { condition: 'f(a)', status: 'FAILURE' },
    { condition: 't(a)', status: 'TERMINATED' },
    { condition: 'd(a)', status: 'TERMINATED' },
  ] as const)(
    '$condition starts the job when a comes to $status',
    async ({ condition, status }) => {
      const estate = createEstate(cmd('a') + cmd('b', `condition: ${condition}`));

      await estate.send(changeStatus('a', status));

      expect(estate.starts('b')).toBe(1);
    },
  );

  test('n(a) starts the job when a is no longer running', async () => {
    const estate = createEstate(cmd('a', 'command: false') + cmd('b', 'condition: n(a)'));

    await estate.send(jobEvent('STARTJOB', 'a'));
    expect(estate.starts('b')).toBe(0);
    await estate.pass(5);

    expect(estate.starts('b')).toBe(1);
  });

  test('e(a) sees the exit code of the run that ended', async () => {
    const estate = createEstate(cmd('a', 'command: exit 4') + cmd('b', 'condition: e(a) = 4'));

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(1);

    expect(estate.starts('b')).toBe(1);
  });

  test('starts no job when it is already true at loading', async () => {
    const estate = createEstate(cmd('a'));
    await estate.send(changeStatus('a', 'SUCCESS'));

    estate.instance.loadJil({ name: 'more.jil', text: cmd('b', 'condition: s(a)') });
    await estate.pass(60);

    expect(estate.starts('b')).toBe(0);
  });

  test('uses the recorded status, so that the job waits only for the other atom', async () => {
    const estate = createEstate(cmd('a') + cmd('b') + cmd('c', 'condition: s(a) & s(b)'));
    await estate.send(changeStatus('a', 'SUCCESS'));
    await estate.pass(24 * 3600);

    await estate.send(changeStatus('b', 'SUCCESS'));

    expect(estate.starts('c')).toBe(1);
  });

  test('starts the job again at each event while it is true', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a)'));
    await estate.send(changeStatus('a', 'SUCCESS'));
    await estate.pass(5);

    await estate.send(changeStatus('a', 'SUCCESS'));

    expect(estate.starts('b')).toBe(2);
  });

  test('is not evaluated again when a predecessor only starts', async () => {
    const estate = createEstate(
      cmd('a', 'command: sleep 60') + cmd('b') + cmd('c', 'condition: s(a) | s(b)'),
    );
    await estate.send(changeStatus('b', 'SUCCESS'));
    await estate.pass(5);

    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(5);

    expect(estate.starts('c')).toBe(1);
  });

  test('is not evaluated again when a predecessor is held', async () => {
    const estate = createEstate(cmd('a') + cmd('b') + cmd('c', 'condition: s(a) | s(b)'));
    await estate.send(changeStatus('b', 'SUCCESS'));
    await estate.pass(5);

    await estate.send(jobEvent('JOB_ON_HOLD', 'a'));

    expect(estate.starts('c')).toBe(1);
  });

  test('on a job of another instance is false, because other instances are not emulated', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a^PRD)'));

    await estate.send(changeStatus('a', 'SUCCESS'));

    expect(estate.starts('b')).toBe(0);
  });

  test('on a job of this instance with the instance name is true', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a^ACE)'));

    await estate.send(changeStatus('a', 'SUCCESS'));

    expect(estate.starts('b')).toBe(1);
  });

  test('does not let two bypassed jobs start each other at the same instant', async () => {
    const estate = createEstate(
      cmd('a', 'status: ON_NOEXEC', 'condition: s(b)') +
        cmd('b', 'status: ON_NOEXEC', 'condition: s(a)'),
    );

    await estate.send(changeStatus('a', 'SUCCESS'));
    await estate.pass(1);

    expect(estate.starts('b')).toBeLessThan(10);
  });
});

describe('a look-back', () => {
  test('of hours and minutes ignores an older success', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a,00.30) & v(GO) = 1'));
    await estate.send(changeStatus('a', 'SUCCESS'));
    await estate.pass(31 * 60);

    await estate.send(setGlobal('GO', '1'));

    expect(estate.starts('b')).toBe(0);
  });

  test('of hours and minutes counts a younger success', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a,00.30) & v(GO) = 1'));
    await estate.send(changeStatus('a', 'SUCCESS'));
    await estate.pass(29 * 60);

    await estate.send(setGlobal('GO', '1'));

    expect(estate.starts('b')).toBe(1);
  });

  test("of 0 requires a success after the job's own last end", async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a,0) & v(GO) = 1'));
    await estate.send(changeStatus('a', 'SUCCESS'));
    await estate.send(setGlobal('GO', '1'));
    await estate.pass(5);

    await estate.send(setGlobal('GO', '1'));
    expect(estate.starts('b')).toBe(1);
    await estate.send(changeStatus('a', 'SUCCESS'));

    expect(estate.starts('b')).toBe(2);
  });
});

describe('a night that waits for AWS', () => {
  const night =
    box('etl_box') +
    cmd('etl_prepare', 'box_name: etl_box', 'command: sleep 5') +
    cmd('etl_load', 'box_name: etl_box', 'condition: s(etl_prepare) & v(ETL_STATE) = "SUCCEEDED"') +
    cmd('etl_report', 'box_name: etl_box', 'condition: s(etl_load)') +
    cmd('etl_repair', 'condition: v(ETL_STATE) = "FAILED"');

  test('starts the job that waits for SUCCEEDED when it is set, and completes the box', async () => {
    const estate = createEstate(night);
    await estate.send(jobEvent('STARTJOB', 'etl_box'));
    await estate.send(setGlobal('ETL_STATE', 'RUNNING'));
    await estate.pass(3600);
    expect(estate.status('etl_load')).toBe('ACTIVATED');

    await estate.send(setGlobal('ETL_STATE', 'SUCCEEDED'));
    expect(estate.status('etl_load')).toBe('STARTING');
    await estate.pass(10);

    expect(estate.status('etl_box')).toBe('SUCCESS');
    expect(estate.starts('etl_repair')).toBe(0);
  });

  test('starts the failure branch at FAILED and leaves the box RUNNING', async () => {
    const estate = createEstate(night);
    await estate.send(jobEvent('STARTJOB', 'etl_box'));
    await estate.pass(60);

    await estate.send(setGlobal('ETL_STATE', 'FAILED'));
    await estate.pass(10);

    expect(estate.status('etl_repair')).toBe('SUCCESS');
    expect([estate.status('etl_box'), estate.status('etl_load')]).toEqual(['RUNNING', 'ACTIVATED']);
  });

  test('continues when SUCCEEDED was set before the box reached the waiting job', async () => {
    const estate = createEstate(night);
    await estate.send(jobEvent('STARTJOB', 'etl_box'), setGlobal('ETL_STATE', 'SUCCEEDED'));

    await estate.pass(20);

    expect(estate.status('etl_box')).toBe('SUCCESS');
  });

  test('states the reason of each start', async () => {
    const estate = createEstate(night);
    await estate.send(jobEvent('STARTJOB', 'etl_box'));
    await estate.pass(60);

    await estate.send(setGlobal('ETL_STATE', 'SUCCEEDED'));

    const start = estate.changes.find(({ kind, job }) => kind === 'start' && job === 'etl_load');
    expect(start?.because).toBe(
      'SET_GLOBAL ETL_STATE=SUCCEEDED, and s(etl_prepare) & v(ETL_STATE) = "SUCCEEDED" holds',
    );
  });
});

describe('ten thousand jobs', () => {
  const jobs = Array.from({ length: 10_000 }, (_, index) =>
    cmd(
      `job_${index}`,
      `condition: v(GATE_${index % 5000}) = "OPEN" & n(job_${(index + 1) % 10_000})`,
    ),
  ).join('');

  test('a global variable wakes only its own dependents', async () => {
    const estate = createEstate(jobs);
    const before = estate.instance.evaluations;

    await estate.send(setGlobal('GATE_7', 'OPEN'));

    expect(estate.instance.evaluations - before).toBe(2);
    expect([estate.starts('job_7'), estate.starts('job_5007')]).toEqual([1, 1]);
    expect(estate.changes.filter(({ kind }) => kind === 'start').length).toBe(2);
  });

  test('a job that ends wakes only its own dependents', async () => {
    const estate = createEstate(jobs);
    const before = estate.instance.evaluations;

    await estate.send(changeStatus('job_8', 'SUCCESS'));

    expect(estate.instance.evaluations - before).toBe(1);
  });
});
