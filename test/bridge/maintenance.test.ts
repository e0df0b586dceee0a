import { describe, expect, test } from 'vitest';
import { metrics } from '../../lambda/contract.ts';
import { buildBridge, passMinutes } from '../support/bridge.ts';
import { anExecutionEvent } from '../support/builders.ts';

const minuteMs = 60_000;
const jil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: true';
const routes = `
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_RUN
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }]`;
/** The events of the tests arrive on a Friday at 02:01 UTC. */
const settings = 'confirmWithin: 2s, maintenance: [{ days: fr, from: 02:00, to: 04:00 }]';
const window = 'declared maintenance until 2026-11-20 04:00 UTC';

describe('while a maintenance window is open', () => {
  test('no request is sent to AutoSys, and all effects wait for its end, with a reason', async () => {
    await using bridge = await buildBridge({ jil, routes, settings });
    await bridge.autosys.emulator.goDown();

    expect(await bridge.sandbox.take([anExecutionEvent()])).toEqual([]);
    await passMinutes(bridge, 110);

    expect(bridge.autosys.emulator.requests()).toEqual([]);
    const reason = expect.stringContaining(window);
    expect(bridge.sandbox.lines).toMatchObject([
      { message: 'effect deferred', autosysEvent: 'SET_GLOBAL AWS_RUN=SUCCEEDED', reason },
      { message: 'effect deferred', autosysEvent: 'FORCE_STARTJOB REPAIR', reason },
    ]);
    const endMs = Date.parse('2026-11-20T04:00:00Z');
    expect(await bridge.due()).toMatchObject([
      { stage: 'due', tries: 0, dueMs: endMs },
      // After the variable in its route, so slightly later.
      { stage: 'due', tries: 0, dueMs: endMs + 1 },
    ]);
    expect(await bridge.parked()).toEqual([]);
  });

  test('no circuit breaker opens, and the drain continues at its end', async () => {
    await using bridge = await buildBridge({ jil, routes, settings });
    await bridge.sandbox.take([anExecutionEvent()]);

    await passMinutes(bridge, 121);

    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
    expect(bridge.globalVariable('AWS_RUN')).toBe('SUCCEEDED');
    expect(bridge.runs('REPAIR')).toBe(1);
    expect(bridge.sandbox.metrics).not.toHaveProperty(metrics.circuitOpened);
  });

  test('only the newest state is kept until its end', async () => {
    await using bridge = await buildBridge({ routes, settings });
    await bridge.sandbox.take([anExecutionEvent({ status: 'RUNNING' })]);
    await bridge.openAnother().take([anExecutionEvent({ status: 'FAILED' })]);

    await passMinutes(bridge, 121);

    const sent = bridge.autosys.emulator.requests().filter(({ path }) => path.includes('global'));
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(bridge.globalVariable('AWS_RUN')).toBe('FAILED');
  });
});

describe('an AutoSys that is still down after its window', () => {
  test('opens its circuit breaker once, and gets everything when it is back', async () => {
    await using bridge = await buildBridge({ jil, routes, settings });
    const { emulator, clock } = bridge.autosys;
    await emulator.goDown();
    await bridge.sandbox.take([anExecutionEvent()]);
    await passMinutes(bridge, 115);
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.advance(minuteMs);
      await bridge.sandbox.drain();
    }
    const linesOf = (message: string) =>
      bridge.sandbox.lines.filter((line) => line.message === message);
    expect(linesOf('circuit breaker opened')).toMatchObject([
      { level: 'error', autosysInstance: 'ACE' },
    ]);

    await emulator.comeBack();
    for (let minute = 0; minute < 10; minute += 1) {
      await clock.advance(minuteMs);
      await bridge.sandbox.drain();
    }

    expect(linesOf('circuit breaker closed')).toMatchObject([
      { level: 'info', autosysInstance: 'ACE', durationMs: expect.any(Number) },
    ]);
    expect(bridge.sandbox.metrics).toMatchObject({
      [metrics.circuitOpened]: 1,
      [metrics.circuitClosed]: 1,
    });
    expect(bridge.sandbox.metrics).not.toHaveProperty(metrics.loginRefused);
    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
    expect(bridge.runs('REPAIR')).toBe(1);
  });
});
