import { describe, expect, test } from 'vitest';
import { box, changeStatus, cmd, createEstate, jobEvent } from './estate.ts';

describe('insert_job', () => {
  test('prints what jil prints', () => {
    const { outcome } = createEstate(cmd('a'));

    expect(outcome).toMatchObject({ ok: true, problems: [] });
    expect(outcome.messages).toEqual([
      '_'.repeat(78),
      'CAUAJM_I_50323 Inserting/Updating job: a',
      'CAUAJM_I_50205 Database Change WAS Successful!',
      '_'.repeat(78),
      'CAUAJM_I_52301 Exit Code = 0',
    ]);
  });

  test('prints the first start of the job', () => {
    const { outcome } = createEstate(
      cmd('a', 'date_conditions: 1', 'days_of_week: all', 'start_times: "23:00"'),
    );

    expect(outcome.messages).toContain("CAUAJM_I_10122 Job 'a' scheduled: 01/05/2026 23:00:00");
  });

  test('warns of jobs in the condition that are not defined', () => {
    const { outcome } = createEstate(cmd('a') + cmd('b', 'condition: s(a) & s(c) & n(d)'));

    expect(outcome.ok).toBe(true);
    expect(outcome.messages).toContain('1) c');
    expect(outcome.messages).toContain('2) d');
  });

  test('refuses a box that does not exist, with the message of jil', () => {
    const { outcome } = createEstate(cmd('a', 'box_name: nowhere'));

    expect(outcome.messages).toContain(
      'CAUAJM_E_18947 Invalid box name nowhere specified, it does not exist.',
    );
    expect(outcome.messages.at(-1)).toBe('CAUAJM_E_50198 Exit Code = 1');
  });

  test('refuses a job as a box', () => {
    const { outcome } = createEstate(cmd('a') + cmd('b', 'box_name: a'));

    expect(outcome.ok).toBe(false);
  });

  test('refuses a job that exists already', () => {
    const { outcome, instance } = createEstate(cmd('a', 'command: one') + cmd('a', 'command: two'));

    expect(outcome.messages).toContain('job a exists already; use update_job to change it');
    expect(instance.job('a')?.job.command).toBe('one');
  });

  test.for(['Chicago', 'Eastern', 'IST-5:30'])(
    'keeps a job with the site-specific timezone %s, and prints a warning',
    (zone) => {
      const { outcome, job } = createEstate(cmd('a', `timezone: "${zone}"`), {
        timezone: 'Europe/Zurich',
      });

      expect(outcome).toMatchObject({ ok: true, problems: [] });
      expect(outcome.messages).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `^warning: night.jil:3:\\d+: timezone: .* found "${zone}".* a uses the timezone .*Zurich`,
          ),
        ),
      );
      expect(job('a').job.attributes).toContainEqual(['timezone', zone]);
    },
  );

  test('warns that calendars are ignored', () => {
    const { outcome } = createEstate(
      cmd('a', 'date_conditions: 1', 'run_calendar: workdays', 'start_times: "10:00"'),
    );

    expect(outcome.messages).toContain('warning: run_calendar is not emulated and is ignored');
  });

  test.for(['ON_HOLD', 'ON_ICE'])('gives the job its first status %s', (status) => {
    const { instance } = createEstate(cmd('a', `status: ${status}`));

    expect(instance.job('a')?.status).toBe(status);
  });

  test('into a running box sends STARTJOB', async () => {
    const estate = createEstate(box('night') + cmd('a', 'box_name: night', 'command: sleep 60'));
    await estate.send(jobEvent('STARTJOB', 'night'));

    const outcome = estate.instance.loadJil({
      name: 'more.jil',
      text: cmd('b', 'box_name: night'),
    });
    await estate.pass(1);

    expect(outcome.messages.join()).toContain('CAUAJM_W_19102 Added job b');
    expect(estate.starts('b')).toBe(1);
  });
});

describe('an invalid statement', () => {
  test('is skipped completely, and the next one is executed', () => {
    const { outcome, instance } = createEstate(
      cmd('a', 'condition: s(', 'command: true') + cmd('b'),
    );

    expect(instance.jobs().map(({ job }) => job.name)).toEqual(['b']);
    expect(outcome.ok).toBe(false);
    expect(outcome.messages[1]).toMatch(/^night\.jil:3:\d+: /);
    expect(outcome.messages[2]).toBe('CAUAJM_E_10302 Database Change WAS NOT successful.');
  });

  test('with a problem in its opening invalidates no other statement', () => {
    const { outcome, instance } = createEstate(
      `${cmd('a')}insert_job: not a name job_type: CMD\n${cmd('b')}`,
    );

    expect(instance.jobs().map(({ job }) => job.name)).toEqual(['a', 'b']);
    expect(outcome.ok).toBe(false);
  });

  test('has a position in each of its problems', () => {
    const { outcome } = createEstate(cmd('a', 'n_retrys: many', 'term_run_time: long'));

    expect(outcome.problems.map(({ message }) => message.split(':')[0])).toEqual([
      'n_retrys',
      'term_run_time',
    ]);
  });

  test('that is not emulated is refused with a message', () => {
    const { outcome } = createEstate('override_job: a\n');

    expect(outcome.problems[0]?.message).toBe('override_job is not emulated, a is skipped');
  });
});

describe('update_job', () => {
  test('changes the given attributes and keeps the others and the status', async () => {
    const estate = createEstate(cmd('a', 'command: one', 'n_retrys: 2'));
    await estate.send(changeStatus('a', 'SUCCESS'));

    const outcome = estate.instance.loadJil({
      name: 'more.jil',
      text: 'update_job: a\ncommand: two\n',
    });

    expect(outcome.ok).toBe(true);
    expect(estate.job('a')).toMatchObject({
      status: 'SUCCESS',
      job: { command: 'two', retries: 2 },
    });
  });

  test('replaces the condition that wakes the job', async () => {
    const estate = createEstate(cmd('x') + cmd('y') + cmd('a', 'condition: s(x)'));
    estate.instance.loadJil({ name: 'more.jil', text: 'update_job: a\ncondition: s(y)\n' });

    await estate.send(changeStatus('x', 'SUCCESS'));
    expect(estate.starts('a')).toBe(0);
    await estate.send(changeStatus('y', 'SUCCESS'));

    expect(estate.starts('a')).toBe(1);
  });

  test('gives the job a new start time', async () => {
    const estate = createEstate(
      cmd('a', 'date_conditions: 1', 'days_of_week: all', 'start_times: "02:00"'),
    );
    estate.instance.loadJil({ name: 'more.jil', text: 'update_job: a\nstart_times: "03:00"\n' });

    await estate.pass(24 * 3600);

    expect(estate.starts('a')).toBe(1);
    expect(estate.job('a').lastStart).toEqual(new Date('2026-01-05T03:00:00Z'));
  });

  test('refuses a box that contains itself', () => {
    const { outcome } = createEstate(
      `${box('outer')}${box('inner', 'box_name: outer')}update_job: outer\nbox_name: inner\n`,
    );

    expect(outcome.problems[0]?.message).toBe('box outer cannot contain itself');
  });

  test('refuses a job that does not exist', () => {
    const { outcome } = createEstate('update_job: unknown\ncommand: two\n');

    expect(outcome.messages).toContain('CAUAJM_E_50027 Invalid Job Name: unknown');
  });
});

describe('delete_job and delete_box', () => {
  const night = box('night') + cmd('a', 'box_name: night');

  test('delete_job on a box keeps its members as jobs without a box', async () => {
    const estate = createEstate(`${night}delete_job: night\n`);

    await estate.send(jobEvent('STARTJOB', 'a'));

    expect(estate.instance.job('night')).toBeUndefined();
    expect(estate.starts('a')).toBe(1);
  });

  test('delete_box removes the box and all its members', () => {
    const { instance } = createEstate(
      `${night}${box('inner', 'box_name: night')}${cmd('b', 'box_name: inner')}delete_box: night\n`,
    );

    expect(instance.jobs()).toEqual([]);
  });

  test('refuses to delete a job that runs', async () => {
    const estate = createEstate(night);
    await estate.send(jobEvent('STARTJOB', 'night'));

    const outcome = estate.instance.loadJil({ name: 'more.jil', text: 'delete_box: night\n' });

    expect(outcome.messages).toContain('job a is running and cannot be deleted');
    expect(estate.instance.job('a')).toBeDefined();
  });
});

describe('machines', () => {
  test('insert_machine defines one', () => {
    const { instance } = createEstate('insert_machine: host.example.com\n');

    expect(instance.machines()).toEqual([
      { name: 'host.example.com', status: 'Online', running: 0 },
    ]);
  });

  test('delete_machine removes one', () => {
    const { instance } = createEstate('insert_machine: m9\ndelete_machine: m9\n');

    expect(instance.machines()).toEqual([]);
  });

  test('refuses to delete one that is not defined', () => {
    const { outcome } = createEstate('delete_machine: m9\n');

    expect(outcome.ok).toBe(false);
  });
});
