import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../../autosys/names.ts';
import { refuseConnection } from '../../../emulator/index.ts';
import { buildBridge } from '../../support/bridge.ts';
import { anExecutionEvent } from '../../support/builders.ts';
import { askWhy } from './ask-why.ts';

const jil = `
insert_job: EXTRACT  job_type: CMD  machine: host1  command: true
insert_job: LOAD  job_type: CMD  machine: host1  command: true
  condition: s(EXTRACT) & v(AWS_RUN) = "SUCCEEDED"
insert_job: REMOTE  job_type: CMD  machine: host1  command: true
  condition: s(EXTRACT^PRD) & v(FLAG^PRD) = "1"
insert_job: OWN  job_type: CMD  machine: host1  command: true  condition: s(EXTRACT^ACE)
insert_job: MISSING  job_type: CMD  machine: host1  command: true  condition: s(NOWHERE)
insert_job: HELD  job_type: CMD  machine: host1  command: true  condition: s(EXTRACT)
insert_job: NIGHT  job_type: BOX
insert_job: STEP  job_type: CMD  machine: host1  command: true  box_name: NIGHT
insert_job: EVENING  job_type: CMD  machine: host1  command: true
  date_conditions: 1  days_of_week: all  start_times: "20:00"
insert_job: LATE  job_type: CMD  machine: host1  command: true  condition: s(EXTRACT)
  date_conditions: 1  days_of_week: all  run_window: "05:00-06:00"
insert_job: BY_CALENDAR  job_type: CMD  machine: host1  command: true
  date_conditions: 1  run_calendar: HOLIDAYS  start_times: "20:00"
insert_job: RECENT  job_type: CMD  machine: host1  command: true  condition: s(EXTRACT,01.00)
insert_job: FREE  job_type: CMD  machine: host1  command: true
`;
const routes = '  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }';
const job = parseJobName;
const build = (timezone = 'UTC') => buildBridge({ jil, routes, autosys: { timezone } });

describe('a job without the bridge', () => {
  test.for([
    { name: 'HELD', says: 'HELD waits for success(EXTRACT); EXTRACT (INACTIVE) has no condition' },
    {
      name: 'MISSING',
      says: 'success(NOWHERE); NOWHERE is not defined; what ends the wait: a defi',
    },
    { name: 'OWN', says: 'OWN waits for success(EXTRACT); EXTRACT (INACTIVE) has no condition' },
    {
      name: 'STEP',
      says: 'STEP does not start: its box NIGHT is INACTIVE; NIGHT (INACTIVE) has no',
    },
    {
      name: 'EVENING',
      says: 'EVENING (INACTIVE) waits for its next start time 20:00:00',
    },
    { name: 'BY_CALENDAR', says: 'run_calendar HOLIDAYS decides its days' },
    { name: 'FREE', says: 'FREE (INACTIVE) has no condition, no start time and no box' },
  ])('$name gets the answer that AutoSys shows', async ({ name, says }) => {
    await using bridge = await build();

    const { answer } = await askWhy(bridge, name);

    expect(answer.outcome).toBe('waits');
    expect(answer.cause).toContain(says);
    expect(answer.entries).toEqual([]);
  });

  test.for([
    {
      event: 'JOB_ON_HOLD',
      says: 'HELD does not start: HELD is ON_HOLD; what ends the wait: JOB_OF',
    },
    {
      event: 'JOB_ON_ICE',
      says: 'HELD does not start: HELD is ON_ICE; what ends the wait: JOB_OFF',
    },
  ] as const)('is not started after $event', async ({ event, says }) => {
    await using bridge = await build();
    await bridge.autosys.send({ kind: event, job: job('HELD') });

    const { answer } = await askWhy(bridge, 'HELD');

    expect(answer.cause).toContain(says);
  });

  test('waits for the next day after its start time', async () => {
    await using bridge = await build();
    await bridge.autosys.clock.advance(19 * 3_600_000);

    const { answer } = await askWhy(bridge, 'EVENING');

    expect(answer.cause).toMatch(
      /^EVENING ended SUCCESS at 20:00:\d\d .*, and does not start: its start time is not reached; what ends the wait: its next start time, 2026-11-21 20:00:00$/,
    );
  });

  test('waits for its run window, in the timezone of the instance', async () => {
    await using bridge = await build('Europe/Zurich');
    await bridge.autosys.send({ kind: 'STARTJOB', job: job('EXTRACT') });
    await bridge.autosys.clock.advance(60_000);

    const { answer, text } = await askWhy(bridge, 'LATE');

    expect(answer.cause).toContain(
      'LATE does not start: its run window is closed; what ends the wait: its opening at 05:00:00',
    );
    expect(text).toContain('times in Europe/Zurich');
  });

  test('waits for another run of a predecessor whose end is out of the look-back', async () => {
    await using bridge = await build();
    await bridge.autosys.send({ kind: 'STARTJOB', job: job('EXTRACT') });
    await bridge.autosys.clock.advance(2 * 3_600_000);

    const { answer } = await askWhy(bridge, 'RECENT');

    expect(answer.terms).toMatchObject([
      {
        text: 'success(EXTRACT,01.00)',
        truth: 'false',
        because: expect.stringContaining('the look-back of the term does not reach that end'),
      },
    ]);
  });
});

describe('what cannot be read', () => {
  test('stays unknown: jobs and variables of another instance', async () => {
    await using bridge = await build();

    const { answer } = await askWhy(bridge, 'REMOTE');

    expect(answer.terms).toMatchObject([
      {
        truth: 'unknown',
        because: expect.stringContaining('EXTRACT is a job of the instance PRD'),
      },
      { truth: 'unknown', because: expect.stringContaining('a variable of the instance PRD') },
    ]);
    expect(answer.cause).toContain('which cannot be decided');
  });

  test('a definition that this user may not read (403) is replaced by a JIL file', async () => {
    await using bridge = await build();
    const { emulator } = bridge.autosys;
    emulator.permit(emulator.user, ['STARTJOB']);

    const without = await askWhy(bridge, 'LOAD');
    const withFile = await askWhy(bridge, 'LOAD', { jil });

    expect(without.answer.cause).toMatch(
      /it is unknown what LOAD waits for, because this could not be read: .*403/,
    );
    expect(withFile.answer.condition).toMatchObject({ source: 'jobs.jil' });
  });

  test('an AutoSys that does not answer is asked once, and the ledger still says what waits', async () => {
    await using bridge = await build();
    bridge.autosys.emulator.misbehave(refuseConnection, { times: 'always' });
    await bridge.sandbox.take([anExecutionEvent()]);
    const before = bridge.autosys.emulator.requests().length;

    const { answer, calls } = await askWhy(bridge, 'LOAD', { jil });

    expect(bridge.autosys.emulator.requests().length - before).toBeLessThanOrEqual(1);
    expect(calls.autosys).toBe(1);
    expect(answer.outcome).toBe('unread');
    expect(answer.cause).toMatch(
      /^it is unknown what LOAD waits for, because this could not be read: status of LOAD: .*; of its condition, value\(AWS_RUN\) = "SUCCEEDED": .*the bridge has "SUCCEEDED" for it since \S+, and it is not sent yet/,
    );
    expect(answer.terms.map(({ truth }) => truth)).toEqual(['unknown', 'unknown']);
  });

  test('a refused login is sent once, and ends the answer', async () => {
    await using bridge = await build();
    const client = bridge.autosys.clientWith({
      credentials: async () => ({ username: 'autosys', password: 'wrong' }),
    });

    const asked = askWhy({ ...bridge, autosys: { ...bridge.autosys, client } }, 'LOAD');

    await expect(asked).rejects.toMatchObject({ code: 'AUTOSYS_UNAUTHORIZED', httpStatus: 401 });
    expect(bridge.autosys.emulator.requests().filter(({ status }) => status === 401)).toHaveLength(
      1,
    );
  });

  test('a condition that cannot be parsed is named', async () => {
    await using bridge = await build();

    const { answer } = await askWhy(bridge, 'FREE', {
      jil: 'insert_job: FREE  job_type: CMD  machine: host1  command: true\ncondition: s(A &\n',
    });

    expect(answer.outcome).toBe('unread');
    expect(answer.unread).toEqual([expect.stringMatching(/^condition of FREE: expected /)]);
  });
});
