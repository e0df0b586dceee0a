import { describe, expect, test } from 'vitest';
import { box, changeStatus, cmd, createEstate, setGlobal, tell } from '../estate.ts';

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

    await estate.send(tell('STARTJOB', 'a'));
    expect(estate.starts('b')).toBe(0);
    await estate.pass(5);

    expect(estate.starts('b')).toBe(1);
  });

  test('e(a) sees the exit code of the run that ended', async () => {
    const estate = createEstate(cmd('a', 'command: exit 4') + cmd('b', 'condition: e(a) = 4'));

    await estate.send(tell('STARTJOB', 'a'));
    await estate.pass(1);

    expect(estate.starts('b')).toBe(1);
  });

  test('starts nothing when it is loaded as true', async () => {
    const estate = createEstate(cmd('a'));
    await estate.send(changeStatus('a', 'SUCCESS'));

    estate.instance.loadJil({ name: 'more.jil', text: cmd('b', 'condition: s(a)') });
    await estate.pass(60);

    expect(estate.starts('b')).toBe(0);
  });

  test('holds by the recorded status, so that the other side alone is waited for', async () => {
    const estate = createEstate(cmd('a') + cmd('b') + cmd('c', 'condition: s(a) & s(b)'));
    await estate.send(changeStatus('a', 'SUCCESS'));
    await estate.pass(24 * 3600);

    await estate.send(changeStatus('b', 'SUCCESS'));

    expect(estate.starts('c')).toBe(1);
  });

  test('starts the job again at each event that finds it true', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a)'));
    await estate.send(changeStatus('a', 'SUCCESS'));
    await estate.pass(5);

    await estate.send(changeStatus('a', 'SUCCESS'));

    expect(estate.starts('b')).toBe(2);
  });

  test('is not asked again because a predecessor merely starts', async () => {
    const estate = createEstate(
      cmd('a', 'command: sleep 60') + cmd('b') + cmd('c', 'condition: s(a) | s(b)'),
    );
    await estate.send(changeStatus('b', 'SUCCESS'));
    await estate.pass(5);

    await estate.send(tell('STARTJOB', 'a'));
    await estate.pass(5);

    expect(estate.starts('c')).toBe(1);
  });

  test('is not asked again because a predecessor is held', async () => {
    const estate = createEstate(cmd('a') + cmd('b') + cmd('c', 'condition: s(a) | s(b)'));
    await estate.send(changeStatus('b', 'SUCCESS'));
    await estate.pass(5);

    await estate.send(tell('JOB_ON_HOLD', 'a'));

    expect(estate.starts('c')).toBe(1);
  });

  test('on a job of another instance is false, as none is emulated', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a^PRD)'));

    await estate.send(changeStatus('a', 'SUCCESS'));

    expect(estate.starts('b')).toBe(0);
  });

  test('on a job of this very instance by its name is true', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a^ACE)'));

    await estate.send(changeStatus('a', 'SUCCESS'));

    expect(estate.starts('b')).toBe(1);
  });

  test('does not start two bypassed jobs by one another without time passing', async () => {
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
  test('of hours and minutes forgets an older success', async () => {
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

  test("of 0 asks for a success after the job's own last end", async () => {
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

  test('starts what is gated by SUCCEEDED the moment it is set, and completes the box', async () => {
    const estate = createEstate(night);
    await estate.send(tell('STARTJOB', 'etl_box'));
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
    await estate.send(tell('STARTJOB', 'etl_box'));
    await estate.pass(60);

    await estate.send(setGlobal('ETL_STATE', 'FAILED'));
    await estate.pass(10);

    expect(estate.status('etl_repair')).toBe('SUCCESS');
    expect([estate.status('etl_box'), estate.status('etl_load')]).toEqual(['RUNNING', 'ACTIVATED']);
  });

  test('goes on when SUCCEEDED came before the box reached the gate', async () => {
    const estate = createEstate(night);
    await estate.send(tell('STARTJOB', 'etl_box'), setGlobal('ETL_STATE', 'SUCCEEDED'));

    await estate.pass(20);

    expect(estate.status('etl_box')).toBe('SUCCESS');
  });

  test('says why each start came', async () => {
    const estate = createEstate(night);
    await estate.send(tell('STARTJOB', 'etl_box'));
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

  test('let one global variable wake its own dependents alone', async () => {
    const estate = createEstate(jobs);
    const before = estate.instance.evaluations;

    await estate.send(setGlobal('GATE_7', 'OPEN'));

    expect(estate.instance.evaluations - before).toBe(2);
    expect([estate.starts('job_7'), estate.starts('job_5007')]).toEqual([1, 1]);
    expect(estate.changes.filter(({ kind }) => kind === 'start').length).toBe(2);
  });

  test('let one ending job wake its own dependents alone', async () => {
    const estate = createEstate(jobs);
    const before = estate.instance.evaluations;

    await estate.send(changeStatus('job_8', 'SUCCESS'));

    expect(estate.instance.evaluations - before).toBe(1);
  });
});
