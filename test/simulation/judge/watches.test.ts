import { beforeEach, describe, expect, test } from 'vitest';
import {
  parseAutosysInstance,
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
} from '../../../autosys/names.ts';
import { Instance } from '../../../emulator/instance.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import { nameRequestedEvent } from '../autosys/evaluate-request.ts';
import { Recorder } from '../autosys/recorder.ts';
import { VariableUpdateLog } from '../autosys/variable-updates.ts';
import { toKind } from '../findings.ts';
import { World } from '../world.ts';
import { LedgerWatch } from './ledger-watch.ts';
import { RequestWatch } from './requests.ts';

const version = { beganMs: 1, run: 'arn:a-1', attempt: 0, status: 'FAILED', changedMs: 2 } as const;
const variable = {
  kind: 'SET_GLOBAL',
  globalVariable: parseGlobalName('SHARED'),
  value: parseGlobalValue('a-1#0 FAILED'),
} as const;
const start = { kind: 'STARTJOB', job: parseJobName('REPAIR') } as const;

let world: World;
beforeEach(() => {
  world = new World(1, { startMs: 0, traced: false });
});

describe('the ledger watch', () => {
  const row = (kind: string, event: object, stage: string) => ({
    key: `${kind} row`,
    body: { kind, to: 'ACE', event, version, stage, history: [], cause: { route: 'a' } },
    expiresAt: new Date(9e12),
  });
  const facts = [
    {
      change: { atMs: 2, event: {} as never },
      version,
      observed: [],
      effects: [
        { route: 'a', to: 'ACE', event: variable },
        { route: 'a', to: 'ACE', event: start },
      ],
    },
  ];

  test.for([
    { stages: ['parked'], found: 1 },
    { stages: ['sending', 'parked'], found: 1 },
    { stages: ['accepted', 'parked'], found: 0 },
    { stages: ['confirmed'], found: 0 },
  ])(
    'after $stages of the variable finds $found starts after a parked predecessor',
    async ({ stages, found }) => {
      const ledger = new LedgerWatch(world);
      const table = ledger.over(createMemoryTable({ now: () => world.now() }));
      let revision: Awaited<ReturnType<typeof table.put>>;
      for (const stage of stages)
        revision = await table.put(row('state', variable, stage), revision);
      const requests = new RequestWatch(facts, ledger);

      requests.onSend(parseAutosysInstance('ACE'), start, 1);

      expect(requests.violations.filter((text) => text.includes('is parked'))).toHaveLength(found);
    },
  );

  test('records when the acceptance of a value was first stored', async () => {
    const ledger = new LedgerWatch(world);
    const table = ledger.over(createMemoryTable({ now: () => world.now() }));
    const sending = await table.put(row('state', variable, 'sending'), undefined);
    const before = ledger.acceptedMsByValue.size;
    await world.run(5);
    await table.put(row('state', variable, 'accepted'), sending);

    expect(before).toBe(0);
    expect([...ledger.acceptedMsByValue]).toEqual([['ACE SHARED a-1#0 FAILED', 5]]);
  });
});

test('a variable update is recorded with its sender and with whether it started the job', async () => {
  const instance = new Instance({ name: parseAutosysInstance('ACE'), clock: world });
  const text = `insert_job: READ_SHARED job_type: CMD\nmachine: m1\ncommand: sleep 1\ncondition: value(SHARED) != "never"\n`;
  instance.loadJil({ name: 'scenario.jil', text });
  const log = new VariableUpdateLog(instance);
  const sender = { configuredName: 'ACE', sentMs: 0 };

  for (let times = 0; times < 2; times += 1) {
    log.recordAccepted('SHARED', variable.value, sender);
    instance.queue(variable);
    await world.run(world.nowMs + 60_000);
  }
  instance.queue({ ...variable, value: parseGlobalValue('by hand') });
  await world.run(world.nowMs + 60_000);

  expect(log.updates).toMatchObject([
    { variable: 'SHARED', value: 'a-1#0 FAILED', atMs: 200, sender, hasStartedJob: true },
    { value: 'a-1#0 FAILED', sender, hasStartedJob: true },
    { value: 'by hand', hasStartedJob: true },
  ]);
  expect(log.updates[2]).not.toHaveProperty('sender');
});

test.for([
  ['READ_SHARED ran 2 times for one change, ACE SHARED = x', 'a waiting job ran again'],
  [
    'SET_GLOBAL X=1 of b-1#0 FAILED is still due for BEE, an unknown instance',
    'waiting for an unknown instance',
  ],
  ['SET_GLOBAL X=1 of b-1#0 FAILED is still due', 'not delivered in the end'],
  ['WATCH still runs, although its kill for c-1#0 is confirmed', 'a kill before its start'],
  ['something else', 'another finding'],
] as const)('the violation "%s" is of kind "%s"', ([violation, kind]) => {
  expect(toKind(violation)).toBe(kind);
});

describe('the record of accepted events', () => {
  test('does not take a status of one attempt for the same status of another', () => {
    const instance = new Instance({ name: parseAutosysInstance('ACE'), clock: world });
    const recorder = new Recorder(world, instance);
    const toStatus = (attempt: number, eventId: string) =>
      ({
        kind: 'CHANGE_STATUS',
        job: parseJobName('MIRROR'),
        status: 'FAILURE',
        comment: parseComment(`AWS b-2@2026#${attempt} FAILED, event ${eventId}`),
      }) as const;

    recorder.recordAccepted(toStatus(0, 'first'), { sentMs: 0, configuredName: 'ACE' });

    expect(recorder.hasAccepted(nameRequestedEvent(toStatus(0, 'again')))).toBe(true);
    expect(recorder.hasAccepted(nameRequestedEvent(toStatus(1, 'first')))).toBe(false);
  });
});
