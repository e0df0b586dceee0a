import { describe, expect, test } from 'vitest';
import { parseGlobalName, parseGlobalValue, parseJobName } from '../../../autosys/names.ts';
import { type Bridge, buildBridge } from '../../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent } from '../../support/builders.ts';
import { askWhy } from './ask-why.ts';

const jil = `
insert_job: EXTRACT  job_type: CMD  machine: host1  command: true
insert_job: LOAD  job_type: CMD  machine: host1  command: true
  condition: s(EXTRACT) & v(AWS_RUN) = "SUCCEEDED"
insert_job: REPORT  job_type: CMD  machine: host1  command: sleep 9000  condition: s(LOAD)
insert_job: REPAIR  job_type: CMD  machine: host1  command: sleep 9000
insert_job: RISK  job_type: CMD  machine: host1  command: true
insert_job: NIGHT  job_type: BOX  condition: v(GO) = "1"
insert_job: STEP  job_type: CMD  machine: host1  command: sleep 9000  box_name: NIGHT
insert_job: DAILY  job_type: CMD  machine: host1  command: sleep 9000
  date_conditions: 1  days_of_week: all  start_times: "02:05"
`;
const routes = `
  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }
  - name: repair
    from: { jobQueue: night, jobName: risk-eod }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }]
    job: RISK
`;
const job = parseJobName;
const build = () => buildBridge({ jil, routes });
const set = (name: string, value: string) =>
  ({
    kind: 'SET_GLOBAL',
    globalVariable: parseGlobalName(name),
    value: parseGlobalValue(value),
  }) as const;

/** Ends EXTRACT ten minutes before the variable comes, so that the variable starts LOAD. */
async function startLoad({ autosys, sandbox }: Bridge): Promise<void> {
  await autosys.send({ kind: 'STARTJOB', job: job('EXTRACT') });
  await autosys.clock.advance(600_000);
  await sandbox.take([anExecutionEvent({ status: 'RUNNING' })]);
  await autosys.clock.advance(60_000);
  await sandbox.take([anExecutionEvent()]);
  await autosys.clock.advance(10_000);
}

describe('a job that has started', () => {
  test('was started by the bridge: its event, its route, its run and the event id', async () => {
    await using bridge = await build();
    await bridge.sandbox.take([aBatchJobEvent()]);
    await bridge.autosys.act();

    const { answer, text } = await askWhy(bridge, 'REPAIR');

    expect(answer.outcome).toBe('started');
    expect(answer.start?.by).toBe('bridge');
    expect(answer.cause).toBe(
      'REPAIR started at 02:01:05 (run 1): the bridge sent FORCE_STARTJOB REPAIR for Batch job risk-eod (4c7599ae-0a82-49aa-ba5a-4727fcce14a8) SUCCEEDED (route repair, event c8f9c4b5-76e5-d76a-f980-7011e206042b)',
    );
    expect(text).toMatch(
      /times {3}ended in AWS 02:01:00, received 02:01:05, sent \S+, accepted \S+, shown \S+/,
    );
  });

  test('was started by a variable that the bridge set', async () => {
    await using bridge = await build();
    await startLoad(bridge);

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(answer.outcome).toBe('ended');
    expect(answer.start).toMatchObject({
      by: 'variable',
      entry: { stored: { key: 'state ACE global AWS_RUN' } },
    });
    expect(answer.cause).toMatch(
      /^LOAD ended SUCCESS at 02:12:\d\d .*; LOAD started at 02:12:\d\d \(run \d\): value\(AWS_RUN\) = "SUCCEEDED" became true: the bridge set it to "SUCCEEDED" at 02:12:\d\d for settlement execution run-1 SUCCEEDED \(route settlement, event 315c1398-/,
    );
  });

  test('was started by a variable of an earlier run, which the history still names', async () => {
    await using bridge = await build();
    await startLoad(bridge);
    const startedText = (await askWhy(bridge, 'LOAD')).answer.start?.text;
    await bridge.autosys.clock.advance(600_000);
    const later = { status: 'RUNNING', startDate: bridge.autosys.clock.now().getTime() };
    await bridge.sandbox.take([
      anExecutionEvent({
        ...later,
        name: 'run-2',
        executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-2',
      }),
    ]);
    await bridge.autosys.act();

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(startedText).toContain('run-1 SUCCEEDED');
    expect(answer.outcome).toBe('waits');
    expect(answer.cause).toMatch(
      /^LOAD ended SUCCESS at .*, and waits for value\(AWS_RUN\) = "SUCCEEDED"; it is "RUNNING"/,
    );
    expect(answer.start).toMatchObject({
      by: 'variable',
      text: expect.stringMatching(
        /the bridge set it at \S+ for settlement execution run-1 SUCCEEDED/,
      ),
    });
  });

  test('was started by a variable that an operator set', async () => {
    await using bridge = await build();
    await bridge.autosys.send({ kind: 'STARTJOB', job: job('EXTRACT') });
    await bridge.autosys.clock.advance(600_000);
    await bridge.autosys.send(set('AWS_RUN', 'SUCCEEDED'));

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(answer.start).toMatchObject({
      by: 'variable',
      text: expect.stringMatching(
        /became true: it was changed at 02:11:\d\d; the bridge did not, so an operator or another client of AutoSys changed it$/,
      ),
    });
  });

  test('was started by another job, and the chain goes on to what started that one', async () => {
    await using bridge = await build();
    await startLoad(bridge);

    const { answer } = await askWhy(bridge, 'REPORT');

    expect(answer.start).toMatchObject({ by: 'job', job: 'LOAD' });
    expect(answer.cause).toMatch(
      /^REPORT started at \S+ \(run \d\): success\(LOAD\) became true: LOAD ended SUCCESS at .*; LOAD started at \S+ \(run \d\): value\(AWS_RUN\) = "SUCCEEDED" became true: the bridge set it/,
    );
    expect(answer.next?.job).toBe('LOAD');
  });

  test('was started by an operator', async () => {
    await using bridge = await build();
    await bridge.autosys.send({
      kind: 'FORCE_STARTJOB',
      job: job('REPAIR'),
      comment: 'ticket 4711' as never,
    });

    const { answer } = await askWhy(bridge, 'REPAIR');

    expect(answer.start?.by).toBe('operator');
    expect(answer.cause).toMatch(
      /^REPAIR started at \S+ \(run 1\): FORCE_STARTJOB REPAIR was sent at \S+, with the comment ".*ticket 4711.*"; an operator or another client of AutoSys sent it/,
    );
  });

  test('was started with its box, and the box by a variable', async () => {
    await using bridge = await build();
    await bridge.autosys.send(set('GO', '1'));

    const step = await askWhy(bridge, 'STEP');
    const box = await askWhy(bridge, 'NIGHT');

    expect(step.answer.start).toMatchObject({ by: 'box', job: 'NIGHT' });
    expect(step.answer.cause).toMatch(
      /^STEP started .*: its box NIGHT started at \S+; NIGHT started at .*value\(GO\) = "1" became true/,
    );
    expect(box.answer.cause).toMatch(
      /; it is RUNNING until its members have ended: STEP is RUNNING$/,
    );
  });

  test('was started by its start time', async () => {
    await using bridge = await build();
    await bridge.autosys.clock.advance(300_000);

    const { answer } = await askWhy(bridge, 'DAILY');

    expect(answer.start).toMatchObject({ by: 'schedule', text: 'its start time 02:05:00 came' });
  });

  test('has the status that the bridge shows in it', async () => {
    await using bridge = await build();
    await bridge.sandbox.take([aBatchJobEvent({ status: 'RUNNING' })]);
    await bridge.autosys.act();

    const { answer } = await askWhy(bridge, 'RISK');

    expect(answer.start).toMatchObject({
      by: 'bridge',
      text: expect.stringMatching(
        /^the bridge set it to RUNNING at \S+ for Batch job risk-eod \(\S+\) RUNNING \(route repair, event /,
      ),
    });
  });

  test('is not attributed to a STARTJOB that had no effect before the variable came', async () => {
    await using bridge = await build();
    await bridge.autosys.send({ kind: 'STARTJOB', job: job('EXTRACT') });
    await bridge.autosys.clock.advance(600_000);
    await bridge.autosys.send({ kind: 'STARTJOB', job: job('LOAD') });
    await bridge.autosys.clock.advance(20_000);
    await bridge.autosys.send(set('AWS_RUN', 'SUCCEEDED'));

    const { answer } = await askWhy(bridge, 'LOAD');

    expect(answer.start?.by).toBe('variable');
  });

  test('has an unknown cause if nothing changed shortly before its start', async () => {
    await using bridge = await build();
    await bridge.autosys.send({ kind: 'STARTJOB', job: job('EXTRACT') });
    await bridge.autosys.send(set('AWS_RUN', 'SUCCEEDED'));
    await bridge.autosys.clock.advance(600_000);
    await bridge.autosys.send({ kind: 'FORCE_STARTJOB', job: job('LOAD') });

    const jilOnly = await askWhy(bridge, 'LOAD', { hidesEvents: true });

    expect(jilOnly.answer.start).toMatchObject({
      by: 'unknown',
      text: expect.stringMatching(
        /^AutoSys does not show what started it; the last change before it that is known was at 02:01:\d\d .*, and its events: hidden$/,
      ),
    });
  });
});
