import { describe, expect, test } from 'vitest';
import { parseCondition } from '../../../autosys/condition/index.ts';
import { parseAutosysInstance, parseGlobalName, parseGlobalValue } from '../../../autosys/names.ts';
import type { JobStatus } from '../../../autosys/status.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Run } from '../../../lambda/ledger/run.ts';
import { buildNight } from '../../../lambda/night/build-night.ts';
import type { ListedJob, NightFacts } from '../../../lambda/night/night-facts.ts';
import { eveningMs, toNightMs } from './night-rig.ts';

const settlement = 'settlement execution night-1';

function aRun(over: Partial<Run['version']> = {}): NightFacts['span']['runs'][number] {
  const version: Run['version'] = {
    ...{ beganMs: toNightMs(1), run: 'arn:1', attempt: 0, status: 'SUCCEEDED' },
    ...{ changedMs: toNightMs(2, 58), ...over },
  };
  const run: Run = {
    ...{ format: 1, kind: 'run', workload: 'execution', account: '111122223333' },
    ...{ region: 'eu-west-1', name: 'night-1', called: settlement, version },
    ...{ routes: ['settlement'], entries: [], asks: 0, history: [] },
  };
  return { kind: 'run', key: 'run 1', run };
}

function anEntry(over: Partial<Entry> = {}): NightFacts['span']['effects'][number] {
  const entry: Entry = {
    ...{ format: 1, kind: 'state', to: parseAutosysInstance('ACE') },
    event: {
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName('AWS_SETTLEMENT'),
      value: parseGlobalValue('SUCCEEDED'),
    },
    version: {
      ...{ beganMs: toNightMs(1), run: 'arn:1', attempt: 0, status: 'SUCCEEDED' },
      changedMs: toNightMs(2, 58),
    },
    cause: { eventId: 'e-2', route: 'settlement', run: settlement, seenMs: toNightMs(2, 59) },
    ...{ stage: 'confirmed', dueMs: 0, tries: 0, confirmedMs: toNightMs(3, 31) },
    history: [
      {
        atMs: toNightMs(1),
        text: `requested by ${settlement} RUNNING (route settlement, event e-1)`,
      },
      { atMs: toNightMs(1, 1), text: 'accepted by AutoSys' },
      { atMs: toNightMs(1, 2), text: 'confirmed by AutoSys' },
      {
        atMs: toNightMs(2, 59),
        text: `requested by ${settlement} SUCCEEDED (route settlement, event e-2)`,
      },
      { atMs: toNightMs(3, 30), text: 'accepted by AutoSys' },
      { atMs: toNightMs(3, 31), text: 'confirmed by AutoSys' },
    ],
    ...over,
  };
  return { kind: 'effect', key: 'state 1', entry };
}

interface JobOptions {
  readonly condition?: string;
  readonly startedMs?: number;
  readonly endedMs?: number;
}

function aJob(name: string, status: JobStatus, options: JobOptions = {}): ListedJob {
  const { condition, startedMs, endedMs } = options;
  const lastRun = {
    ...(startedMs !== undefined && { startedAt: new Date(startedMs) }),
    ...(endedMs !== undefined && { endedAt: new Date(endedMs) }),
  };
  return {
    name,
    view: { status, onNoExec: false, lastRun },
    ...(condition !== undefined && {
      condition: parseCondition(
        { name: 'jil', text: condition },
        { start: 0, end: condition.length },
      ),
    }),
  };
}

function makeNight(over: Partial<NightFacts> = {}, jobs: NightFacts['jobs'] = []) {
  return buildNight({
    ...{ instance: 'ACE', timezone: 'Europe/Zurich', fromMs: eveningMs, untilMs: toNightMs(8) },
    ...{ madeMs: toNightMs(6, 13), jobs },
    span: { runs: [aRun()], effects: [anEntry()], outages: [], isCut: false },
    ...over,
  });
}

const isReady = 'value(AWS_SETTLEMENT) = "SUCCEEDED"';

describe('a night', () => {
  test('has the run with both changes, and when AutoSys accepted and showed each', () => {
    const [lane] = makeNight().lanes;

    expect(lane).toMatchObject({ kind: 'global', name: 'AWS_SETTLEMENT' });
    expect(lane?.runs).toMatchObject([
      {
        ...{ name: settlement, status: 'SUCCEEDED', startedMs: toNightMs(1) },
        endedMs: toNightMs(2, 58),
        marks: [
          { eventId: 'e-1', acceptedMs: toNightMs(1, 1), shownMs: toNightMs(1, 2) },
          {
            effect: 'AWS_SETTLEMENT = SUCCEEDED',
            ...{ eventId: 'e-2', acceptedMs: toNightMs(3, 30), shownMs: toNightMs(3, 31) },
          },
        ],
      },
    ]);
  });

  test('links a job to the change that let it start', () => {
    const startedMs = toNightMs(3, 30) + 2_000;
    const endedMs = toNightMs(4);
    const jobs = [aJob('LOAD', 'SUCCESS', { condition: isReady, startedMs, endedMs })];
    const [lane] = makeNight({}, jobs).lanes;

    expect(lane?.jobs).toEqual([
      {
        ...{ name: 'LOAD', status: 'SUCCESS', waitsMs: eveningMs, startedMs, endedMs },
        releasedMs: toNightMs(3, 30),
        why: 'started 23:30: AWS_SETTLEMENT = SUCCEEDED, accepted 23:30',
      },
    ]);
  });

  test('does not link a job that started hours after the change', () => {
    const startedMs = toNightMs(5);
    const jobs = [aJob('LOAD', 'RUNNING', { condition: isReady, startedMs })];
    const [job] = makeNight({}, jobs).lanes[0]?.jobs ?? [];

    expect(job?.releasedMs).toBeUndefined();
    expect(job?.why).toMatch(/^started 01:00; no change of the bridge/);
  });

  test.for([
    [
      'a run that is active',
      { stage: 'confirmed', event: { value: 'RUNNING' } },
      'waits for value(AWS_SETTLEMENT) = "SUCCEEDED" (it is RUNNING since 22:58; settlement execution night-1 is still running in AWS)',
    ],
    [
      'an effect that is parked',
      { stage: 'parked', event: undefined, parked: { code: 'X', reason: 'AutoSys rejected it' } },
      'waits for value(AWS_SETTLEMENT) = "SUCCEEDED" (SUCCEEDED is parked: AutoSys rejected it)',
    ],
    [
      'an effect that is not sent yet',
      { stage: 'due', event: undefined, dueMs: Number.MAX_SAFE_INTEGER },
      'waits for value(AWS_SETTLEMENT) = "SUCCEEDED" (SUCCEEDED is not shown yet: confirmed by AutoSys)',
    ],
  ] as const)('says that a job waits for %s', ([, { event, ...over }, why]) => {
    const { entry } = anEntry();
    if (entry.kind === 'invalidEffect' || entry.event.kind !== 'SET_GLOBAL') throw new Error();
    const { confirmedMs: _, ...open } = entry;
    const value = parseGlobalValue(event?.value ?? 'SUCCEEDED');
    const effect = anEntry({ ...open, ...over, event: { ...entry.event, value } });
    const runs = [aRun(event ? { status: 'RUNNING' } : {})];
    const span = { runs, outages: [], isCut: false, effects: [effect] };
    const jobs = [aJob('LOAD', 'INACTIVE', { condition: isReady })];
    const [job] = makeNight({ span }, jobs).lanes[0]?.jobs ?? [];

    expect(job).toEqual({ name: 'LOAD', status: 'INACTIVE', waitsMs: eveningMs, why });
  });

  test('names only the terms that keep a job waiting', () => {
    const condition = `${isReady} & success(EXTRACT) & notrunning(BACKUP)`;
    const jobs = [
      aJob('LOAD', 'INACTIVE', { condition }),
      aJob('EXTRACT', 'RUNNING', { startedMs: toNightMs(2) }),
      aJob('BACKUP', 'SUCCESS'),
    ];
    const [job] = makeNight({}, jobs).lanes[0]?.jobs ?? [];

    expect(job?.why).toBe('waits for success(EXTRACT) (it is RUNNING)');
  });

  test('shows a job on hold as that', () => {
    const jobs = [aJob('LOAD', 'ON_HOLD', { condition: isReady })];

    expect(makeNight({}, jobs).lanes[0]?.jobs[0]?.why).toBe(
      'is ON_HOLD; an operator must release it',
    );
  });

  test('leaves out jobs that no lane concerns', () => {
    const jobs = [aJob('OTHER', 'INACTIVE', { condition: 'success(EXTRACT)' })];

    expect(makeNight({}, jobs).lanes[0]?.jobs).toEqual([]);
  });

  test('shows outages as bands, and what could not be read', () => {
    const instance = parseAutosysInstance('ACE');
    const common = { format: 1, kind: 'outage', instance, reason: 'refused', history: [] } as const;
    const outages = (['circuitBreaker', 'login', 'maintenance'] as const).map((outage) => ({
      ...({ kind: 'outage', key: outage } as const),
      outage: { ...common, outage, fromMs: toNightMs(2), untilMs: toNightMs(3) },
    }));
    const span = { runs: [], effects: [], outages, isCut: true };
    const night = makeNight({ span }, { unread: 'the connection was refused' });

    expect(night.bands.map(({ kind }) => kind)).toEqual(['away', 'login', 'window']);
    expect(night).toMatchObject({ isCut: true, unread: 'the connection was refused', lanes: [] });
  });
});
