import { describe, expect, test } from 'vitest';
import { replayAll, selectReplayable } from '../../cli/ledger/replay.ts';
import { toRunKey } from '../../lambda/ledger/run-row.ts';
import { type Bridge, buildBridge, passMinutes, sentTo } from '../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent, startedAtMs, stoppedAtMs } from '../support/builders.ts';

const dayMs = 86_400_000;
const jil = ['LOAD', 'LATER', 'MIRROR']
  .map((name) => `insert_job: ${name}  job_type: CMD  machine: host1  command: true`)
  .join('\n');
const routes = `
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_SETTLEMENT
    job: MIRROR
    events:
      - { on: SUCCEEDED, event: FORCE_STARTJOB, job: LOAD }
      - { on: SUCCEEDED, event: JOB_ON_HOLD, job: LATER }`;
const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:run-1';
const runKey = toRunKey({ run: executionArn, beganMs: startedAtMs });

const codes = async (bridge: Bridge) =>
  (await bridge.parked()).map(({ parked }) => parked?.code).toSorted();

/** Moves the clock to a number of days after the end of the run. */
async function buildLater(days: number, settings?: string): Promise<Bridge> {
  const bridge = await buildBridge({ jil, routes, ...(settings && { settings }) });
  const ms = stoppedAtMs + days * dayMs - bridge.autosys.clock.now().getTime();
  await bridge.autosys.clock.advance(ms);
  return bridge;
}

describe('an old event', () => {
  test.for([
    { what: 'of 120 days ago', days: 120, envelope: {} },
    { what: 'of a day beyond the deadline', days: 5, envelope: {} },
    { what: 'that an archive replays', days: 0.1, envelope: { 'replay-name': 'night' } },
    {
      what: 'with a new envelope, unlike a redriven dead letter',
      days: 120,
      envelope: { time: new Date(stoppedAtMs + 120 * dayMs).toISOString() },
    },
  ])('$what changes nothing, and each of its effects is parked', async (row) => {
    await using bridge = await buildLater(row.days);
    const event = { ...anExecutionEvent(), ...row.envelope };

    expect(await bridge.sandbox.take([event])).toEqual([]);
    await bridge.sandbox.drain();

    expect(sentTo(bridge)).toEqual([]);
    expect(await codes(bridge)).toEqual(Array.from({ length: 4 }, () => 'BRIDGE_OLD_EVENT'));
    expect((await bridge.table.get(runKey))?.body).toMatchObject({
      version: { status: 'SUCCEEDED' },
    });
    expect((await bridge.table.get(runKey))?.body).not.toHaveProperty('askMs');
  });

  test('opens no run, so AWS is not asked about it', async () => {
    await using bridge = await buildLater(0.01);

    await bridge.sandbox.take([
      { ...anExecutionEvent({ status: 'RUNNING', stopDate: null }), 'replay-name': 'x' },
    ]);

    const run = (await bridge.table.get(runKey))?.body;
    expect(run).toMatchObject({ version: { status: 'RUNNING' } });
    expect(run).not.toHaveProperty('askMs');
  });

  test('does not prevent the event itself from opening the run later', async () => {
    await using bridge = await buildLater(0.01);
    const running = anExecutionEvent({ status: 'RUNNING', stopDate: null });
    await bridge.sandbox.take([{ ...running, 'replay-name': 'x' }]);

    await bridge.sandbox.take([running]);

    expect((await bridge.table.get(runKey))?.body).toHaveProperty('askMs');
  });

  test('does not change a target that a newer run has set', async () => {
    await using bridge = await buildLater(0.01);
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.act();
    const before = await bridge.table.get('state ACE global AWS_SETTLEMENT');

    await bridge.sandbox.take([
      {
        ...anExecutionEvent({ status: 'FAILED', startDate: startedAtMs - dayMs }),
        'replay-name': 'x',
      },
    ]);

    expect(await bridge.table.get('state ACE global AWS_SETTLEMENT')).toEqual(before);
    expect(bridge.sandbox.lines.at(-1)).toMatchObject({
      message: 'effect discarded',
      reason: expect.stringMatching(/^stale run: /),
    });
  });

  test('that is redelivered is a duplicate of a completed one, and parks nothing', async () => {
    await using bridge = await buildLater(0.01);
    await bridge.sandbox.take([anExecutionEvent()]);
    const count = sentTo(bridge).length;

    await bridge.sandbox.take([{ ...anExecutionEvent(), 'replay-name': 'x' }]);

    expect(sentTo(bridge)).toHaveLength(count);
    expect(await bridge.parked()).toEqual([]);
  });

  test('is dated by the end of its Batch job, or by its start if the end is missing', async () => {
    await using bridge = await buildBridge({
      routes: `
  - name: load
    combine: latest
    from: { jobName: "*" }
    global: AWS_LOAD`,
    });
    const late = bridge.autosys.clock.now().getTime() - 5 * dayMs;
    const over = { status: 'FAILED', createdAt: late, startedAt: late, stoppedAt: late + 1 };

    await bridge.sandbox.take([aBatchJobEvent(over)]);

    expect(await codes(bridge)).toEqual(['BRIDGE_OLD_EVENT']);
  });

  test('has its effect if the instance allows it', async () => {
    await using bridge = await buildLater(120, 'confirmWithin: 2s, oldEvents: allow');

    await bridge.sandbox.take([{ ...anExecutionEvent(), 'replay-name': 'on purpose' }]);
    await bridge.autosys.act();

    expect(bridge.runs('LOAD')).toBe(1);
    expect(await bridge.parked()).toEqual([]);
  });
});

describe('a parked effect of an old event', () => {
  const replayed = async (bridge: Bridge) => {
    const parked = await bridge.table.agenda('parked', { until: new Date('2100-01-01'), limit: 9 });
    const keys = parked.entries.map(({ key }) => key);
    const { replayable } = await selectReplayable(bridge.table, { keys });
    const now = () => bridge.autosys.clock.now();
    return replayAll(bridge.table, replayable, { now, by: 'ops' });
  };

  test('is executed once when an operator replays it, in route order', async () => {
    await using bridge = await buildLater(120);
    await bridge.sandbox.take([anExecutionEvent()]);

    const result = await replayed(bridge);
    await passMinutes(bridge, 3, bridge.autosys.act);

    expect(result.map(({ kind }) => kind)).toEqual(Array.from({ length: 4 }, () => 'replayed'));
    expect(sentTo(bridge)).toEqual([
      'set-global',
      'change-status-job',
      'force-start-job',
      'hold-job',
    ]);
    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
    expect(await replayed(bridge)).toEqual([]);
  });

  test('is not sent if a newer run has since set its target', async () => {
    await using bridge = await buildLater(120);
    await bridge.sandbox.take([anExecutionEvent()]);
    const nowMs = bridge.autosys.clock.now().getTime();
    await bridge.sandbox.take([
      anExecutionEvent({
        executionArn: `${executionArn}-new`,
        name: 'run-1-new',
        startDate: nowMs - 1_000,
        stopDate: nowMs,
      }),
    ]);

    const result = await replayed(bridge);

    const left = result.filter(({ kind }) => kind === 'unchanged');
    expect(left).toHaveLength(3);
    expect(JSON.stringify(left)).toContain('stale run: ');
  });
});
