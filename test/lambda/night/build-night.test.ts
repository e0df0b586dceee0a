import { describe, expect, test } from 'vitest';
import { parseCondition } from '../../../autosys/condition/index.ts';
import {
  parseAutosysInstance,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
} from '../../../autosys/names.ts';
import type { JobStatus } from '../../../autosys/status.ts';
import type { GroupRecord } from '../../../lambda/groups/group-row.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Run } from '../../../lambda/ledger/run.ts';
import { buildNight } from '../../../lambda/night/build-night.ts';
import { formatNightText } from '../../../lambda/night/format-night-text.ts';
import type { ListedJob, NightFacts } from '../../../lambda/night/night-facts.ts';
import { formatNightPage } from '../../../lambda/night/page/format-night-page.ts';
import type { LedgerSpan } from '../../../lambda/span/read-span.ts';
import { aStateRequest } from '../ledger/requests.ts';
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
    span: { runs: [aRun()], effects: [anEntry()], outages: [], groups: [], isCut: false },
    ...over,
  });
}

const riskDay = 'group risk 2026-11-29';

/** The row of a group of three, one of which has failed and one of which has not begun. */
function aGroupRow(over: Partial<GroupRecord> = {}): NightFacts['span']['groups'][number] {
  const version = { beganMs: toNightMs(1), run: 'arn:1', attempt: 0, changedMs: toNightMs(2) };
  const toName = (name: string) => `111122223333 state machine ${name}`;
  const group: GroupRecord = {
    ...{ format: 1, kind: 'group', name: 'risk', day: '2026-11-29', beganMs: toNightMs(-2) },
    ...{ status: 'RUNNING', expect: 3, need: 3 },
    listed: ['risk-a', 'risk-b', 'risk-c'].map((name) => `state machine ${name}`),
    members: [
      { name: toName('risk-a'), version: { ...version, status: 'SUCCEEDED' } },
      { name: toName('risk-b'), version: { ...version, status: 'RUNNING' } },
    ],
    changes: [
      { number: 1, status: 'PENDING', atMs: toNightMs(-2), by: 'cutoff' },
      { number: 2, status: 'RUNNING', atMs: toNightMs(1), by: 'risk-a' },
    ],
    ...over,
  };
  return { kind: 'group', key: riskDay, group };
}

/** The entry of the variable of the group, with a given value. */
function aGroupEntry(value: string): NightFacts['span']['effects'][number] {
  const cause = { eventId: 'e-9', route: 'group:risk', run: riskDay, seenMs: toNightMs(1) };
  return anEntry({
    event: {
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName('AWS_RISK'),
      value: parseGlobalValue(value),
    },
    version: {
      ...{ beganMs: toNightMs(-2), run: riskDay, attempt: 2, status: 'RUNNING' },
      changedMs: toNightMs(1),
    },
    cause,
    ...{ confirmedMs: toNightMs(1, 1), history: [] },
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

  test('says what a job waits for whose box has begun again after its run', () => {
    const [startedMs, endedMs] = [toNightMs(3, 31), toNightMs(3, 40)];
    const notYet = 'value(AWS_SETTLEMENT) = "READY"';
    const jobs = [aJob('LOAD', 'ACTIVATED', { condition: notYet, startedMs, endedMs })];
    const [job] = makeNight({}, jobs).lanes[0]?.jobs ?? [];

    expect(job).toMatchObject({ startedMs, endedMs, waitsMs: endedMs });
    expect(job?.why).toMatch(/^waits for value\(AWS_SETTLEMENT\) = "READY"/);
  });

  test('leaves out a run that was over before the night, and knows the start that it caused', () => {
    const startedMs = toNightMs(3, 31) + 30_000;
    const jobs = [aJob('LOAD', 'RUNNING', { condition: isReady, startedMs })];
    const [lane] = makeNight({ fromMs: toNightMs(3, 31) + 1 }, jobs).lanes;

    expect(lane?.runs).toEqual([]);
    expect(lane?.jobs[0]?.why).toBe('started 23:31: AWS_SETTLEMENT = SUCCEEDED, accepted 23:30');
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
    const span = { runs, outages: [], groups: [], isCut: false, effects: [effect] };
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

  test('shows the day of a group with its states, and who is missing', () => {
    const span = {
      ...{ runs: [], outages: [], isCut: false },
      ...{ effects: [aGroupEntry('RUNNING')], groups: [aGroupRow()] },
    };
    const condition = 'value(AWS_RISK) = "SUCCEEDED"';
    const jobs = [aJob('REPORT', 'INACTIVE', { condition })];
    const [lane] = makeNight({ span }, jobs).lanes;

    expect(lane).toMatchObject({ kind: 'global', name: 'AWS_RISK' });
    expect(lane?.runs).toMatchObject([
      {
        ...{ name: riskDay, status: 'RUNNING', startedMs: toNightMs(-2) },
        marks: [{ effect: 'AWS_RISK = RUNNING', shownMs: toNightMs(1, 1) }],
        group: {
          states: [
            { status: 'PENDING', fromMs: toNightMs(-2), untilMs: toNightMs(1) },
            { status: 'RUNNING', fromMs: toNightMs(1) },
          ],
          ...{ succeeded: 1, need: 3, expect: 3, unnamed: 0 },
          open: ['state machine risk-b RUNNING'],
          missing: ['state machine risk-c'],
        },
      },
    ]);
    expect(lane?.jobs[0]?.why).toBe(
      'waits for value(AWS_RISK) = "SUCCEEDED" (it is RUNNING since 21:00; group risk 2026-11-29: 1 of 3 succeeded, 3 needed; not yet: state machine risk-b RUNNING; missing: state machine risk-c)',
    );
  });

  test('prints the day of a group as text, with the number of members without a name', () => {
    const { listed: _, ...group } = aGroupRow({ expect: 12, need: 10 }).group;
    const span = {
      ...{ runs: [], outages: [], isCut: false, effects: [aGroupEntry('RUNNING')] },
      groups: [{ kind: 'group', key: riskDay, group } as const],
    };
    const lines = formatNightText(makeNight({ span }));

    expect(lines).toContain(
      '    1 of 12 succeeded, 10 needed; not yet: state machine risk-b RUNNING; missing: 10 without a name in the route file',
    );
    expect(lines).toContain('    PENDING 18:00, RUNNING 21:00');
  });

  test('releases a job from the change of a group', () => {
    const changes = [
      { number: 1, status: 'RUNNING', atMs: toNightMs(1), by: 'risk-a' },
      { number: 2, status: 'SUCCEEDED', atMs: toNightMs(3), by: 'risk-c' },
    ] as const;
    const effect = aGroupEntry('SUCCEEDED');
    if (effect.entry.kind === 'invalidEffect') throw new Error('the effect is valid');
    const sent = { sentMs: toNightMs(3), acceptedMs: toNightMs(3) };
    const span = {
      ...{ runs: [], outages: [], isCut: false },
      effects: [{ ...effect, entry: { ...effect.entry, sent } }],
      groups: [aGroupRow({ status: 'SUCCEEDED', changes })],
    };
    const startedMs = toNightMs(3) + 2_000;
    const condition = 'value(AWS_RISK) = "SUCCEEDED"';
    const jobs = [aJob('REPORT', 'RUNNING', { condition, startedMs })];
    const [lane] = makeNight({ span }, jobs).lanes;

    expect(lane?.runs[0]).toMatchObject({ status: 'SUCCEEDED', endedMs: toNightMs(3) });
    expect(lane?.jobs[0]).toMatchObject({
      releasedMs: toNightMs(3),
      why: 'started 23:00: AWS_RISK = SUCCEEDED, accepted 23:00',
    });
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
    const span = { runs: [], effects: [], outages, groups: [], isCut: true };
    const night = makeNight({ span }, { unread: 'the connection was refused' });

    expect(night.bands.map(({ kind }) => kind)).toEqual(['away', 'login', 'window']);
    expect(night).toMatchObject({ isCut: true, unread: 'the connection was refused', lanes: [] });
  });

  test('lists what observed routes would have sent, apart from what was sent', () => {
    const anObserved = (key: string, hour: number): LedgerSpan['observed'][number] => ({
      ...({ kind: 'observed', key } as const),
      observed: {
        ...{ format: 2, kind: 'observed', to: parseAutosysInstance('ACE'), stage: 'observed' },
        ...{ event: aStateRequest().event, version: aRun().run.version, checks: 0, history: [] },
        observe: { job: parseJobName('OLD_POLL_JOB'), pollsEveryMs: 2_000 },
        cause: { eventId: key, route: 'settlement', run: `run ${key}`, seenMs: toNightMs(hour) },
      },
    });
    const observed = [anObserved('late', 3), anObserved('early', 2)];
    const span = { runs: [], effects: [], outages: [], groups: [], isCut: false, observed };
    const night = makeNight({ span });

    expect(night.lanes).toEqual([]);
    expect(night.observed).toMatchObject([{ run: 'run early' }, { run: 'run late' }]);
    const text = formatNightText(night);
    expect(text).toContain('Observed only, nothing was sent');
    expect(text).toContain('  22:00  AWS_SETTLEMENT = RUNNING (route settlement, run early)');
    expect(formatNightPage(night)).toContain(
      'AWS_SETTLEMENT = RUNNING, route settlement, run late',
    );
  });
});
