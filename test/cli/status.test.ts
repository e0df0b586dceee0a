import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseGlobalName, parseGlobalValue, parseJobName } from '../../autosys/names.ts';
import { admit, type EffectRequest } from '../../lambda/ledger/admit.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { agendaLists, toKey, toRow } from '../../lambda/ledger/entry-row.ts';
import { createRuns, toRunKey, toRunTarget } from '../../lambda/ledger/run-row.ts';
import { park, settle } from '../../lambda/ledger/settle.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { toVersion } from '../../lambda/workload/version.ts';
import { aContext, aOneShotRequest, aStateRequest, version } from '../lambda/ledger/requests.ts';
import { aBatchJob, anExecution } from '../route-file/workloads.ts';
import { aFailure, serveDynamo } from '../support/dynamo-server.ts';
import { type EmbeddedTable, startLedgerTable } from '../support/ledger-table.ts';
import { runCli } from './setup.ts';

const start = Date.parse('2026-11-20T02:00:00Z');
const now = () => new Date();
const policy = { firstWaitMs: 1, maxWaitMs: 1, deadlineMs: 1e12, jitter: 0 };

let embedded: EmbeddedTable;
let table: Table;

beforeEach(async () => {
  embedded = await startLedgerTable();
  table = createDynamoTable({ ...embedded, now });
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', embedded.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await embedded[Symbol.asyncDispose]();
});

const ask = (...argv: readonly string[]) =>
  runCli(['status', ...argv], { env: { LEDGER_TABLE: 'Ledger' } });

/** The entry that a wish becomes when somebody takes it. */
function taken(request: EffectRequest): Entry {
  const seenMs = start;
  const asked = { ...request, cause: { ...request.cause, seenMs } };
  const answer = admit(undefined, asked, aContext({ nowMs: start }));
  if (answer.kind !== 'take') throw new Error(answer.kind);
  return answer.entry;
}

async function store(...entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) await table.put(toRow(entry, Date.now()), undefined);
}

const job = parseJobName('REPAIR');
const mirrored: EffectRequest = {
  ...aStateRequest({ status: 'FAILED' }),
  event: { kind: 'CHANGE_STATUS', job, status: 'FAILURE' },
};
const startOf = (run: string, changedMs: number) => taken(aOneShotRequest({ run, changedMs }));

describe('status of a global variable', () => {
  test('tells the stage, the version, the lease, the next try and the story', async () => {
    await store(taken(aStateRequest()));

    const { code, stdout } = await ask('AWS_SETTLEMENT', '--instance', 'ACE');

    expect(code).toBe(0);
    expect(stdout).toContain('stage    sending: it may have left the bridge');
    expect(stdout).toContain('version  RUNNING of attempt 0');
    expect(stdout).toContain('lease    m1, until 2026-11-20T02:00:10.000Z');
    expect(stdout).toContain('next try 2026-11-20T02:00:00.000Z, failed so far: 0');
    expect(stdout).toContain('story\n  2026-11-20T02:00:00.000Z  requested by');
  });

  test.for([
    { result: { kind: 'confirmed' }, says: 'confirmed: AutoSys showed it' },
    { result: { kind: 'unreadable', reason: 'x' }, says: 'accepted: AutoSys took it, and cannot' },
  ] as const)('says $says', async ({ result, says }) => {
    await store(settle(taken(aStateRequest()), result, start + 5_000, policy));

    const { stdout } = await ask('AWS_SETTLEMENT', '--instance', 'ACE');

    expect(stdout).toContain(says);
  });

  test('says what a parked one means, and what to do', async () => {
    const parked = { code: 'BRIDGE_DEADLINE', reason: 'not brought about within 4 days' };
    await store(park(taken(aStateRequest()), start, parked));

    const { stdout } = await ask('AWS_SETTLEMENT', '--instance', 'ACE');

    expect(stdout).toMatch(/means {4}it could not be brought about within the deadline/);
    expect(stdout).toContain("begin    autosys-bridge replay 'state ACE global AWS_SETTLEMENT'");
  });
});

describe('status of a job', () => {
  test('tells its state and then its one-offs, the newest first', async () => {
    await store(startOf('run-1', 10_000), startOf('run-2', 20_000), taken(mirrored));

    const { code, stdout } = await ask('REPAIR', '--instance', 'ACE', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(stdout).entries).toMatchObject([
      { key: 'state ACE job REPAIR', sendevent: expect.stringContaining('CHANGE_STATUS') },
      {
        key: toKey(aOneShotRequest({ run: 'run-2' })),
        stage: 'sending',
        sentAt: expect.any(String),
      },
      { key: toKey(aOneShotRequest({ run: 'run-1' })) },
    ]);
  });

  test('tells so many one-offs as are asked for, and that there are more', async () => {
    await store(taken(mirrored), ...[1, 2, 3].map((at) => startOf(`run-${at}`, at)));

    const { code, stdout, stderr } = await ask('REPAIR', '--instance', 'ACE', '--limit', '2');

    expect(code).toBe(0);
    expect(stdout.match(/FORCE_STARTJOB REPAIR$/gm)).toHaveLength(2);
    expect(stdout).not.toContain('run-1');
    expect(stderr).toContain('there are older ones');
  });

  test('tells a one-off that cannot be read on stderr, and the others', async () => {
    await store(taken(mirrored));
    const target = { name: 'ACE job REPAIR', changedAt: new Date(start) };
    const row = { key: 'new', body: { format: 2 }, target, expiresAt: new Date(Date.now() + 1e6) };
    await table.put(row, undefined);

    const { code, stdout, stderr } = await ask('REPAIR', '--instance', 'ACE');

    expect(code).toBe(3);
    expect(stdout).toContain('CHANGE_STATUS REPAIR FAILURE');
    expect(stderr).toContain('read new: the row is of a format this software does not know');
  });

  test('refuses a name that nobody has written', async () => {
    const { code, stderr } = await ask('NOBODY', '--instance', 'ACE');

    expect(code).toBe(1);
    expect(stderr).toContain('the ledger knows nothing of a variable or job NOBODY on ACE');
  });
});

describe('status of a run', () => {
  const execution = anExecution();
  const routes = [{ name: 'settlement', endsWithinMs: 3_600_000 }];
  const request: EffectRequest = {
    ...aStateRequest(),
    event: {
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName('AWS_SETTLEMENT'),
      value: parseGlobalValue('SUCCEEDED'),
    },
    version: { ...version, run: execution.executionArn, status: 'SUCCEEDED' },
  };

  /** A run that was announced, and the entry it asked for. */
  async function storeRun(): Promise<void> {
    await store(settle(taken(request), { kind: 'confirmed' }, start + 5_000, policy));
    const announce = createRuns({ table, now: () => new Date(start + 6_000) });
    await announce(execution, routes).record([
      { key: toKey(request), text: 'taken, and confirmed' },
    ]);
  }

  test('tells each announcement, each decision, and every entry with its story and its times', async () => {
    await storeRun();

    const { code, stdout } = await ask(execution.executionArn);

    expect(code).toBe(0);
    expect(stdout).toContain('status   SUCCEEDED of attempt 0 since 2026-11-05T02:13:00.250Z');
    expect(stdout).toContain('sweep    does not ask, the run is over');
    expect(stdout).toMatch(/2026-11-20T02:00:06\.000Z {2}SUCCEEDED \(event .+\): taken, and conf/);
    expect(stdout).toContain('ACE  SET_GLOBAL AWS_SETTLEMENT=SUCCEEDED');
    expect(stdout).toContain('2026-11-20T02:00:00.000Z  requested by');
    expect(stdout).toContain('2026-11-20T02:00:05.000Z  confirmed by AutoSys');
  });

  test('says where an entry stands for a later run by now', async () => {
    await storeRun();
    const row = await table.get(toKey(request));
    const later = { ...request, version: { ...request.version, run: 'later', beganMs: 2e12 } };
    await table.put(toRow(taken(later), Date.now()), row?.revision);

    const { stdout } = await ask(execution.executionArn);

    expect(stdout).toContain('this target stands for a later run by now');
  });

  test('is data with --json', async () => {
    await storeRun();

    const { stdout } = await ask(execution.executionArn, '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      runs: [
        {
          run: execution.executionArn,
          status: 'SUCCEEDED',
          routes: ['settlement'],
          history: [{ at: '2026-11-20T02:00:06.000Z' }],
          entries: [{ key: toKey(request), confirmedAt: '2026-11-20T02:00:05.000Z' }],
        },
      ],
    });
  });

  test('finds a run by the name of its execution', async () => {
    await storeRun();

    expect((await ask('night-42')).stdout).toBe((await ask(execution.executionArn)).stdout);
  });

  test('finds a run by the name that Step Functions gave its execution', async () => {
    const executionName = '5d1a1e5e-0000-4000-8000-1234567890ab';
    const executionArn = execution.executionArn.replace('night-42', executionName);
    const event = anExecution({ executionName, executionArn });
    await createRuns({ table, now })(event, routes).record([{ text: 'ignored: x' }]);

    const { code, stdout } = await ask(executionName);

    expect(code).toBe(0);
    expect(stdout).toContain(`run      ${executionArn}`);
  });

  const batchJob = aBatchJob({ status: 'RUNNING' });

  test.for([
    { by: 'id', name: batchJob.batchJobId },
    { by: 'ARN', name: `arn:aws:batch:eu-west-1:111122223333:job/${batchJob.batchJobId}` },
    { by: 'name', name: batchJob.batchJobName },
  ])('finds a Batch job by its $by, and when AWS is asked about it', async ({ name }) => {
    await createRuns({ table, now })(batchJob, routes).record([{ text: 'ignored: x' }]);

    const { code, stdout } = await ask(name);

    expect(code).toBe(0);
    expect(stdout).toContain(
      'sweep    asks AWS at 2026-11-05T03:13:01.000Z, asked in vain so far: 0',
    );
    expect(stdout).toContain('it asked AutoSys for nothing');
  });

  test('lists the runs of one name, the newest first, each with its id', async () => {
    const ids = [1, 2, 3].map((nth) => `4c7599ae-0a82-49aa-ba5a-00000000000${nth}`);
    for (const [at, batchJobId] of ids.entries()) {
      const event = aBatchJob({ batchJobId, beganAt: new Date(start + at) });
      await createRuns({ table, now })(event, routes).record([{ text: 'ignored: x' }]);
    }

    const { stdout, stderr } = await ask('risk-42', '--limit', '2');

    const lines = stdout.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^2026-11-20T02:00:00\.002Z {2}FAILED {2}.* 4c7599ae-.*3$/),
      expect.stringMatching(/2$/),
    ]);
    expect(stderr).toContain('there are older ones');
  });

  test('ends with 3 where the run was written by newer software', async () => {
    const key = toRunKey(toVersion(execution));
    const expiresAt = new Date(Date.now() + 1e6);
    const target = {
      name: toRunTarget('execution', execution.executionName),
      changedAt: execution.beganAt,
    };
    await table.put({ key, body: { format: 2 }, target, expiresAt }, undefined);

    const { code, stderr } = await ask(execution.executionArn);

    expect(code).toBe(3);
    expect(stderr).toContain('the row is of a format this software does not know');
  });

  test.for([
    {
      name: 'arn:aws:states:eu-west-1:111122223333:execution:x:y',
      says: 'knows nothing of run arn',
    },
    { name: 'nobody', says: 'knows no run called nobody; for a global variable or a job say' },
  ])('refuses $name, which nobody announced', async ({ name, says }) => {
    const { code, stderr } = await ask(name);

    expect(code).toBe(1);
    expect(stderr).toContain(says);
  });
});

test.for([
  { argv: [], says: 'expected one NAME, ARN or ID, found none' },
  { argv: ['A', 'B'], says: 'found 2' },
  {
    argv: ['arn:aws:states:eu-west-1:1:stateMachine:x'],
    says: 'ARN: expected one of an execution',
  },
  { argv: ['arn:aws:states:e:1:execution:x:y', '--instance', 'ACE'], says: 'not together with an' },
  { argv: ['no such name', '--instance', 'ACE'], says: 'job' },
])('status refuses the command line $argv', async ({ argv, says }) => {
  const { code, stderr } = await ask(...argv);

  expect(code).toBe(2);
  expect(stderr).toContain(says);
});

test('status refuses to guess the table', async () => {
  const { code, stderr } = await runCli(['status', 'AWS_X', '--instance', 'ACE']);

  expect(code).toBe(2);
  expect(stderr).toContain('--table: expected');
});

test.for([
  { what: 'status', argv: ['status', 'night-42'] },
  { what: 'parked', argv: ['parked'] },
  { what: 'replay', argv: ['replay', '--route', 'risk'] },
])('$what ends with 3 where the table stays throttled, and says so', async ({ argv }) => {
  await using server = await serveDynamo(aFailure('ProvisionedThroughputExceededException'));
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', server.url);

  const { code, stderr } = await runCli(argv, { env: { LEDGER_TABLE: 'Ledger' } });

  expect(code).toBe(3);
  expect(stderr).toContain('on table Ledger: ProvisionedThroughputExceededException');
});

test('a run that is open stands on the list by which the sweep finds it', async () => {
  const event = anExecution({ status: 'RUNNING' });
  await createRuns({ table, now })(event, [{ name: 'a', endsWithinMs: 1_000 }]).record([
    { text: 'x' },
  ]);

  const { entries } = await table.agenda(agendaLists.open, { until: new Date(), limit: 9 });

  expect(entries.map(({ key }) => key)).toEqual([toRunKey(toVersion(event))]);
});
