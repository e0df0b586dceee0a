import { describe, expect, test } from 'vitest';
import { settableStatuses } from '../../../autosys/event.ts';
import { parseComment, parseGlobalName, parseJobName } from '../../../autosys/names.ts';
import { changeStatus, cmd, createEstate, jobEvent, setGlobal } from '../estate.ts';

const a = parseJobName('a');

describe('KILLJOB', () => {
  test('ends a running job as TERMINATED; later reports of its run are ignored', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 60'));
    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(5);

    await estate.send(jobEvent('KILLJOB', 'a'));
    await estate.pass(120);

    expect(estate.status('a')).toBe('TERMINATED');
    expect(estate.job('a').exitCode).toBeUndefined();
  });

  test('ignores a job that does not run, and notes it', async () => {
    const estate = createEstate(cmd('a'));

    await estate.send(jobEvent('KILLJOB', 'a'));

    expect(estate.status('a')).toBe('INACTIVE');
    expect(estate.instance.events('a')[0]?.text).toBe('a is INACTIVE, nothing to kill');
  });
});

describe('CHANGE_STATUS', () => {
  const statuses = settableStatuses.filter((status) => !status.startsWith('REFRESH'));

  test.for(statuses)('to %s changes the record and starts no job', async (status) => {
    const estate = createEstate(cmd('a'));

    await estate.send(changeStatus('a', status));
    await estate.pass(60);

    expect(estate.status('a')).toBe(status);
    expect(estate.starts('a')).toBe(0);
  });

  test('to a terminal status records the end, which a look-back reads', async () => {
    const estate = createEstate(cmd('a'));

    await estate.send(changeStatus('a', 'SUCCESS'));

    expect(estate.job('a').lastEnd).toEqual(new Date('2026-01-05T00:00:00.200Z'));
  });

  test('of a running job does not kill it: its end is recorded when it ends', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 60; exit 1'));
    await estate.send(jobEvent('STARTJOB', 'a'));
    await estate.pass(5);

    await estate.send(changeStatus('a', 'SUCCESS'));
    expect(estate.status('a')).toBe('SUCCESS');
    await estate.pass(60);

    expect(estate.status('a')).toBe('FAILURE');
  });

  test('to REFRESH_DEPENDENCIES evaluates the condition again', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: n(a)'));

    await estate.send(changeStatus('b', 'REFRESH_DEPENDENCIES'));

    expect(estate.starts('b')).toBe(1);
  });

  test('refuses REFRESH_FILEWATCHER', async () => {
    const estate = createEstate(cmd('a'));

    await estate.send(changeStatus('a', 'REFRESH_FILEWATCHER'));

    expect(estate.instance.events('a')[0]?.stage).toBe('ER');
  });
});

describe('SET_GLOBAL', () => {
  test('creates the variable, and changes it', async () => {
    const estate = createEstate('');

    await estate.send(setGlobal('DAY', 'Monday'));
    await estate.send(setGlobal('DAY', 'Tuesday'));

    expect(estate.instance.globalVariable('DAY')).toEqual({
      value: 'Tuesday',
      changedAt: new Date('2026-01-05T00:00:00.400Z'),
    });
  });

  test('distinguishes names by case', async () => {
    const estate = createEstate('');

    await estate.send(setGlobal('DAY', '1'), setGlobal('day', '2'));

    expect([...estate.instance.globalVariables().keys()]).toEqual(['DAY', 'day']);
  });

  test('accepts an empty value', async () => {
    const estate = createEstate('');

    await estate.send(setGlobal('DAY', ''));

    expect(estate.instance.globalVariable('DAY')?.value).toBe('');
  });

  test('removes the variable at the value DELETE', async () => {
    const estate = createEstate('');
    await estate.send(setGlobal('DAY', 'Monday'));

    estate.instance.queue({
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName('DAY'),
      value: 'DELETE',
    });
    await estate.pass(1);

    expect(estate.instance.globalVariable('DAY')).toBeUndefined();
  });

  test.for([
    { sameValueTriggers: true, starts: 2 },
    { sameValueTriggers: false, starts: 1 },
  ])(
    'to the same value starts $starts times with sameValueTriggers $sameValueTriggers',
    async ({ sameValueTriggers, starts }) => {
      const estate = createEstate(cmd('a', 'condition: v(GO) = 1'), { sameValueTriggers });
      await estate.send(setGlobal('GO', '1'));
      await estate.pass(5);

      await estate.send(setGlobal('GO', '1'));

      expect(estate.starts('a')).toBe(starts);
    },
  );

  test('ignores a job that runs already', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 60', 'condition: v(GO) = 1'));
    await estate.send(setGlobal('GO', '1'));
    await estate.pass(5);

    await estate.send(setGlobal('GO', '1'));
    await estate.pass(120);

    expect(estate.starts('a')).toBe(1);
  });
});

describe('events that only add a log line', () => {
  test('COMMENT', async () => {
    const estate = createEstate(cmd('a'));

    await estate.send({ kind: 'COMMENT', job: a, comment: parseComment('restored by hand') });

    expect(estate.instance.events('a')).toMatchObject([
      { name: 'COMMENT', text: 'restored by hand', stage: 'PD' },
    ]);
  });

  test('ALARM without a job', async () => {
    const estate = createEstate('');

    await estate.send({ kind: 'ALARM', alarm: 'JOBFAILURE' });

    expect(estate.instance.events()).toMatchObject([
      { name: 'ALARM', text: 'JOBFAILURE', stage: 'PD' },
    ]);
  });

  test('SEND_SIGNAL to a job that does not run', async () => {
    const estate = createEstate(cmd('a'));

    await estate.send({ kind: 'SEND_SIGNAL', job: a, signals: '15' });

    expect(estate.instance.events('a')[0]?.text).toBe('15; a does not run');
  });

  test('an event for a job that is not defined', async () => {
    const estate = createEstate('');

    await estate.send(jobEvent('STARTJOB', 'unknown'));

    expect(estate.instance.events('unknown')).toMatchObject([
      { stage: 'ER', text: 'CAUAJM_E_50027 Invalid Job Name: unknown' },
    ]);
  });

  test.for(['RESTARTJOB', 'SUSPENDJOB', 'RESUMEJOB', 'RELEASE_RESOURCE'] as const)(
    'refuses %s, which is not emulated',
    async (kind) => {
      const estate = createEstate(cmd('a'));

      await estate.send(jobEvent(kind, 'a'));

      expect(estate.instance.events('a')[0]?.stage).toBe('ER');
    },
  );

  test('refuses STOP_DEMON', async () => {
    const estate = createEstate('');

    await estate.send({ kind: 'STOP_DEMON' });

    expect(estate.instance.events()[0]).toMatchObject({ stage: 'ER' });
  });
});

describe('CHANGE_PRIORITY', () => {
  test('records the queue priority', async () => {
    const estate = createEstate(cmd('a', 'priority: 5'));
    expect(estate.job('a').queuePriority).toBe(5);

    await estate.send({ kind: 'CHANGE_PRIORITY', job: a, priority: 1 });

    expect(estate.job('a').queuePriority).toBe(1);
  });
});

describe('DELETEJOB', () => {
  test('removes the job, and conditions on it become false', async () => {
    const estate = createEstate(cmd('a') + cmd('b', 'condition: s(a) & v(GO) = 1'));
    await estate.send(changeStatus('a', 'SUCCESS'));

    await estate.send(jobEvent('DELETEJOB', 'a'));
    await estate.send(setGlobal('GO', '1'));

    expect(estate.instance.job('a')).toBeUndefined();
    expect(estate.starts('b')).toBe(0);
  });

  test('ignores a job that runs', async () => {
    const estate = createEstate(cmd('a', 'command: sleep 60'));
    await estate.send(jobEvent('STARTJOB', 'a'));

    await estate.send(jobEvent('DELETEJOB', 'a'));

    expect(estate.status('a')).toBe('RUNNING');
  });
});
