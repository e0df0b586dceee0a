import { describe, expect, test } from 'vitest';
import { metrics } from '../../lambda/contract.ts';
import { buildBridge } from '../support/bridge.ts';
import {
  aBatchJobEvent,
  anAttempt,
  anExecutionEvent,
  namesOfRun,
  startedAtMs,
} from '../support/builders.ts';

const hourMs = 3_600_000;
const routes = '  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }';

/** Builds an event of a run that began a number of hours after the first one. */
function anEvent(
  run: string,
  { status, hours = 0, ...detail }: { status: string; hours?: number; [field: string]: unknown },
) {
  const startDate = startedAtMs + hours * hourMs;
  const stopDate = status === 'RUNNING' ? null : startDate + 60_000;
  return anExecutionEvent({ ...namesOfRun(run), status, startDate, stopDate, ...detail });
}

describe('a late event', () => {
  test('RUNNING after SUCCEEDED changes nothing, and is logged with the reason', async () => {
    await using bridge = await buildBridge({ routes });
    await bridge.sandbox.take([anEvent('run-1', { status: 'SUCCEEDED' })]);
    const requests = bridge.autosys.emulator.requests().length;
    const other = bridge.openAnother();

    expect(await other.take([anEvent('run-1', { status: 'RUNNING' })])).toEqual([]);

    expect(bridge.globalVariable('AWS_RUN')).toBe('SUCCEEDED');
    expect(other.lines).toMatchObject([
      {
        level: 'info',
        message: 'effect discarded',
        reason: expect.stringMatching(/^superseded by .*run-1 SUCCEEDED of attempt 0 /),
        status: 'RUNNING',
      },
    ]);
    expect(other.metrics).toMatchObject({ [metrics.discarded]: 1 });
    expect(bridge.autosys.emulator.requests()).toHaveLength(requests);
  });

  test('of yesterday’s run does not change a value that today’s run has set', async () => {
    await using bridge = await buildBridge({ routes });
    await bridge.sandbox.take([anEvent('today', { status: 'RUNNING', hours: 24 })]);
    const other = bridge.openAnother();

    await other.take([anEvent('yesterday', { status: 'SUCCEEDED' })]);

    expect(bridge.globalVariable('AWS_RUN')).toBe('RUNNING');
    expect(other.lines).toMatchObject([
      {
        message: 'effect discarded',
        reason: expect.stringMatching(/^stale run: .*today began later, /),
      },
    ]);
  });

  test('of a Batch job that was terminated while it waited for its second attempt is not lost', async () => {
    await using bridge = await buildBridge({
      routes:
        '  - { name: risk, from: { jobQueue: night, jobName: risk-eod }, global: { name: AWS_RUN, values: { RUNNABLE: WAITS, FAILED: FAILED } } }',
    });
    const waits = aBatchJobEvent({ status: 'RUNNABLE', attempts: [anAttempt(1)] });

    await bridge.sandbox.take([waits]);
    await bridge.sandbox.take([aBatchJobEvent({ status: 'FAILED', attempts: [anAttempt(1)] })]);
    expect(bridge.globalVariable('AWS_RUN')).toBe('FAILED');
    await bridge.openAnother().take([{ ...waits, id: 'again' }]);

    expect(bridge.globalVariable('AWS_RUN')).toBe('FAILED');
  });

  test('of the first attempt of a Batch job does not change a value that the second has set', async () => {
    await using bridge = await buildBridge({
      routes: '  - { name: risk, from: { jobQueue: night, jobName: risk-eod }, global: AWS_RUN }',
    });
    const attempt = { container: {}, startedAt: startedAtMs, stoppedAt: startedAtMs + 1_000 };

    await bridge.sandbox.take([aBatchJobEvent({ status: 'RUNNING', attempts: [attempt] })]);
    await bridge.openAnother().take([aBatchJobEvent({ status: 'PENDING', attempts: [] })]);

    expect(bridge.globalVariable('AWS_RUN')).toBe('RUNNING');
  });
});

describe('a redrive', () => {
  test('of a finished run is reported, and events before the redrive are discarded from then on', async () => {
    await using bridge = await buildBridge({ routes });
    const values: (string | undefined)[] = [];

    for (const event of [
      anEvent('run-1', { status: 'FAILED' }),
      anEvent('run-1', { status: 'RUNNING', redriveCount: 1 }),
      anEvent('run-1', { status: 'FAILED' }),
      anEvent('run-1', { status: 'SUCCEEDED', redriveCount: 1, stopDate: startedAtMs + hourMs }),
      anEvent('run-1', { status: 'RUNNING', redriveCount: 1 }),
    ]) {
      await bridge.openAnother().take([event]);
      values.push(bridge.globalVariable('AWS_RUN'));
    }

    expect(values).toEqual(['FAILED', 'RUNNING', 'RUNNING', 'SUCCEEDED', 'SUCCEEDED']);
  });
});

describe('two state machines that write one variable', () => {
  const both = `
  - { name: settlement, combine: latest, from: { stateMachine: settlement }, global: AWS_RUN }
  - { name: correction, combine: latest, from: { stateMachine: correction }, global: AWS_RUN }`;
  const correction = (status: string, hours: number) =>
    anEvent('fix-1', { status, hours, ...namesOfRun('fix-1', 'correction') });

  test.for([
    { order: 'in order', isReversed: false },
    { order: 'in reverse order', isReversed: true },
  ])('keep the value of the run that began later, with events $order', async ({ isReversed }) => {
    await using bridge = await buildBridge({ routes: both });
    const events = [anEvent('run-1', { status: 'SUCCEEDED' }), correction('FAILED', 1)];

    for (const event of isReversed ? events.reverse() : events)
      await bridge.openAnother().take([event]);

    expect(bridge.globalVariable('AWS_RUN')).toBe('FAILED');
  });
});
