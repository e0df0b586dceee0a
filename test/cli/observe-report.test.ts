import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  parseAutosysInstance,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
} from '../../autosys/names.ts';
import { ManualClock, makeAuthority, startEmulator } from '../../emulator/index.ts';
import {
  type ObservedEntry,
  type SeenReaction,
  toObservedPrefix,
  toObservedRow,
} from '../../lambda/ledger/observed.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { version } from '../lambda/ledger/requests.ts';
import { type EmbeddedTable, startLedgerTable } from '../support/ledger-table.ts';
import { environmentFor, runCli } from './setup.ts';

const authority = await makeAuthority();
/** The clock of the command, 07:00 in Zurich. */
const now = new Date('2026-11-20T06:00:00Z');
const ended = Date.parse('2026-11-20T03:00:00Z');
const job = parseJobName('OLD_POLL_JOB');

let embedded: EmbeddedTable;
let table: Table;

beforeEach(async () => {
  embedded = await startLedgerTable();
  table = createDynamoTable({ ...embedded, now: () => now });
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', embedded.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  await table.put(
    {
      key: 'instance names',
      body: {
        ...{ format: 1, kind: 'instanceNames', used: ['ACE'], inFile: ['ACE'] },
        timezones: { ACE: 'Europe/Zurich' },
      },
    },
    undefined,
  );
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await embedded[Symbol.asyncDispose]();
});

const report = (argv: readonly string[] = [], over: Parameters<typeof runCli>[1] = {}) =>
  runCli(['observe-report', ...(argv.includes('--since') ? [] : ['--since', '7d']), ...argv], {
    ...{ env: { LEDGER_TABLE: 'Ledger' }, now, ...over },
  });

/** An end of a run on an observed route: it ran for an hour, and its event took a second. */
function anEnd(run: string, seen: SeenReaction | undefined, over: Partial<ObservedEntry> = {}) {
  const entry: ObservedEntry = {
    format: 2,
    kind: 'observed',
    to: parseAutosysInstance('ACE'),
    event: {
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName('AWS_SETTLEMENT'),
      value: parseGlobalValue('SUCCEEDED'),
    },
    version: {
      ...version,
      ...{ run, status: 'SUCCEEDED', beganMs: ended - 3_600_000, changedMs: ended },
    },
    cause: {
      eventId: `e-${run}`,
      route: 'settlement',
      run: `settlement ${run}`,
      seenMs: ended + 1_000,
    },
    stage: 'observed',
    observe: { job, pollsEveryMs: 2_000 },
    checks: 1,
    ...(seen && { seen }),
    history: [{ atMs: ended + 1_000, text: 'observed' }],
    ...over,
  };
  return entry;
}

const aJobEnd = (over: Partial<Extract<SeenReaction, { kind: 'job' }>> = {}): SeenReaction => ({
  ...{ kind: 'job', status: 'SUCCESS', startedMs: ended - 3_600_000, endedMs: ended + 8_000 },
  ...{ run: 7, ...over },
});

async function store(...entries: readonly ObservedEntry[]) {
  for (const entry of entries) {
    await table.put(toObservedRow(`${toObservedPrefix(entry)}0`, entry), undefined);
  }
}

describe('observe-report', () => {
  test('prints one row for a route whose ends agree, with times and estimates, and ends with 0', async () => {
    await store(anEnd('a', aJobEnd()), anEnd('b', aJobEnd({ run: 8, endedMs: ended + 4_000 })));

    const { code, stdout, stderr } = await report();

    const [title, head, row, ...notes] = stdout.split('\n');
    expect(title).toBe(
      'observed routes from 2026-11-13T07:00:00.000+01:00 to 2026-11-20T07:00:00.000+01:00',
    );
    expect(head?.split(/ {2,}/)).toEqual([
      ...['ROUTE', 'INSTANCE', 'OLD', 'ENDS', 'SAME', 'DIFFERENT', 'ONLY BRIDGE', 'ONLY OLD'],
      ...['OPEN', 'NOT READ', 'GAINED', 'BRIDGE DELAY', 'CALLS SAVED*', 'AGENT SECONDS SAVED*'],
    ]);
    expect(row?.split(/ {2,}/)).toEqual([
      ...['settlement', 'ACE', 'job OLD_POLL_JOB', '2', '2', '0', '0', 'not read', '0', '0'],
      ...['4.0/8.0/8.0 s', '1.0/1.0/1.0 s', '3606', '7212'],
    ]);
    expect(notes).toContain(
      '* AWS calls, estimate: sum of ceil(seconds of polling / 2 s of pollsEvery)',
    );
    expect(notes).toContain('only old, route settlement: no address of AutoSys is given (--url)');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('prints each end that is not the same, with the reason, and ends with 1', async () => {
    await store(
      anEnd('a', aJobEnd({ status: 'FAILURE', endedMs: ended - 1_800_000 })),
      anEnd('b', { kind: 'none', reason: 'AutoSys shows no run of the job' }),
      anEnd('c', undefined),
      anEnd('d', undefined, { notCompared: 'the event comes from an archive replay' }),
    );

    const { code, stdout } = await report();

    const at = '2026-11-20T04:00:00.000+01:00  settlement  ACE  settlement';
    const lines = stdout.split('\n');
    expect(lines).toContain(
      `  ${at} a SUCCEEDED  different: the bridge reports a success, the job ended with FAILURE; the job ended before the run in AWS`,
    );
    expect(lines).toContain(
      `  ${at} b SUCCEEDED  only the bridge reacted: AutoSys shows no run of the job`,
    );
    expect(lines).toContain(`  ${at} c SUCCEEDED  not read yet: the sweep reads AutoSys later`);
    expect(lines).toContain(
      `  ${at} d SUCCEEDED  not read: the event comes from an archive replay`,
    );
    expect(code).toBe(1);
  });

  test('gives no time for an end in the hour that clocks repeat, and says so', async () => {
    await store(anEnd('a', aJobEnd({ ambiguous: true })));

    const { stdout } = await report(['--json']);

    const { routes, events } = JSON.parse(stdout);
    expect(routes).toMatchObject([{ counts: { same: 1 } }]);
    expect(routes[0]).not.toHaveProperty('gainedSeconds');
    expect(events).toMatchObject([{ reason: expect.stringContaining('set back') }]);
  });

  test('says that two runs in AWS are compared with one run of the job', async () => {
    await store(anEnd('a', aJobEnd()), anEnd('b', aJobEnd()));

    expect((await report()).stdout).toContain('one run of the job is compared with 2 runs in AWS');
  });

  test('prints JSON with labelled estimates, and only the route that is asked for', async () => {
    const other = anEnd('b', aJobEnd());
    await store(anEnd('a', aJobEnd()), {
      ...other,
      cause: { ...other.cause, route: 'other' },
    });

    const { code, stdout } = await report(['--route', 'settlement', '--json']);

    expect(JSON.parse(stdout)).toMatchObject({
      since: '2026-11-13T06:00:00.000Z',
      routes: [
        {
          route: 'settlement',
          observe: { job: 'OLD_POLL_JOB', pollsEverySeconds: 2 },
          counts: { same: 1, different: 0, onlyBridge: 0, open: 0, unread: 0 },
          gainedSeconds: { median: 8, p90: 8, max: 8 },
          awsCallsSaved: { value: 1_804, label: 'estimate', formula: expect.any(String) },
          agentSecondsSaved: { value: 3_608, label: 'estimate', formula: expect.any(String) },
        },
      ],
      events: [{ run: 'settlement a', effects: ['SET_GLOBAL AWS_SETTLEMENT=SUCCEEDED'] }],
    });
    expect(code).toBe(0);
  });

  test('ends with 3 if nothing differs and something was not read', async () => {
    await store(anEnd('a', aJobEnd()), anEnd('b', { kind: 'unreadable', reason: 'no permission' }));

    expect((await report()).code).toBe(3);
  });

  test('ends with 3 for a damaged row, and prints the others', async () => {
    await store(anEnd('a', aJobEnd()));
    const row = toObservedRow('observed ACE settlement x 0', anEnd('x', undefined));
    await table.put({ ...row, body: { format: 2, kind: 'observed' } }, undefined);

    const { code, stdout } = await report();

    expect(stdout).toContain('the row is damaged');
    expect(stdout).toContain('settlement  ACE');
    expect(code).toBe(3);
  });

  test('prints each row as lines on a narrow terminal', async () => {
    await store(anEnd('a', aJobEnd()));

    const { stdout } = await report([], { isTTY: true, columns: 80 });

    expect(stdout).toContain('OLD                   job OLD_POLL_JOB');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThan(100);
  });

  test('counts the runs of the job that no event belongs to, if AutoSys is given', async () => {
    const clock = new ManualClock(new Date(ended - 7_200_000));
    await using emulator = await startEmulator({
      authority,
      clock,
      jil: [
        {
          name: 'old.jil',
          text: 'insert_job: OLD_POLL_JOB  job_type: CMD  machine: host1  command: sleep 10',
        },
      ],
    });
    emulator.instance.queue({ kind: 'FORCE_STARTJOB', job });
    await clock.advance(60_000);
    await store(anEnd('a', aJobEnd({ startedMs: ended - 60_000 })));
    const environment = environmentFor(emulator);

    const { code, stdout } = await report(['--json'], {
      ...environment,
      env: { ...environment.env, LEDGER_TABLE: 'Ledger' },
      now,
    });

    expect(JSON.parse(stdout).routes).toMatchObject([{ onlyOld: 1 }]);
    expect(code).toBe(1);
  });

  test.for([
    { argv: ['--since', 'yesterday'], fault: '--since: "yesterday" is no time' },
    { argv: ['--since', '91d'], fault: '--since: found 91d, allowed: at most 90d' },
    { argv: ['--until', '2026-11-01T00:00Z'], fault: 'is not after' },
    { argv: ['--instance', 'WRONG'], fault: 'WRONG' },
  ])('rejects $argv', async ({ argv, fault }) => {
    const { code, stderr } = await report(argv);

    expect(stderr).toContain(fault);
    expect(code).toBe(2);
  });

  test('ends with 3 if the ledger does not answer', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:1');

    expect((await report()).code).toBe(3);
  });

  test('says that there is nothing to compare, and ends with 0', async () => {
    const { code, stdout } = await report();

    expect(stdout).toContain('no end of a run on an observed route');
    expect(code).toBe(0);
  });
});

test('parked refuses the key of an observed effect, and says what to do', async () => {
  const key = `${toObservedPrefix(anEnd('a', undefined))}0`;

  const { code, stderr } = await runCli(['parked', key], { env: { LEDGER_TABLE: 'Ledger' }, now });

  expect(stderr).toContain('an effect of an observed route is never sent');
  expect(code).toBe(1);
});

describe('status of what was only observed', () => {
  test('shows the effect of a variable, and that nothing was sent', async () => {
    await store(anEnd('a', undefined, { checkMs: ended + 61_000 }));
    const ask = (...more: string[]) =>
      runCli(['status', 'AWS_SETTLEMENT', '--instance', 'ACE', ...more], {
        ...{ env: { LEDGER_TABLE: 'Ledger' }, now },
      });

    const { stdout } = await ask();

    expect(stdout).toContain('stage    observed: nothing was sent and nothing will be sent');
    expect(stdout).toContain('compared with job OLD_POLL_JOB');
    expect(JSON.parse((await ask('--json')).stdout)).toMatchObject({
      entries: [],
      observed: [{ stage: 'observed', observes: 'job OLD_POLL_JOB', route: 'settlement' }],
    });
  });
});
