import { describe, expect, test } from 'vitest';
import { metrics } from '../../lambda/contract.ts';
import { buildBridge, passMinutes } from '../support/bridge.ts';
import { anExecutionEvent, namesOfRun, startedAtMs } from '../support/builders.ts';

const minuteMs = 60_000;
const jil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: true';
const routes = `
  - { name: all, from: { stateMachine: all }, global: "AWS_\${executionName:20}" }`;
const starting = `
  - name: settlement
    from: { stateMachine: settlement }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }]`;

/** Builds the nth change of a target: an execution that is redriven and fails until it succeeds. */
function change(target: number, nth: number, status: string) {
  return anExecutionEvent({
    ...namesOfRun(`t${target}`, 'all'),
    status,
    redriveCount: nth,
    stopDate: startedAtMs + nth * 1_000,
  });
}

describe('an AutoSys that is down for six hours', () => {
  test('gets the newest state of each target once, and nothing is parked or returned to the queue', async () => {
    await using bridge = await buildBridge({ routes });
    const { emulator } = bridge.autosys;
    const targets = Array.from({ length: 10 }, (_, at) => at);
    await emulator.goDown();

    for (let nth = 0; nth < 20; nth += 1) {
      const status = nth === 19 ? 'SUCCEEDED' : 'FAILED';
      const events = targets.map((target) => change(target, nth, status));
      expect(await bridge.openAnother().take(events)).toEqual([]);
      await passMinutes(bridge, 18);
    }
    expect(await bridge.parked()).toEqual([]);
    expect(await bridge.due()).toHaveLength(10);

    await emulator.comeBack();
    const before = emulator.requests().length;
    await passMinutes(bridge, 10);

    expect(await bridge.due()).toEqual([]);
    const sent = emulator
      .requests()
      .slice(before)
      .filter(({ path }) => path.includes('set-global'));
    expect(sent).toHaveLength(10);
    expect(targets.map((target) => bridge.globalVariable(`AWS_t${target}`))).toEqual(
      targets.map(() => 'SUCCEEDED'),
    );
  });

  test('is probed only every few minutes, whatever events arrive', async () => {
    await using bridge = await buildBridge({ routes });
    bridge.autosys.emulator.setPassword('rotated');

    for (let nth = 0; nth < 20; nth += 1) {
      await bridge.openAnother().take([0, 1, 2].map((target) => change(target, nth, 'FAILED')));
      await passMinutes(bridge, 3);
    }

    // Ten seconds after the first, then doubling up to five minutes. Each probe tries one login.
    expect(bridge.autosys.emulator.requests().length).toBeLessThanOrEqual(24);
    expect(await bridge.parked()).toEqual([]);
  });

  test('starts a requested job once when it is back', async () => {
    await using bridge = await buildBridge({ jil, routes: starting });
    await bridge.autosys.emulator.goDown();
    await bridge.sandbox.take([anExecutionEvent()]);
    await passMinutes(bridge, 360);
    await bridge.autosys.emulator.comeBack();

    await passMinutes(bridge, 10);

    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
    expect(bridge.runs('REPAIR')).toBe(1);
  });
});

describe('an AutoSys that is down for three days', () => {
  test('has nothing parked, and gets everything when it is back', async () => {
    await using bridge = await buildBridge({ jil, routes: starting + routes });
    await bridge.autosys.emulator.goDown();
    await bridge.sandbox.take([anExecutionEvent(), change(1, 0, 'SUCCEEDED')]);
    for (let hour = 0; hour < 72; hour += 1) {
      await bridge.autosys.clock.advance(60 * minuteMs);
      await bridge.openAnother().drain();
    }
    expect([await bridge.parked(), (await bridge.due()).length]).toEqual([[], 2]);
    await bridge.autosys.emulator.comeBack();

    await passMinutes(bridge, 10);

    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
    expect(bridge.globalVariable('AWS_t1')).toBe('SUCCEEDED');
    expect(bridge.runs('REPAIR')).toBe(1);
  });
});

describe('an effect that cannot be executed for four days', () => {
  test('is parked with its reason and a metric, and is not sent when AutoSys is back', async () => {
    await using bridge = await buildBridge({ jil, routes: starting });
    await bridge.autosys.emulator.goDown();
    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.clock.advance(4 * 1_440 * minuteMs - minuteMs);
    await bridge.sandbox.drain();
    expect(await bridge.parked()).toEqual([]);

    await bridge.autosys.clock.advance(6 * minuteMs);
    await bridge.sandbox.drain();

    const parked = {
      code: 'BRIDGE_DEADLINE',
      reason: expect.stringMatching(/not confirmed within 4 days; last: /),
    };
    expect(await bridge.parked()).toMatchObject([
      { event: { kind: 'FORCE_STARTJOB', job: 'REPAIR' }, parked },
    ]);
    expect(bridge.sandbox.lines.at(-1)).toMatchObject({
      level: 'error',
      message: 'effect parked',
      route: 'settlement',
      ...parked,
    });
    expect(bridge.sandbox.metrics[metrics.parked]).toBe(1);
    await bridge.autosys.emulator.comeBack();
    await passMinutes(bridge, 10);
    expect(bridge.runs('REPAIR')).toBe(0);
  });
});
