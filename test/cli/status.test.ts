import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  parseAutosysInstance,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
} from '../../autosys/names.ts';
import { commandPrefix } from '../../cli/command-prefix.ts';
import { findGroupDay } from '../../lambda/groups/group-day.ts';
import { createRecordGroup } from '../../lambda/groups/record-group.ts';
import { admit, type EffectRequest } from '../../lambda/ledger/admit.ts';
import { agendaLists } from '../../lambda/ledger/agenda.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { toKey, toRow } from '../../lambda/ledger/entry-row.ts';
import { type Outage, toOutageRow } from '../../lambda/ledger/outage.ts';
import { createRuns, toRunKey, toRunTarget } from '../../lambda/ledger/run-row.ts';
import { park, settle } from '../../lambda/ledger/settle.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { toRequestRow } from '../../lambda/request/request-row.ts';
import type { StoredRequest } from '../../lambda/request/stored-request.ts';
import { toVersion } from '../../lambda/workload/version.ts';
import { aContext, aOneShotRequest, aStateRequest, version } from '../lambda/ledger/requests.ts';
import { aBatchJob, anExecution } from '../route-file/workloads.ts';
import { aFailure, serveDynamo } from '../support/dynamo-server.ts';
import { aGroup, aMember } from '../support/groups.ts';
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

/** The entry of a request after it is claimed. */
function claimed(request: EffectRequest): Entry {
  const seenMs = start;
  const seenRequest = { ...request, cause: { ...request.cause, seenMs } };
  const result = admit(undefined, seenRequest, aContext({ nowMs: start }));
  if (result.kind !== 'take') throw new Error(result.kind);
  return result.entry;
}

async function store(...entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) await table.put(toRow(entry, Date.now()), undefined);
}

const job = parseJobName('REPAIR');
const mirrored: EffectRequest = {
  ...aStateRequest({ status: 'FAILED' }),
  event: { kind: 'CHANGE_STATUS', job, status: 'FAILURE' },
};
const startOf = (run: string, changedMs: number) => claimed(aOneShotRequest({ run, changedMs }));

describe('status of a global variable', () => {
  test('prints stage, version, lease, next try and history', async () => {
    await store(claimed(aStateRequest()));

    const { code, stdout } = await ask('AWS_SETTLEMENT', '--instance', 'ACE');

    expect(code).toBe(0);
    expect(stdout).toContain('stage    sending: it may have reached AutoSys');
    expect(stdout).toContain('version  RUNNING of attempt 0');
    expect(stdout).toContain('lease    m1, until 2026-11-20T02:00:10.000Z');
    expect(stdout).toMatch(/next try 2026-11-20T02:00:00\.000Z \(.* ago\), failed tries so far: 0/);
    expect(stdout).toContain('history\n  2026-11-20T02:00:00.000Z  requested by');
  });

  test.for([
    { result: { kind: 'confirmed' }, says: 'confirmed: AutoSys showed the effect' },
    {
      result: { kind: 'unreadable', reason: 'x' },
      says: 'accepted: AutoSys has queued it, and the effect cannot be read back',
    },
  ] as const)('prints the stage $says', async ({ result, says }) => {
    await store(settle(claimed(aStateRequest()), result, start + 5_000, policy));

    const { stdout } = await ask('AWS_SETTLEMENT', '--instance', 'ACE');

    expect(stdout).toContain(says);
  });

  test('prints what happened to a parked entry, and what to do', async () => {
    const parked = { code: 'BRIDGE_DEADLINE', reason: 'not brought about within 4 days' };
    await store(park(claimed(aStateRequest()), start, parked));

    const { stdout } = await ask('AWS_SETTLEMENT', '--instance', 'ACE');

    expect(stdout).toMatch(/meaning {2}the event did not take effect within the deadline/);
    expect(stdout).toContain(`command  ${commandPrefix} replay 'state ACE global AWS_SETTLEMENT'`);
  });
});

describe('status of an entry of a group', () => {
  test('names the group instead of a route', async () => {
    const request = aStateRequest();
    await store(claimed({ ...request, cause: { ...request.cause, route: 'group:risk' } }));

    const { stdout } = await ask('AWS_SETTLEMENT', '--instance', 'ACE');

    expect(stdout).toMatch(/^ {2}group {4}risk, event /m);
  });
});

describe('status of an entry that waits', () => {
  const outage: Outage = {
    format: 1,
    kind: 'outage',
    instance: parseAutosysInstance('ACE'),
    outage: 'circuitBreaker',
    fromMs: start - 60_000,
    lasts: true,
    reason: 'connection refused',
    history: [],
  };
  const at = (ms: number) => ({ env: { LEDGER_TABLE: 'Ledger' }, now: new Date(start + ms) });
  const due: Entry = { ...claimed(aStateRequest()), stage: 'due' };

  test.for([
    { who: 'the function that works on it', ms: 1_000, waits: 'for the lease holder: function m1' },
    { who: 'the sweep', ms: 20_000, waits: 'for the sweep: the next sweep run works on it' },
  ])('names $who', async ({ ms, waits }) => {
    await store(due);

    const { stdout } = await runCli(['status', 'AWS_SETTLEMENT', '--instance', 'ACE'], at(ms));

    expect(stdout).toContain(`  waits    ${waits}`);
  });

  test('names the outage of the instance, since when and why, also in --json', async () => {
    await store(due);
    await table.put(toOutageRow(outage, start), undefined);
    const argv = ['status', 'AWS_SETTLEMENT', '--instance', 'ACE'];

    const { stdout } = await runCli(argv, at(20_000));
    const json = await runCli([...argv, '--json'], at(20_000));

    expect(stdout).toContain(
      '  waits    for the circuit breaker: circuit breaker open since 2026-11-20T01:59:00.000Z: connection refused',
    );
    expect(JSON.parse(json.stdout).entries[0].waitsFor).toEqual({
      kind: 'circuitBreaker',
      reason: 'circuit breaker open since 2026-11-20T01:59:00.000Z: connection refused',
      since: '2026-11-20T01:59:00.000Z',
    });
  });

  test('is printed by `parked KEY` too, for an entry that is no longer parked', async () => {
    await store(due);
    await table.put(toOutageRow(outage, start), undefined);
    const argv = ['parked', 'state ACE global AWS_SETTLEMENT'];

    const { stdout } = await runCli(argv, at(20_000));
    const json = await runCli([...argv, '--json'], at(20_000));

    expect(stdout).toContain('  waits    for the circuit breaker: circuit breaker open since');
    expect(JSON.parse(json.stdout).waitsFor).toMatchObject({ kind: 'circuitBreaker' });
  });

  test('names the predecessor with its key', async () => {
    const behind = { behind: 'FORCE_STARTJOB REPAIR is due', behindKey: 'once ACE x' };
    const request = aStateRequest();
    const seen = { ...request, cause: { ...request.cause, seenMs: start } };
    const result = admit(undefined, seen, aContext({ nowMs: start, ...behind }));
    if (result.kind !== 'defer') throw new Error(result.kind);
    await store(result.entry);

    const { stdout } = await ask('AWS_SETTLEMENT', '--instance', 'ACE');

    expect(stdout).toContain(
      "  waits    for a predecessor: FORCE_STARTJOB REPAIR is due, 'once ACE x'",
    );
    expect(stdout).toContain('waits for a predecessor: FORCE_STARTJOB REPAIR is due\n');
  });

  test('prints nothing for one that is confirmed', async () => {
    await store(settle(claimed(aStateRequest()), { kind: 'confirmed' }, start + 5_000, policy));

    const { stdout } = await ask('AWS_SETTLEMENT', '--instance', 'ACE');

    expect(stdout).not.toContain('  waits ');
  });
});

describe('status of a job', () => {
  test('prints its status entry and then its one-shots, newest first', async () => {
    await store(startOf('run-1', 10_000), startOf('run-2', 20_000), claimed(mirrored));

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

  test('prints at most --limit one-shots, and that more exist', async () => {
    await store(claimed(mirrored), ...[1, 2, 3].map((at) => startOf(`run-${at}`, at)));

    const { code, stdout, stderr } = await ask('REPAIR', '--instance', 'ACE', '--limit', '2');

    expect(code).toBe(0);
    expect(stdout.match(/FORCE_STARTJOB REPAIR$/gm)).toHaveLength(2);
    expect(stdout).not.toContain('run-1');
    expect(stderr).toContain('more rows exist');
  });

  test('reports a one-shot that cannot be parsed on stderr, and prints the others', async () => {
    await store(claimed(mirrored));
    const target = { name: 'ACE job REPAIR', changedAt: new Date(start) };
    const row = { key: 'new', body: { format: 2 }, target, expiresAt: new Date(Date.now() + 1e6) };
    await table.put(row, undefined);

    const { code, stdout, stderr } = await ask('REPAIR', '--instance', 'ACE');

    expect(code).toBe(3);
    expect(stdout).toContain('CHANGE_STATUS REPAIR FAILURE');
    expect(stderr).toContain('read new: the row is of a format this software does not know');
  });

  test('rejects a name without an entry', async () => {
    const { code, stderr } = await ask('MISSING', '--instance', 'ACE');

    expect(code).toBe(1);
    expect(stderr).toContain('the ledger has no entry of a variable or job MISSING on ACE');
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

  /** A run with one event, and its entry. */
  async function storeRun(): Promise<void> {
    await store(settle(claimed(request), { kind: 'confirmed' }, start + 5_000, policy));
    const runs = createRuns({ table, now: () => new Date(start + 6_000) });
    await runs(execution, routes).record([
      { key: toKey(request), text: 'accepted, and confirmed' },
    ]);
  }

  test('prints each event, its result, and every entry with its history and times', async () => {
    await storeRun();

    const { code, stdout } = await ask(execution.executionArn);

    expect(code).toBe(0);
    expect(stdout).toContain('status   SUCCEEDED of attempt 0 since 2026-11-05T02:13:00.250Z');
    expect(stdout).toContain('sweep    no AWS lookup, the run has ended');
    expect(stdout).toMatch(
      /2026-11-20T02:00:06\.000Z {2}SUCCEEDED \(event .+\): accepted, and conf/,
    );
    expect(stdout).toContain('ACE  SET_GLOBAL AWS_SETTLEMENT=SUCCEEDED');
    expect(stdout).toContain('2026-11-20T02:00:00.000Z  requested by');
    expect(stdout).toContain('2026-11-20T02:00:05.000Z  confirmed by AutoSys');
  });

  test('prints that an entry holds the request of another run', async () => {
    await storeRun();
    const row = await table.get(toKey(request));
    const later = { ...request, version: { ...request.version, run: 'later', beganMs: 2e12 } };
    await table.put(toRow(claimed(later), Date.now()), row?.revision);

    const { stdout } = await ask(execution.executionArn);

    expect(stdout).toContain('this entry now holds the request of another run');
  });

  test('prints data with --json', async () => {
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
  ])('finds a Batch job by its $by, and prints the next AWS lookup', async ({ name }) => {
    await createRuns({ table, now })(batchJob, routes).record([{ text: 'ignored: x' }]);

    const { code, stdout } = await ask(name);

    expect(code).toBe(0);
    expect(stdout).toMatch(
      /sweep {4}next AWS lookup at 2026-11-05T03:13:01\.000Z \(.* ago\), lookups without a result so far: 0/,
    );
    expect(stdout).toContain('no entries: this run requested nothing from AutoSys');
  });

  test('lists the runs with one name, newest first, each with its id', async () => {
    const ids = [1, 2, 3].map((nth) => `4c7599ae-0a82-49aa-ba5a-00000000000${nth}`);
    for (const [at, batchJobId] of ids.entries()) {
      const event = aBatchJob({ batchJobId, beganAt: new Date(start + at) });
      await createRuns({ table, now })(event, routes).record([{ text: 'ignored: x' }]);
    }

    const { stdout, stderr } = await ask('risk-42', '--limit', '2');

    const lines = stdout.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^2026-11-20T02:00:00\.002Z \(.* ago\) {2}FAILED {2}.* 4c7599ae-.*3$/),
      expect.stringMatching(/2$/),
    ]);
    expect(stderr).toContain('more rows exist');
  });

  test('ends with 3 if newer software wrote the run', async () => {
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
      says: 'the ledger has no run arn',
    },
    {
      name: 'missing',
      says: 'no run named missing; for a global variable or a job, add --instance',
    },
  ])('rejects $name, which has no run', async ({ name, says }) => {
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
    says: 'ARN: expected the ARN of an execution',
  },
  { argv: ['arn:aws:states:e:1:execution:x:y', '--instance', 'ACE'], says: 'not allowed with an' },
  { argv: ['no such name', '--instance', 'ACE'], says: 'job' },
])('status rejects the command line $argv', async ({ argv, says }) => {
  const { code, stderr } = await ask(...argv);

  expect(code).toBe(2);
  expect(stderr).toContain(says);
});

test('status requires the name of the table', async () => {
  const { code, stderr } = await runCli(['status', 'AWS_X', '--instance', 'ACE']);

  expect(code).toBe(2);
  expect(stderr).toContain('--table: missing');
});

test.for([
  { what: 'status', argv: ['status', 'night-42'] },
  { what: 'parked', argv: ['parked'] },
  { what: 'replay', argv: ['replay', '--route', 'risk'] },
])('$what ends with 3 if the table stays throttled, and prints that', async ({ argv }) => {
  await using server = await serveDynamo(aFailure('ProvisionedThroughputExceededException'));
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', server.url);

  const { code, stderr } = await runCli(argv, { env: { LEDGER_TABLE: 'Ledger' } });

  expect(code).toBe(3);
  expect(stderr).toContain('on table Ledger: ProvisionedThroughputExceededException');
});

test('an open run is on the list that the sweep reads', async () => {
  const event = anExecution({ status: 'RUNNING' });
  await createRuns({ table, now })(event, [{ name: 'a', endsWithinMs: 1_000 }]).record([
    { text: 'x' },
  ]);

  const { entries } = await table.agenda(agendaLists.open, { until: new Date(), limit: 9 });

  expect(entries.map(({ key }) => key)).toEqual([toRunKey(toVersion(event))]);
});

describe('status of what AWS processes have asked', () => {
  const execution = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:night-42';
  const receivedMs = start;

  async function storeRequest(over: Partial<StoredRequest> = {}): Promise<void> {
    const request: StoredRequest = {
      ...{ format: 1, kind: 'request', entry: 'ledger-team', key: 'order-4711', attempt: 0 },
      ...{ instance: parseAutosysInstance('ACE'), action: 'runJob', digest: 'ab' },
      ...{ subject: 'job REPAIR', execution, state: 'Load', receivedMs, stage: 'open' },
      wait: {
        ...{ job, start: 'STARTJOB', onAbort: 'kill', token: 'secret-token' },
        ...{ untilMs: start + 3_600_000, nextMs: start, run: { run: 17, try: 1 } },
      },
      history: [{ atMs: start, text: 'received' }],
      ...over,
    };
    await table.put(toRequestRow(request, start), undefined);
  }

  test('prints a wait with who asks, without task token and own key', async () => {
    await storeRequest();

    const { code, stdout } = await ask('REPAIR', '--instance', 'ACE');

    expect(code).toBe(0);
    expect(stdout).toContain('stage    open: the job has not ended');
    expect(stdout).toContain('entry    ledger-team of requests');
    expect(stdout).toContain(`asked by ${execution}, state Load`);
    expect(stdout).toMatch(
      /waits {4}for run 17, try 1 of job REPAIR \(STARTJOB\), until 2026-11-20T03:00:00\.000Z \(.* ago\), with a task token; KILLJOB if its execution is gone/,
    );
    expect(stdout).not.toMatch(/secret-token|order-4711/);
  });

  test('prints the same as JSON, beside the entries', async () => {
    await store(claimed(mirrored));
    await storeRequest({
      stage: 'ended',
      result: { kind: 'failure', failure: 'AutoSys.JobFailed', cause: 'exit code 3' },
    });

    const { stdout } = await ask('REPAIR', '--instance', 'ACE', '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      entries: [{ key: 'state ACE job REPAIR' }],
      requests: [
        {
          ...{ action: 'runJob', entry: 'ledger-team', execution, state: 'Load', stage: 'ended' },
          wait: { job: 'REPAIR', hasToken: true, until: '2026-11-20T03:00:00.000Z', run: 17 },
          result: { failure: 'AutoSys.JobFailed', cause: 'exit code 3' },
        },
      ],
    });
    expect(stdout).not.toMatch(/secret-token|order-4711/);
  });

  test('prints the requests that set a variable', async () => {
    const answer = { confirmed: true, value: '1', at: '2026-11-20T02:00:01.000Z' };
    await table.put(
      toRequestRow(
        {
          ...{ format: 1, kind: 'request', entry: 'ledger-team', key: 'k', attempt: 0 },
          ...{ instance: parseAutosysInstance('ACE'), action: 'setGlobal', digest: 'ab' },
          ...{ subject: 'global LEDGER_DAY', receivedMs, stage: 'ended', history: [] },
          result: { kind: 'answer', answer },
        },
        start,
      ),
      undefined,
    );

    const { stdout } = await ask('LEDGER_DAY', '--instance', 'ACE');

    expect(stdout).toContain('setGlobal global LEDGER_DAY, requested by an AWS process');
    expect(stdout).toContain('asked by a caller without an execution');
    expect(stdout).toContain('result   {"confirmed":true');
  });
});

describe('status of a group', () => {
  const group = aGroup();

  async function recordNight(): Promise<void> {
    const { recordMember } = createRecordGroup({ table, now: () => new Date(start) });
    const events = [
      aMember({ of: 'risk-a', status: 'SUCCEEDED', began: '2026-11-18T20:00:00Z' }),
      aMember({ of: 'risk-a', status: 'SUCCEEDED' }),
      aMember({ of: 'risk-b', status: 'RUNNING' }),
    ];
    for (const event of events) {
      const found = findGroupDay(event, group.day);
      if (found.kind === 'day') await recordMember({ group, ...found }, event);
    }
  }

  test('lists the members that are missing, and the days before', async () => {
    await recordNight();

    const { code, stdout } = await ask('risk');

    expect(code).toBe(0);
    expect(stdout).toContain('group risk on 2026-11-19\n  state    RUNNING');
    expect(stdout).toContain('members  1 of 3 have succeeded, 3 needed');
    expect(stdout).toContain('missing  state machine risk-c: no event on this day');
    expect(stdout).toContain('missing  111122223333 state machine risk-b: RUNNING');
    expect(stdout).not.toContain('missing  111122223333 state machine risk-a');
    expect(stdout).toContain('earlier days\n  2026-11-18  RUNNING  1 of 3 succeeded, 3 needed');
  });

  test('prints JSON with --json', async () => {
    await recordNight();

    const { stdout } = await ask('risk', '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      groupDays: [
        {
          group: 'risk',
          day: '2026-11-19',
          status: 'RUNNING',
          expect: 3,
          need: 3,
          succeeded: 1,
          missing: ['state machine risk-c'],
          missingWithoutName: 0,
          members: [{ status: 'SUCCEEDED' }, { status: 'RUNNING' }],
        },
        { day: '2026-11-18' },
      ],
    });
  });
});
