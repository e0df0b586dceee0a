import { describe, expect, test } from 'vitest';
import type { GlobalColumns } from '../../autosys/autorep/index.ts';
import { parseGlobalName, parseGlobalValue } from '../../autosys/names.ts';
import { respond } from '../../emulator/index.ts';
import { type Bridge, type BridgeOptions, buildBridge } from '../support/bridge.ts';
import { anExecutionEvent, namesOfRun, startedAtMs } from '../support/builders.ts';

const minuteMs = 60_000;
const variable = parseGlobalName('AWS_SETTLEMENT');
const routes = `
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_SETTLEMENT`;

/** A bridge that has set FAILED and, ten minutes later, SUCCEEDED. */
async function aConfirmedValue({ zone = 'UTC', ...options }: Options = {}): Promise<Bridge> {
  const autosys = { timezone: zone, ...options.autosys };
  const bridge = await buildBridge({ routes, ...options, autosys });
  const run = (nth: number, status: string) =>
    anExecutionEvent({
      ...namesOfRun(`run-${nth}`),
      startDate: startedAtMs + nth,
      status,
    });
  await bridge.sandbox.take([run(1, 'FAILED')]);
  await bridge.autosys.clock.advance(10 * minuteMs);
  await bridge.sandbox.take([run(2, 'SUCCEEDED')]);
  expect(bridge.globalVariable(variable)).toBe('SUCCEEDED');
  return bridge;
}

type Options = Partial<BridgeOptions> & { readonly zone?: string };

/** Restores the value of the first run in AutoSys, with the time of its change. */
function failOver({ autosys: { emulator, clock } }: Bridge, value = 'FAILED') {
  const changedAt = new Date(clock.now().getTime() - 9 * minuteMs);
  const earlier = { value: parseGlobalValue(value), changedAt };
  emulator.instance.restoreGlobalVariable(variable, earlier);
}

/** Runs the sweeps of an hour. */
async function sweep(bridge: Bridge) {
  const results = [];
  for (let minutes = 0; minutes < 60; minutes += 1) {
    await bridge.autosys.clock.advance(minuteMs);
    results.push(...(await bridge.sandbox.reread()));
    await bridge.sandbox.drain();
  }
  return results;
}

describe('a confirmed variable', () => {
  test.for<{ zone: string; globalColumns: GlobalColumns }>([
    { zone: 'UTC', globalColumns: 'growing' },
    { zone: 'Europe/Zurich', globalColumns: 'fixed' },
    { zone: 'America/New_York', globalColumns: 'cut' },
  ])('is set again after a failover of AutoSys in $zone', async ({ zone, globalColumns }) => {
    await using bridge = await aConfirmedValue({ zone, autosys: { globalColumns } });
    failOver(bridge);

    expect(await sweep(bridge)).toMatchObject([{ kind: 'reasserted' }]);
    expect(bridge.globalVariable(variable)).toBe('SUCCEEDED');
  });

  test.for<{ globalColumns: GlobalColumns }>([
    { globalColumns: 'growing' },
    { globalColumns: 'fixed' },
    { globalColumns: 'cut' },
  ])(
    'is set again after a failover to a value that fills $globalColumns columns',
    async ({ globalColumns }) => {
      await using bridge = await aConfirmedValue({ autosys: { globalColumns } });
      failOver(bridge, `a value of last night ${'x'.repeat(30)}`);

      expect(await sweep(bridge)).toMatchObject([{ kind: 'reasserted' }]);
      expect(bridge.globalVariable(variable)).toBe('SUCCEEDED');
    },
  );

  test.for(['FAILED', 'BY HAND'])('that an operator sets to %s is left alone', async (value) => {
    await using bridge = await aConfirmedValue();
    await bridge.autosys.clock.advance(4 * minuteMs);
    await bridge.autosys.send({
      kind: 'SET_GLOBAL',
      globalVariable: variable,
      value: parseGlobalValue(value),
    });

    expect(await sweep(bridge)).toMatchObject([{ kind: 'leftAlone' }]);
    expect(bridge.globalVariable(variable)).toBe(value);
  });

  test('that an operator sets to the previous value within two minutes is left alone', async () => {
    await using bridge = await aConfirmedValue();
    await bridge.autosys.send({
      kind: 'SET_GLOBAL',
      globalVariable: variable,
      value: parseGlobalValue('FAILED'),
    });

    expect(await sweep(bridge)).toMatchObject([{ kind: 'leftAlone' }]);
    expect(bridge.globalVariable(variable)).toBe('FAILED');
  });
});

test('ten confirmed variables are read again by one request', async () => {
  const flows = Array.from({ length: 10 }, (_, at) => `flow-${at}`);
  const routesOfTen = flows
    .map(
      (flow, at) =>
        `  - { name: ${flow}, from: { stateMachine: ${flow} }, global: AWS_FLOW_${at} }`,
    )
    .join('\n');
  await using bridge = await buildBridge({ routes: routesOfTen });
  await bridge.sandbox.take(flows.map((flow) => anExecutionEvent(namesOfRun('run-1', flow))));
  await bridge.autosys.clock.advance(6 * minuteMs);
  const before = bridge.autosys.emulator.requests().length;

  expect(await bridge.sandbox.reread()).toEqual([]);

  expect(bridge.autosys.emulator.requests().length - before).toBe(1);
});

test('a lost value is set again later if the list cannot be read at first', async () => {
  await using bridge = await aConfirmedValue();
  failOver(bridge);
  await bridge.autosys.clock.advance(6 * minuteMs);
  // The individual read is answered, and the list is not.
  bridge.autosys.emulator.misbehave(respond(200, { body: '{"stdOut":["FAILED"]}' }), {
    path: 'command/run',
    times: 2,
  });

  expect(await bridge.sandbox.reread()).toMatchObject([
    { kind: 'leftAlone', reason: expect.stringContaining('it cannot be read now') },
  ]);
  expect(await sweep(bridge)).toMatchObject([{ kind: 'reasserted' }]);
});
