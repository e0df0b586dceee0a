import { describe, expect, test } from 'vitest';
import { readJil, readJobStatement, readJobUpdate } from '../../../autosys/jil/index.ts';
import type { Job } from '../../../autosys/job.ts';
import { describeProblem } from '../../../autosys/source.ts';

function readOne(text: string, name = 'jobs.jil') {
  const source = { name, text };
  const [statement] = readJil(source).script.statements;
  if (!statement) throw new Error('the text contains no statement');
  return { source, statement };
}

function jobOf(attributes: string): Job {
  const { source, statement } = readOne(`insert_job: A   job_type: BOX\n${attributes}`);
  return readJobStatement(statement, source).job;
}

function problemsOf(text: string): readonly (string | undefined)[] {
  const { source, statement } = readOne(text);
  return readJobStatement(statement, source).problems.map(
    (problem) => describeProblem(source, problem).split('\n')[0],
  );
}

const problemsWith = (attribute: string) =>
  problemsOf(`insert_job: A   job_type: BOX\n${attribute}`);

describe('a job', () => {
  test('has the attributes of its statement, and the defaults', () => {
    expect(jobOf('')).toEqual({
      name: 'A',
      type: 'BOX',
      boxTerminator: false,
      jobTerminator: false,
      retries: 0,
      exitCodes: { maxExitSuccess: 0 },
      attributes: [['job_type', 'BOX']],
    });
  });

  test.for([
    ['box_name: B', { box: 'B' }],
    ['machine: m1', { machine: 'm1' }],
    ['machine: m1, m2', { machine: 'm1' }],
    ['command: sleep 5', { command: 'sleep 5' }],
    ['condition: s(b)', { condition: { kind: 'success' } }],
    ['condition: "s(b) & v(X) = 1"', { condition: { kind: 'both' } }],
    ['box_success: s(b)', { boxSuccess: { kind: 'success' } }],
    ['box_failure: f(b)', { boxFailure: { kind: 'failure' } }],
    ['run_window: "22:00-04:30"', { runWindow: { from: 1320, to: 270 } }],
    ['run_window: 22\\:00 - 4\\:30', { runWindow: { from: 1320, to: 270 } }],
    ['box_terminator: 1', { boxTerminator: true }],
    ['job_terminator: y', { jobTerminator: true }],
    ['job_terminator: N', { jobTerminator: false }],
    ['n_retrys: 3', { retries: 3 }],
    ['max_exit_success: 4', { exitCodes: { maxExitSuccess: 4 } }],
    [
      'fail_codes: 1,3-5',
      {
        exitCodes: {
          maxExitSuccess: 0,
          failCodes: [
            [1, 1],
            [3, 5],
          ],
        },
      },
    ],
    [
      'success_codes: -3 - -1, 0',
      {
        exitCodes: {
          maxExitSuccess: 0,
          successCodes: [
            [-3, -1],
            [0, 0],
          ],
        },
      },
    ],
    ['term_run_time: 90', { terminateAfterMinutes: 90 }],
    ['status: on_hold', { initialStatus: 'ON_HOLD' }],
    ['timezone: Chicago', { timezone: 'Chicago' }],
    [
      'site_own: x',
      {
        attributes: [
          ['job_type', 'BOX'],
          ['site_own', 'x'],
        ],
      },
    ],
    ['command: x\ncommand: y', { command: 'y' }],
  ] as const)('reads %j', ([attributes, expected]) => {
    expect(jobOf(attributes)).toMatchObject(expected);
  });

  test.for([
    ['c', 'CMD'],
    ['b', 'BOX'],
    ['F', 'FW'],
    ['cmd', 'CMD'],
    ['Box', 'BOX'],
    ['MYTYPE', 'MYTYPE'],
  ] as const)('of type %s has the long type %s', ([written, type]) => {
    const { source, statement } = readOne(`insert_job: A job_type: ${written}`);

    expect(readJobStatement(statement, source).job.type).toBe(type);
  });

  test('is a CMD job without a type', () => {
    const { source, statement } = readOne('insert_job: A\nmachine: m1');

    expect(readJobStatement(statement, source)).toMatchObject({
      job: { type: 'CMD' },
      problems: [],
    });
  });
});

describe('a schedule', () => {
  test.for([
    ['days_of_week: mo, we', { daysOfWeek: [1, 3], startTimes: [], startMins: [] }],
    ['days_of_week: all', { daysOfWeek: [0, 1, 2, 3, 4, 5, 6], startTimes: [], startMins: [] }],
    [
      'start_times: "10:00, 2:05"',
      { daysOfWeek: [0, 1, 2, 3, 4, 5, 6], startTimes: [125, 600], startMins: [] },
    ],
    [
      'start_mins: 30, 0, 30',
      { daysOfWeek: [0, 1, 2, 3, 4, 5, 6], startTimes: [], startMins: [0, 30] },
    ],
    ['run_calendar: holidays', { daysOfWeek: [], startTimes: [], startMins: [] }],
  ] as const)('reads %j', ([attributes, schedule]) => {
    expect(jobOf(`date_conditions: 1\n${attributes}`).schedule).toEqual(schedule);
  });

  test('is absent while date_conditions is off, but its attributes are kept', () => {
    const job = jobOf('date_conditions: 0\nstart_times: "10:00"');

    expect(job.schedule).toBeUndefined();
    expect(job.attributes).toContainEqual(['start_times', '10:00']);
  });
});

describe('problems', () => {
  test.for([
    ['n_retrys: -1', '2:11: n_retrys: expected a whole number from 0, found "-1"'],
    ['n_retrys: many', '2:11: n_retrys: expected a whole number from 0, found "many"'],
    ['auto_delete: -2', '2:14: auto_delete: expected a whole number from -1, found "-2"'],
    ['date_conditions: 2', '2:18: date_conditions: expected 0 or 1, found "2"'],
    [
      'box_name: a b',
      '2:11: box_name: expected a job name of letters, digits and . _ # - @ :, found "a b"',
    ],
    [
      'machine: m/1',
      '2:10: machine: expected a machine name of letters, digits and . _ -, found "m/1"',
    ],
    [
      'machine: ","',
      '2:11: machine: expected a machine name of 1 to 80 characters, letters, digits and . _ -, found ","',
    ],
    [`machine: ${'m,'.repeat(41)}`, '2:10: machine: expected at most 80 characters, found 82'],
    [`command: ${'x'.repeat(1001)}`, '2:10: command: expected at most 1000 characters, found 1001'],
    [
      `description: "${'x'.repeat(256)}"`,
      '2:15: description: expected at most 255 characters, found 256',
    ],
    [
      `std_out_file: ${'x'.repeat(256)}`,
      '2:15: std_out_file: expected at most 255 characters, found 256',
    ],
    [`permission: ${'x'.repeat(31)}`, '2:13: permission: expected at most 30 characters, found 31'],
    ['owner: a b', '2:8: owner: expected user or user@host of at most 80 characters, found "a b"'],
    [
      'start_times: "24:00"',
      '2:15: start_times: expected times of the day such as 10:00, 22:30, found "24:00"',
    ],
    [
      'start_mins: 60',
      '2:13: start_mins: expected minutes from 0 to 59 such as 0, 15, 30, found "60"',
    ],
    [
      'days_of_week: mo, xx',
      '2:15: days_of_week: expected all, or days such as mo,tu,we, found "mo, xx"',
    ],
    [
      'run_calendar: two words',
      '2:15: run_calendar: expected a calendar name of at most 64 characters without spaces, found "two words"',
    ],
    [
      'run_window: "22:00"',
      '2:14: run_window: expected two times of the day such as 22:00-04:00, at most 24 hours, found "22:00"',
    ],
    [
      'run_window: "22:00-47:00"',
      '2:14: run_window: expected two times of the day such as 22:00-04:00, at most 24 hours, found "22:00-47:00"',
    ],
    [
      'must_start_times: soon',
      '2:19: must_start_times: expected times such as 10:00 or minutes such as +30, found "soon"',
    ],
    [
      'fail_codes: 5-3',
      '2:13: fail_codes: expected exit codes and ascending ranges such as 0,3-5, found "5-3"',
    ],
    [
      'fail_codes: x',
      '2:13: fail_codes: expected exit codes and ascending ranges such as 0,3-5, found "x"',
    ],
    [
      'status: RUNNING',
      '2:9: status: expected ON_HOLD, ON_ICE, ON_NOEXEC or INACTIVE, found "RUNNING"',
    ],
    [
      'resources: threads',
      '2:12: resources: expected resources such as (NAME, QUANTITY=1, FREE=Y), found "threads"',
    ],
    ['job_type: a-b', '2:11: job_type: expected a job type such as CMD, BOX or FW, found "a-b"'],
    [
      'condition: s(b) &',
      '2:18: expected a condition such as success(job) or value(GLOBAL) = "X", found the end of the condition',
    ],
    [
      'condition: s(a\\:b, .30)',
      '2:20: expected a look-back (hours and minutes such as 02.30, whole hours such as 30, 0 or 9999), found ".30"; write 00.30',
    ],
    [
      'box_success: "s(b"',
      '2:18: expected ")" or "," and a look-back, found the end of the condition',
    ],
    [
      'start_times: "1:00"\nstart_mins: 0',
      '3:1: expected start_times or start_mins, found both in A',
    ],
    [
      'run_calendar: c\ndays_of_week: all',
      '3:1: expected days_of_week or run_calendar, found both in A',
    ],
  ] as const)('of %j', ([attribute, problem]) => {
    expect(problemsWith(attribute)).toEqual([`jobs.jil:${problem}`]);
  });

  test.for([
    'must_start_times: "10:00, +30"',
    'resources: (threads, QUANTITY=2) AND (db, quantity = 1, FREE=A)',
    'owner: autosys@host.example',
    'auto_delete: -1',
    'run_window:',
    'run_calendar: a\ndays_of_week:',
  ])('are none in %j', (attribute) => {
    expect(problemsWith(attribute)).toEqual([]);
  });

  test.for(['CMD', 'FW', 'c'])('report that a job of type %s needs a machine', (type) => {
    const long = type === 'c' ? 'CMD' : type;

    expect(problemsOf(`insert_job: A   job_type: ${type}`)).toEqual([
      `jobs.jil:1:13: expected a machine for A, found none; a job of type ${long} needs one, add "machine: NAME"`,
    ]);
  });

  test('are all reported, in the order of the file, and the rest of the job is read', () => {
    const text =
      'insert_job: A job_type: BOX\nn_retrys: x\ncondition: s(\nrun_window: y\nterm_run_time: 5';

    expect(problemsOf(text).map((problem) => problem?.split(': ')[0])).toEqual([
      'jobs.jil:2:11',
      'jobs.jil:3:14',
      'jobs.jil:4:13',
    ]);
    const { source, statement } = readOne(text);
    expect(readJobStatement(statement, source).job).toMatchObject({
      retries: 0,
      terminateAfterMinutes: 5,
    });
  });
});

describe('an update', () => {
  const job = jobOf('command: x\ncondition: s(a\\:b) & v(X) = "1:2"\nn_retrys: 1');
  const update = (attributes: string) => {
    const { source, statement } = readOne(`update_job: A\n${attributes}`, 'update.jil');
    const { job: updated, problems } = readJobUpdate(job, statement, source);
    const messages = problems.map((problem) => describeProblem(source, problem).split('\n')[0]);
    return { updated, messages };
  };

  test('replaces and adds attributes, and keeps the others', () => {
    const { updated, messages } = update('n_retrys: 2\nmachine: m1');

    expect(messages).toEqual([]);
    expect(updated).toMatchObject({ retries: 2, machine: 'm1', command: 'x' });
    expect(updated.attributes.map(([name]) => name)).toEqual([
      'job_type',
      'command',
      'condition',
      'n_retrys',
      'machine',
    ]);
    expect(updated.condition).toMatchObject({
      left: { job: { job: 'a:b' } },
      right: { operand: '1:2' },
    });
  });

  test('removes attributes without a value', () => {
    const { updated } = update('condition:\ncommand: ""');

    expect(updated.condition).toBeUndefined();
    expect(updated.attributes.map(([name]) => name)).toEqual(['job_type', 'n_retrys']);
  });

  test('reports its own problems at their positions in its own text', () => {
    expect(update('condition: s(\nn_retrys: x').messages).toEqual([
      'update.jil:2:14: expected a job name, found the end of the condition',
      'update.jil:3:11: n_retrys: expected a whole number from 0, found "x"',
    ]);
  });

  test('rejects a status, which only insert_job may have', () => {
    expect(update('status: ON_HOLD').messages).toEqual([
      'update.jil:2:1: expected status in insert_job only, found it in update_job; use sendevent',
    ]);
  });

  test('reports problems of the combination at the name of the job', () => {
    expect(update('job_type: CMD').messages).toEqual([
      'update.jil:1:13: expected a machine for A, found none; a job of type CMD needs one, add "machine: NAME"',
    ]);
  });
});
