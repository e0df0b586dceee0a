import { describe, expect, test } from 'vitest';
import { parseGlobalName, parseGlobalValue } from '../../autosys/names.ts';
import { type Bridge, buildBridge } from '../support/bridge.ts';
import { anExecutionEvent, namesOfRun, startedAtMs } from '../support/builders.ts';

const minuteMs = 60_000;
const routes = `
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_SETTLEMENT`;

/** Returns a clock of a function for which the clock of AutoSys is `ms` ahead. */
function behind({ autosys: { clock } }: Bridge, aheadMs: number) {
  return {
    now: () => new Date(clock.now().getTime() - aheadMs),
    advance: (ms: number) => clock.advance(ms),
  };
}

const run = (nth: number, status = 'SUCCEEDED') =>
  anExecutionEvent({
    ...namesOfRun(`run-${nth}`),
    startDate: startedAtMs + nth,
    status,
  });

describe('a clock of AutoSys', () => {
  test.for([
    { minutes: 5, offsetSeconds: 300 },
    { minutes: -5, offsetSeconds: -300 },
  ])('that is $minutes min ahead is logged once an hour, with its offset', async (facts) => {
    await using bridge = await buildBridge({ routes });
    const clock = behind(bridge, facts.minutes * minuteMs);
    const sandbox = bridge.openAnother({ clock });

    await sandbox.take([run(1)]);
    await sandbox.take([run(2, 'FAILED')]);
    const inFirstHour = sandbox.lines.filter(({ message }) => message === 'AutoSys clock differs');
    await bridge.autosys.clock.advance(60 * minuteMs);
    await sandbox.take([run(3)]);

    const lines = sandbox.lines.filter(({ message }) => message === 'AutoSys clock differs');
    expect([inFirstHour.length, lines.length]).toEqual([1, 2]);
    expect(lines[0]).toMatchObject({ level: 'warn', autosysInstance: 'ACE' });
    const found = Number(lines[0]?.['offsetSeconds']);
    expect(Math.abs(found - facts.offsetSeconds)).toBeLessThanOrEqual(1);
    expect(sandbox.metrics).toMatchObject({ ClockDiffers: 2 });
    expect(bridge.globalVariable('AWS_SETTLEMENT')).toBe('SUCCEEDED');
  });

  test('that is a minute ahead is not logged', async () => {
    await using bridge = await buildBridge({ routes });
    const sandbox = bridge.openAnother({ clock: behind(bridge, minuteMs) });

    await sandbox.take([run(1)]);

    expect(sandbox.lines.map(({ message }) => message)).not.toContain('AutoSys clock differs');
  });

  test('that is ten minutes behind does not make the bridge treat an operator’s value as lost', async () => {
    await using bridge = await buildBridge({ routes });
    const sandbox = bridge.openAnother({ clock: behind(bridge, -10 * minuteMs) });
    await sandbox.take([run(1, 'FAILED')]);
    await sandbox.take([run(2)]);
    await bridge.autosys.clock.advance(4 * minuteMs);
    await bridge.autosys.send({
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName('AWS_SETTLEMENT'),
      value: parseGlobalValue('FAILED'),
    });
    await bridge.autosys.clock.advance(2 * minuteMs);

    expect(await sandbox.reread()).toMatchObject([
      { kind: 'leftAlone', reason: expect.stringContaining('the clock of AutoSys differs') },
    ]);
    await sandbox.drain();
    expect(bridge.globalVariable('AWS_SETTLEMENT')).toBe('FAILED');
  });
});

test('a status that a start has since changed is found by run numbers when the clocks differ', async () => {
  const jil = 'insert_job: MIRROR  job_type: CMD  machine: host1  command: sleep 5';
  const mirror = `
  - name: settlement
    from: { stateMachine: settlement }
    job: { name: MIRROR, statuses: { SUCCEEDED: SUCCESS, FAILED: FAILURE } }`;
  await using bridge = await buildBridge({ routes: mirror, jil });
  const sandbox = bridge.openAnother({ clock: behind(bridge, 10 * minuteMs) });

  await sandbox.take([run(1)]);
  await bridge.autosys.clock.advance(minuteMs);
  await sandbox.drain();

  expect(bridge.status('MIRROR')).toBe('SUCCESS');
  expect(await bridge.parked()).toEqual([]);
  expect(await bridge.due()).toEqual([]);
});
