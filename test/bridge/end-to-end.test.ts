import { describe, expect, test } from 'vitest';
import { metrics } from '../../lambda/contract.ts';
import { buildBridge } from '../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent } from '../support/builders.ts';

const jil = `
insert_job: LOAD  job_type: CMD  machine: host1  command: sleep 60
condition: value(AWS_RUN) = "SUCCEEDED"
insert_job: MIRROR  job_type: CMD  machine: host1  command: true
insert_job: AFTER  job_type: CMD  machine: host1  command: sleep 60  condition: success(MIRROR)
`;

const fromStepFunctions = `
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_RUN
    job: MIRROR`;
const fromBatch = `
  - name: risk
    from: { jobQueue: night, jobName: risk-eod }
    global: AWS_RUN
    job: MIRROR`;

describe('an execution that succeeded', () => {
  test('sets the global variable, and the job that waits for it starts', async () => {
    await using bridge = await buildBridge({ jil, routes: fromStepFunctions });

    const returned = await bridge.sandbox.take([anExecutionEvent()]);

    expect(returned).toEqual([]);
    expect(bridge.globalVariable('AWS_RUN')).toBe('SUCCEEDED');
    await bridge.autosys.act();
    expect(bridge.status('LOAD')).toBe('RUNNING');
    expect(bridge.runs('LOAD')).toBe(1);
  });

  test('is confirmed only when AutoSys shows it, with one log line', async () => {
    await using bridge = await buildBridge({
      jil,
      routes: '  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }',
    });

    await bridge.sandbox.take([anExecutionEvent()]);

    expect(bridge.sandbox.lines).toEqual([
      {
        level: 'info',
        message: 'effect confirmed',
        messageId: 'm1',
        eventId: '315c1398-40ff-a850-213b-158f73e60175',
        status: 'SUCCEEDED',
        executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-1',
        route: 'settlement',
        autosysInstance: 'ACE',
        autosysEvent: 'SET_GLOBAL AWS_RUN=SUCCEEDED',
        // Five seconds of delivery, and the tenth of a second that AutoSys takes.
        durationMs: 5_100,
      },
    ]);
    expect(bridge.sandbox.metrics).toEqual({
      [metrics.received]: 1,
      [metrics.confirmed]: 1,
      [metrics.confirmedAfterMs]: 5_100,
    });
  });

  test('records the causing run of AWS in the event log of AutoSys', async () => {
    await using bridge = await buildBridge({ jil, routes: fromStepFunctions });

    await bridge.sandbox.take([anExecutionEvent()]);

    expect(bridge.autosys.emulator.instance.events('MIRROR')).toContainEqual(
      expect.objectContaining({
        name: 'CHANGE_STATUS',
        user: 'autosys',
        text: 'SUCCESS; AWS run-1 SUCCEEDED, event 315c1398-40ff-a850-213b-158f73e60175',
      }),
    );
  });

  test('does not keep the value of yesterday: the start of the next run clears it', async () => {
    await using bridge = await buildBridge({ jil, routes: fromStepFunctions });
    await bridge.sandbox.take([anExecutionEvent()]);
    const today = {
      executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-2',
    };

    await bridge.sandbox.take([anExecutionEvent({ ...today, name: 'run-2', status: 'RUNNING' })]);

    expect(bridge.globalVariable('AWS_RUN')).toBe('RUNNING');
  });
});

/** What AutoSys shows after each status; `undefined` if nothing is sent. */
const shown = [
  { status: 'RUNNING', value: 'RUNNING', mirror: 'RUNNING', after: 0 },
  { status: 'SUCCEEDED', value: 'SUCCEEDED', mirror: 'SUCCESS', after: 1 },
  { status: 'FAILED', value: 'FAILED', mirror: 'FAILURE', after: 0 },
] as const;
const silent = { value: undefined, mirror: 'INACTIVE', after: 0 } as const;

describe.for([
  {
    from: 'Step Functions',
    routes: fromStepFunctions,
    event: anExecutionEvent,
    statuses: [
      ...shown,
      { status: 'TIMED_OUT', value: 'TIMED_OUT', mirror: 'FAILURE', after: 0 },
      { status: 'ABORTED', value: 'ABORTED', mirror: 'TERMINATED', after: 0 },
      { status: 'PENDING_REDRIVE', ...silent },
    ],
  },
  {
    from: 'AWS Batch',
    routes: fromBatch,
    event: aBatchJobEvent,
    statuses: [
      { status: 'SUBMITTED', ...silent },
      { status: 'PENDING', value: 'PENDING', mirror: 'INACTIVE', after: 0 },
      { status: 'RUNNABLE', ...silent },
      { status: 'STARTING', ...silent },
      ...shown,
    ],
  },
])('a status of $from', ({ routes, event, statuses }) => {
  test.for(statuses)('$status shows as $value and $mirror', async (row) => {
    await using bridge = await buildBridge({ jil, routes });

    const returned = await bridge.sandbox.take([event({ status: row.status })]);
    await bridge.autosys.act();

    expect(returned).toEqual([]);
    expect(bridge.globalVariable('AWS_RUN')).toBe(row.value);
    expect(bridge.status('MIRROR')).toBe(row.mirror);
    expect(bridge.runs('AFTER')).toBe(row.after);
    expect(bridge.autosys.emulator.unsupported()).toBe(0);
  });
});
