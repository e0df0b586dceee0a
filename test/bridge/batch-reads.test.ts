import { describe, expect, test } from 'vitest';
import { type GlobalColumns, printGlobals } from '../../autosys/autorep/index.ts';
import { parseGlobalName, parseGlobalValue } from '../../autosys/names.ts';
import { type Fault, neverAnswer, resetBeforeAnswer, respond } from '../../emulator/index.ts';
import { type Bridge, type BridgeOptions, buildBridge } from '../support/bridge.ts';
import { anExecutionEvent, namesOfRun, startedAtMs } from '../support/builders.ts';
import { impatient } from '../support/emulator.ts';

const flows = Array.from({ length: 10 }, (_, at) => `flow-${at}`);
const variableOf = (flow: string) => `AWS_${flow.replace('-', '_').toUpperCase()}`;
const routesOf = (formatGlobal = (variable: string) => variable) =>
  flows
    .map((flow) => {
      const from = `from: { stateMachine: ${flow} }`;
      return `  - { name: ${flow}, ${from}, global: ${formatGlobal(variableOf(flow))} }`;
    })
    .join('\n');

/** Builds an event of an execution of the state machine. Higher runs are newer. */
function anEventOf(flow: string, run = 1) {
  return anExecutionEvent(
    {
      ...namesOfRun(`run-${run}`, flow),
      startDate: startedAtMs + run,
      status: run % 2 === 1 ? 'FAILED' : 'SUCCEEDED',
    },
    { id: `${flow}-${run}` },
  );
}

/** A bridge whose ten variables are FAILED, and which has already sent requests to AutoSys. */
async function aWarmBridge(options: Partial<BridgeOptions> = {}): Promise<Bridge> {
  const bridge = await buildBridge({ routes: routesOf(), ...options });
  await bridge.sandbox.take(flows.map((flow) => anEventOf(flow)));
  await bridge.autosys.act();
  return bridge;
}

/** Counts the requests of a batch to AutoSys. */
async function countRequests({ autosys }: Bridge, work: () => Promise<unknown>) {
  const before = autosys.emulator.requests().length;
  await work();
  const paths = autosys.emulator
    .requests()
    .slice(before)
    .map(({ path }) => path);
  const reads = paths.filter((path) => path.endsWith('command/run')).length;
  return { all: paths.length, reads, others: paths.length - reads };
}

const valuesOf = ({ globalVariable }: Bridge) =>
  flows.map((flow) => globalVariable(variableOf(flow)));

describe('a batch of ten events on ten variables', () => {
  test.for<{ globalColumns: GlobalColumns }>([
    { globalColumns: 'growing' },
    { globalColumns: 'fixed' },
    { globalColumns: 'cut' },
  ])('needs at most 13 requests with $globalColumns columns', async ({ globalColumns }) => {
    await using bridge = await aWarmBridge({ autosys: { globalColumns } });

    const counts = await countRequests(bridge, () =>
      bridge.sandbox.take(flows.map((flow) => anEventOf(flow, 2))),
    );

    expect(counts.others).toBe(10);
    expect(counts.all).toBeLessThanOrEqual(13);
    expect(valuesOf(bridge)).toEqual(flows.map(() => 'SUCCEEDED'));
    expect(await bridge.due()).toEqual([]);
  });

  test('needs at most 13 requests when the names have no common prefix, so that all variables are listed', async () => {
    const names = flows.map((_, at) => `${String.fromCharCode(65 + at)}_STATE`);
    const routes = flows
      .map(
        (flow, at) =>
          `  - { name: ${flow}, from: { stateMachine: ${flow} }, global: ${names[at]} }`,
      )
      .join('\n');
    await using bridge = await aWarmBridge({ routes });

    const counts = await countRequests(bridge, () =>
      bridge.sandbox.take(flows.map((flow) => anEventOf(flow, 2))),
    );

    expect(counts.all).toBeLessThanOrEqual(13);
    expect(names.map((name) => bridge.globalVariable(name))).toEqual(flows.map(() => 'SUCCEEDED'));
  });

  test('reads each variable individually if the list does not show it', async () => {
    await using bridge = await buildBridge({ routes: routesOf() });

    await bridge.sandbox.take(flows.map((flow) => anEventOf(flow)));

    expect(valuesOf(bridge)).toEqual(flows.map(() => 'FAILED'));
    expect(await bridge.due()).toEqual([]);
    expect(await bridge.parked()).toEqual([]);
  });

  test.for<{ globalColumns: GlobalColumns }>([
    { globalColumns: 'growing' },
    { globalColumns: 'fixed' },
    { globalColumns: 'cut' },
  ])(
    'confirms long values in $globalColumns columns by individual reads',
    async ({ globalColumns }) => {
      const long = 'a value that is longer than its column';
      const formatGlobal = (name: string) =>
        `{ name: ${name}, values: { SUCCEEDED: "${long}", FAILED: "NO" } }`;
      await using bridge = await aWarmBridge({
        routes: routesOf(formatGlobal),
        autosys: { globalColumns },
      });

      await bridge.sandbox.take(flows.map((flow) => anEventOf(flow, 2)));

      expect(valuesOf(bridge)).toEqual(flows.map(() => long));
      expect(await bridge.due()).toEqual([]);
    },
  );

  test('reads one variable individually if its value fills the column, and the others by the list', async () => {
    await using bridge = await aWarmBridge({ autosys: { globalColumns: 'cut' } });
    await bridge.autosys.send({
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName('AWS_FLOW_3'),
      value: parseGlobalValue('x'.repeat(27)),
    });

    const counts = await countRequests(bridge, () =>
      bridge.sandbox.take(flows.map((flow) => anEventOf(flow, 2))),
    );

    // Three lists read the other nine. This one is read before the send, and until the scheduler
    // has processed it.
    expect(counts.all).toBeLessThanOrEqual(15);
    expect(valuesOf(bridge)).toEqual(flows.map(() => 'SUCCEEDED'));
    expect(await bridge.due()).toEqual([]);
  });

  test('sends a variable that an operator has changed, which the list before the send shows', async () => {
    await using bridge = await aWarmBridge();
    await bridge.autosys.send({
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName('AWS_FLOW_3'),
      value: parseGlobalValue('BY HAND'),
    });

    await bridge.sandbox.take(flows.map((flow) => anEventOf(flow, 2)));

    expect(bridge.globalVariable('AWS_FLOW_3')).toBe('SUCCEEDED');
    const rows = bridge.table.written.filter(({ key }) => key === 'state ACE global AWS_FLOW_3');
    expect(rows.map(({ body }) => body)).toContainEqual(
      expect.objectContaining({
        stage: 'sending',
        sent: expect.objectContaining({ value: { kind: 'value', value: 'BY HAND' } }),
      }),
    );
  });

  test('reads the variables individually if the wire profile cannot list them', async () => {
    const profile =
      'confirmWithin: 2s, profile: { extends: standard, readGlobalVariable: { method: POST, path: command/run, body: { command: "autostatus -G {globalVariable}" }, reads: stdOut } }';
    await using bridge = await aWarmBridge({ settings: profile });

    const counts = await countRequests(bridge, () =>
      bridge.sandbox.take(flows.map((flow) => anEventOf(flow, 2))),
    );

    expect(counts.reads).toBeGreaterThanOrEqual(20);
    expect(valuesOf(bridge)).toEqual(flows.map(() => 'SUCCEEDED'));
    expect(await bridge.due()).toEqual([]);
  });
});

describe('a batch is confirmed although the list', () => {
  const half = (): Fault => {
    const entries = flows.map((flow) => ({
      name: parseGlobalName(variableOf(flow)),
      value: parseGlobalValue('FAILED'),
      changedAt: new Date(startedAtMs),
    }));
    const whole = printGlobals('ALL', entries, { timezone: 'UTC' }).join('\n');
    const stdOut = whole.slice(0, whole.length / 2).split('\n');
    return respond(200, {
      body: JSON.stringify({ stdOut }),
      contentType: 'application/json',
    });
  };
  const brokenJson = respond(200, {
    body: '{"stdOut":["Global Name                 Val',
    contentType: 'application/json',
  });

  test.for<{ when: string; fault: Fault; times: number; most: number }>([
    { when: 'is lost once', fault: resetBeforeAnswer, times: 1, most: 14 },
    { when: 'is not answered once', fault: neverAnswer, times: 1, most: 14 },
    { when: 'is lost twice', fault: resetBeforeAnswer, times: 2, most: 40 },
    { when: 'is cut in the middle', fault: half(), times: 1, most: 20 },
    { when: 'is cut in the middle of JSON', fault: brokenJson, times: 1, most: 40 },
    { when: 'is forbidden', fault: respond(403), times: 1, most: 40 },
    { when: 'is rejected', fault: respond(400, { body: 'no' }), times: 1, most: 40 },
  ])('$when', async ({ fault, times, most }) => {
    await using bridge = await aWarmBridge({ timeouts: impatient });
    bridge.autosys.emulator.misbehave(fault, { path: 'command/run', times });

    const counts = await countRequests(bridge, () =>
      bridge.sandbox.take(flows.map((flow) => anEventOf(flow, 2))),
    );

    expect(counts.others).toBe(10);
    expect(counts.all).toBeLessThanOrEqual(most);
    expect(valuesOf(bridge)).toEqual(flows.map(() => 'SUCCEEDED'));
    expect(await bridge.due()).toEqual([]);
    expect(await bridge.parked()).toEqual([]);
  });

  test('one lost answer does not open the circuit breaker', async () => {
    await using bridge = await aWarmBridge({ timeouts: impatient });
    bridge.autosys.emulator.misbehave(resetBeforeAnswer, { path: 'command/run', times: 2 });

    await bridge.sandbox.take(flows.map((flow) => anEventOf(flow, 2)));

    expect(bridge.sandbox.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });
});

test('a batch of variables and one-shots sends each of them once', async () => {
  const jil = ['LOAD_A', 'LOAD_B']
    .map((job) => `insert_job: ${job}  job_type: CMD  machine: host1  command: sleep 30`)
    .join('\n');
  const starts = ['LOAD_A', 'LOAD_B'].map(
    (job, at) =>
      `  - { name: start-${at}, from: { stateMachine: start-${at} }, events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: ${job} }] }`,
  );
  await using bridge = await aWarmBridge({ routes: [routesOf(), ...starts].join('\n'), jil });

  const counts = await countRequests(bridge, () =>
    bridge.sandbox.take([
      ...flows.slice(0, 8).map((flow) => anEventOf(flow, 2)),
      ...['start-0', 'start-1'].map((flow) => anEventOf(flow, 2)),
    ]),
  );

  expect([bridge.runs('LOAD_A'), bridge.runs('LOAD_B')]).toEqual([1, 1]);
  expect(valuesOf(bridge).slice(0, 8)).toEqual(flows.slice(0, 8).map(() => 'SUCCEEDED'));
  expect(counts.all).toBeLessThanOrEqual(30);
  expect(await bridge.due()).toEqual([]);
});
