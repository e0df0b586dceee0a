import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commandPrefix } from '../../cli/command-prefix.ts';
import { dismissAll } from '../../cli/ledger/dismiss.ts';
import { replayAll, selectReplayable } from '../../cli/ledger/replay.ts';
import { LedgerError } from '../../lambda/errors.ts';
import type { Launch } from '../../lambda/launch/launch.ts';
import { toLaunchRow } from '../../lambda/launch/launch-row.ts';
import type { LaunchStop } from '../../lambda/launch/stop/stop-record.ts';
import { admit, type EffectRequest } from '../../lambda/ledger/admit.ts';
import { agendaLists, readAgenda } from '../../lambda/ledger/agenda.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { toKey, toRow } from '../../lambda/ledger/entry-row.ts';
import {
  changeInstanceNames,
  parkUnknown,
  withFile,
  withUsed,
} from '../../lambda/ledger/instance-names.ts';
import { createParkInvalidEffect } from '../../lambda/ledger/invalid-effect.ts';
import { park } from '../../lambda/ledger/settle.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { LocalSts } from '../../local/index.ts';
import { aContext, aOneShotRequest, aStateRequest } from '../lambda/ledger/requests.ts';
import { type EmbeddedTable, startLedgerTable } from '../support/ledger-table.ts';
import { runCli } from './setup.ts';

const start = Date.parse('2026-11-20T02:00:00Z');
const now = () => new Date();

const operator = 'arn:aws:iam::111122223333:user/ops';

let embedded: EmbeddedTable;
let sts: LocalSts;
let table: Table;

beforeEach(async () => {
  embedded = await startLedgerTable();
  table = createDynamoTable({ ...embedded, now });
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', embedded.url);
  sts = await LocalSts.start();
  vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  signInAs(operator);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await sts.stop();
  await embedded[Symbol.asyncDispose]();
});

/** Sets the AWS credentials of a principal. */
function signInAs(arn: string): void {
  const { accessKeyId, secretAccessKey } = sts.callers.keysFor(arn);
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
}

const env = { LEDGER_TABLE: 'Ledger', USER: 'root' };
const ask = (...argv: readonly string[]) => runCli(argv, { env });

const requestOf = (name: string, route = 'settlement') => {
  const request = aStateRequest();
  const event = { ...request.event, globalVariable: name } as Entry['event'];
  return { ...request, event, cause: { ...request.cause, seenMs: start, route } };
};

function createEntry(request = requestOf('AWS_SETTLEMENT')): Entry {
  const result = admit(undefined, request, aContext({ nowMs: start }));
  if (result.kind !== 'take') throw new Error(result.kind);
  return result.entry;
}

/** Stores an entry that was parked this many minutes after the start. */
async function storeParked(request = requestOf('AWS_SETTLEMENT'), minutes = 1): Promise<string> {
  const entry = park(createEntry(request), start + minutes * 60_000, {
    code: 'AUTOSYS_REFUSED',
    reason: 'rejected by AutoSys',
  });
  await table.put(toRow(entry, Date.now()), undefined);
  return toKey(request);
}

const oneShotRequest = {
  ...aOneShotRequest(),
  cause: { ...aOneShotRequest().cause, seenMs: start },
};

async function storeInvalidEffect(): Promise<void> {
  const { to, version, cause } = requestOf('X', 'risk');
  const parkInvalidEffect = createParkInvalidEffect({ table, now });
  await parkInvalidEffect({ to, version, cause, reason: 'detail.output.x is absent' });
}

async function storeStop(state: LaunchStop['state'], job: string): Promise<void> {
  const node = { kind: 'execution', depth: 0, foundMs: start } as const;
  const launch: Launch = {
    format: 1,
    kind: 'launch',
    identity: { kind: 'jobTry', instance: 'ACE', job, run: 1620, try: 1 },
    start: 1,
    name: `${job}-r1620t1-ACE`,
    target: 'settlement',
    workload: 'execution',
    caller: 'agents',
    launchId: 'id-1',
    inputDigest: 'ab',
    requestedMs: start,
    stage: 'started',
    aws: { id: 'arn:run', beganMs: start },
    stop: {
      state,
      by: 'agents',
      cause: 'kill',
      reason: 'SIGINT received',
      requestedMs: start,
      steps: 3,
      nextMs: start,
      text: 'not proven within ten minutes: 1 of 2 workloads may still be active',
      tree: [
        { ...node, id: 'arn:run', closed: true },
        { ...node, id: 'arn:child', depth: 1, why: 'no permission to stop' },
      ],
    },
    history: [],
  };
  await table.put(toLaunchRow(launch, Date.now()), undefined);
}

async function read(key: string): Promise<Entry> {
  return (await table.get(key))?.body as Entry;
}

/** Stores the parked effect of a request of an AWS process. */
async function storeParkedRequest(): Promise<string> {
  const ledgerDay = requestOf('LEDGER_DAY');
  const request: EffectRequest = {
    ...ledgerDay,
    version: { ...ledgerDay.version, run: 'request ledger-team key-ab', status: 'REQUESTED' },
    cause: { ...ledgerDay.cause, route: 'request:ledger-team', run: 'request of settlement:n1' },
  };
  return storeParked(request);
}

describe('the parked effect of a request of an AWS process', () => {
  test('is listed with its entry', async () => {
    await storeParkedRequest();

    const { stdout } = await ask('parked');

    expect(stdout).toContain(
      'run request of settlement:n1 REQUESTED, entry ledger-team of requests',
    );
  });

  test('has its entry as JSON', async () => {
    await storeParkedRequest();

    const { stdout } = await ask('parked', '--json');

    expect(JSON.parse(stdout).parked).toMatchObject([
      { route: 'request:ledger-team', requestEntry: 'ledger-team' },
    ]);
  });

  test('can be replayed', async () => {
    const key = await storeParkedRequest();

    const { code } = await ask('replay', key);

    expect(code).toBe(0);
    expect(await read(key)).toMatchObject({ stage: 'due' });
  });

  test('can be dismissed by its entry', async () => {
    const key = await storeParkedRequest();

    const { code } = await ask('dismiss', '--route', 'request:ledger-team', '--note', 'done');

    expect(code).toBe(0);
    expect(await read(key)).toMatchObject({ dismissed: { note: 'done' } });
  });
});

describe('parked', () => {
  test('lists parked entries, oldest first, each with its reason and key', async () => {
    await storeParked(requestOf('LATER'), 2);
    const key = await storeParked(requestOf('EARLIER'), 1);

    const { code, stdout } = await ask('parked');

    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      expect.stringMatching(
        /^2026-11-20T02:01:00\.000Z \(.* ago\) {2}ACE {2}SET_GLOBAL EARLIER=RUNNING$/,
      ),
      '  run settlement run-a RUNNING, route settlement',
      '  AUTOSYS_REFUSED: rejected by AutoSys',
      expect.stringMatching(/^ {2}to do: .*then replay the entry$/),
      `  command: ${commandPrefix} replay '${key}'`,
      `  key: '${key}'`,
    ]);
    expect(stdout.split('\n')[6]).toContain('LATER');
  });

  test('lists parked stops after the entries, with what may still be active', async () => {
    await storeParked();
    await storeStop('parked', 'PAY_EOD');
    await storeStop('requested', 'PAY_SOON');

    const { code, stdout } = await ask('parked');

    expect(code).toBe(0);
    expect(stdout.split('\n').slice(6)).toEqual([
      expect.stringMatching(
        /^2026-11-20T02:00:00\.000Z \(.* ago\) {2}stop of run PAY_EOD-r1620t1-ACE$/,
      ),
      '  PAY_EOD run 1620 try 1 (ACE), target settlement, stopped by agents: SIGINT received',
      '  not proven within ten minutes: 1 of 2 workloads may still be active',
      '  active?  execution arn:child: no permission to stop',
      expect.stringMatching(/^ {2}to do: end in AWS by hand/),
      `  command: ${commandPrefix} whois PAY_EOD-r1620t1-ACE`,
      '',
    ]);
    expect(JSON.parse((await ask('parked', '--json')).stdout).stops).toEqual([
      expect.objectContaining({
        run: 'PAY_EOD-r1620t1-ACE',
        by: 'agents',
        remaining: ['execution arn:child: no permission to stop'],
      }),
    ]);
  });

  test('reads every page', async () => {
    const names = Array.from({ length: 105 }, (_, index) => `G${index}`);
    for (const [index, name] of names.entries()) await storeParked(requestOf(name), index);

    const { stdout } = await ask('parked', '--json');

    expect(JSON.parse(stdout).parked).toHaveLength(105);
  });

  test('prints what to correct for an invalid effect', async () => {
    await storeInvalidEffect();

    const { stdout } = await ask('parked');

    expect(stdout).toContain('BRIDGE_INVALID_EFFECT: detail.output.x is absent');
    expect(stdout).toContain('nothing can be sent; correct route risk');
  });

  test('prints data with --json', async () => {
    const key = await storeParked();

    const { stdout } = await ask('parked', '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      parked: [
        {
          key,
          instance: 'ACE',
          sendevent: expect.stringContaining('AWS_SETTLEMENT=RUNNING'),
          parkedAt: '2026-11-20T02:01:00.000Z',
          code: 'AUTOSYS_REFUSED',
          happened: expect.stringContaining('rejected'),
          toDo: expect.stringContaining('replay the entry'),
          command: `${commandPrefix} replay '${key}'`,
          route: 'settlement',
          run: 'run-a',
        },
      ],
    });
  });

  test('prints one entry with its history', async () => {
    const key = await storeParked();

    const { code, stdout } = await ask('parked', key);

    expect(code).toBe(0);
    expect(stdout).toMatch(
      /history\n {2}2026-11-20T02:00:00\.000Z {2}requested by .*\n.* {2}claimed: .*\n.* {2}parked: /,
    );
  });

  test('reports an entry of newer software, and lists the others', async () => {
    await storeParked();
    const agenda = { list: 'parked', at: new Date(start) };
    const row = { key: 'new', body: { format: 2 }, agenda, expiresAt: new Date(Date.now() + 1e6) };
    await table.put(row, undefined);

    const { code, stdout, stderr } = await ask('parked');

    expect(code).toBe(3);
    expect(stdout).toContain('AWS_SETTLEMENT');
    expect(stderr).toContain('read new: the row is of a format this software does not know');
  });

  test('skips an entry that is no longer parked', async () => {
    const agenda = { list: 'parked', at: new Date(start) };
    await table.put({ ...toRow(createEntry(), Date.now()), agenda }, undefined);

    expect(await ask('parked')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'nothing is parked\n',
    });
  });

  test('rejects a key that the ledger does not have', async () => {
    expect(await ask('parked', 'state ACE global MISSING')).toMatchObject({ code: 1, stdout: '' });
  });

  test('ends with 3 if the table cannot be read, and prints what to check', async () => {
    const { code, stderr } = await ask('parked', '--table', 'Nowhere');

    expect(code).toBe(3);
    expect(stderr).toContain('table Nowhere: ResourceNotFoundException');
    expect(stderr).toContain('AWS_REGION');
  });
});

describe('replay', () => {
  test('makes an entry due, so that the drain finds it', async () => {
    const key = await storeParked();

    const { code, stdout } = await ask('replay', key);

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `due: SET_GLOBAL AWS_SETTLEMENT=RUNNING (${key})\n`,
    });
    expect(await read(key)).toMatchObject({ stage: 'due', tries: 0 });
    expect((await read(key)).history.at(-1)?.text).toBe(`replayed by ${operator}`);
    const until = new Date();
    const due = await readAgenda(table, agendaLists.due('ACE'), { until, limit: 10 });
    expect(due.map((entry) => entry.key)).toEqual([key]);
  });

  test.for([
    { argv: ['--route', 'risk'], replayed: ['LATE_RISK', 'RISK'] },
    { argv: ['--since', '2026-11-20T03:02+01:00'], replayed: ['LATE_RISK', 'SETTLEMENT'] },
    { argv: ['--route', 'risk', '--since', '2026-11-20T02:02Z'], replayed: ['LATE_RISK'] },
  ])('selects all of $argv', async ({ argv, replayed }) => {
    await storeParked(requestOf('RISK', 'risk'), 1);
    await storeParked(requestOf('SETTLEMENT'), 2);
    await storeParked(requestOf('LATE_RISK', 'risk'), 3);

    const { code, stdout } = await ask('replay', ...argv, '--json');

    const keys = JSON.parse(stdout).entries.map(({ key }: { key: string }) => key);
    expect(code).toBe(0);
    expect(keys.toSorted()).toEqual(replayed.map((name) => `state ACE global ${name}`).toSorted());
  });

  test('requires --yes for a one-shot, and replays nothing without it', async () => {
    const key = await storeParked();
    await storeParked(oneShotRequest);

    const { code, stderr } = await ask('replay', '--route', 'settlement');

    expect(code).toBe(2);
    expect(stderr).toContain('FORCE_STARTJOB REPAIR on ACE will be sent again');
    expect((await read(key)).stage).toBe('parked');
  });

  test('replays a one-shot with --yes, as if it had never been sent', async () => {
    const key = await storeParked(oneShotRequest);

    const { code, stderr } = await ask('replay', key, '--yes');

    expect(code).toBe(0);
    expect(stderr).toContain('will be sent again');
    expect(await read(key)).toMatchObject({ stage: 'due' });
    expect(await read(key)).not.toHaveProperty('sent');
  });

  describe('an entry that was parked with its predecessor', () => {
    const parkedWith = { code: 'BRIDGE_PREDECESSOR_PARKED', reason: 'x' };
    const storeFollower = async (request: EffectRequest, after: string) => {
      const { sent: _, lease: __, ...unsent } = { ...createEntry(request), after: [after] };
      const entry = park(unsent, start, parkedWith);
      await table.put(toRow(entry, Date.now()), undefined);
      return toKey(request);
    };

    test('is replayed with its predecessor, and sent after it', async () => {
      const key = await storeParked();
      const successor = await storeFollower(oneShotRequest, key);

      const { code, stdout } = await ask('replay', key);

      expect({ code, lines: stdout.trim().split('\n').length }).toEqual({ code: 0, lines: 2 });
      expect(await read(key)).toMatchObject({ stage: 'due' });
      expect(await read(successor)).toMatchObject({ stage: 'due', after: [key] });
    });

    test('is replayed alone if the key of its predecessor holds an entry of a newer run', async () => {
      const { version } = oneShotRequest;
      const newer = requestOf('AWS_SETTLEMENT');
      const key = await storeParked({
        ...newer,
        version: { ...newer.version, run: 'run-later', beganMs: version.beganMs + 60_000 },
      });
      const successor = await storeFollower(oneShotRequest, key);

      const { code } = await ask('replay', successor);

      expect(code).toBe(0);
      expect(await read(successor)).toMatchObject({ stage: 'due' });
      expect(await read(key)).toMatchObject({ stage: 'parked' });
    });

    test('is not replayed without its predecessor', async () => {
      const key = await storeParked();
      const successor = await storeFollower(oneShotRequest, key);

      const { code, stderr } = await ask('replay', successor);

      expect(code).toBe(1);
      expect(stderr).toContain('is parked; replay or dismiss that entry first');
      expect(await read(successor)).toMatchObject({ stage: 'parked' });
    });

    test('is replayed alone after its predecessor is dismissed', async () => {
      const key = await storeParked();
      const successor = await storeFollower(oneShotRequest, key);
      await ask('dismiss', key, '--note', 'set by hand');

      const { code } = await ask('replay', successor);

      expect(code).toBe(0);
      expect(await read(successor)).toMatchObject({ stage: 'due' });
    });
  });

  test('does not try further entries after a failure of the table', async () => {
    const keys = [
      await storeParked(requestOf('A')),
      await storeParked(requestOf('B')),
      await storeParked(requestOf('C')),
    ];
    const { replayable } = await selectReplayable(table, { keys });
    let calls = 0;
    const failOnce: Table = {
      ...table,
      put: (...of) => {
        calls += 1;
        if (calls > 1) return table.put(...of);
        throw new LedgerError({ doing: 'write', reason: 'Throttled' });
      },
    };

    const replayed = await replayAll(failOnce, replayable, { now, by: 'ops' });

    expect(replayed.map(({ kind }) => kind)).toEqual(['unknown', 'unchanged', 'unchanged']);
    expect(calls).toBe(1);
  });

  test('rejects an invalid effect, and prints why', async () => {
    await storeInvalidEffect();

    const { code, stderr } = await ask('replay', '--route', 'risk');

    expect(code).toBe(1);
    expect(stderr).toContain('nothing can be sent; correct route risk');
  });

  test('does not change unknown keys and entries that are not parked, and replays the rest', async () => {
    const key = await storeParked();
    await table.put(toRow(createEntry(requestOf('BUSY')), Date.now()), undefined);

    const { code, stdout, stderr } = await ask(
      'replay',
      'state ACE global MISSING',
      'state ACE global BUSY',
      key,
    );

    expect(code).toBe(1);
    expect(stdout).toContain(`(${key})`);
    expect(stderr).toContain('state ACE global MISSING: the ledger has no such entry');
    expect(stderr).toContain('(state ACE global BUSY): not parked, its stage is sending');
  });

  test('does not change an entry that another process has changed, and prints that', async () => {
    const key = await storeParked();
    const { replayable } = await selectReplayable(table, { keys: [key] });
    const row = await table.get(key);
    await table.put(toRow(createEntry(), Date.now()), row?.revision);

    const replayed = await replayAll(table, replayable, { now, by: 'ops' });

    expect(replayed).toMatchObject([
      { kind: 'unchanged', key, reason: expect.stringContaining('another process') },
    ]);
    expect((await read(key)).stage).toBe('sending');
  });

  test('ends with 3 if the table cannot be read, and prints its name', async () => {
    const { code, stderr } = await ask('replay', '--route', 'risk', '--table', 'Nowhere');

    expect(code).toBe(3);
    expect(stderr).toContain('table Nowhere: ResourceNotFoundException');
  });

  test('stops if the table cannot be written', async () => {
    await storeParked(requestOf('ONE'));
    await storeParked(requestOf('TWO'));
    const { replayable } = await selectReplayable(table, { keys: [], route: 'settlement' });
    const gone = createDynamoTable({ ...embedded, tableName: 'Nowhere', now });

    const replayed = await replayAll(gone, replayable, { now, by: 'ops' });

    expect(replayed.map(({ kind }) => kind)).toEqual(['unknown', 'unchanged']);
  });

  test.for([
    { argv: [], says: 'expected either KEY…, or --route or --since, found neither' },
    { argv: ['x', '--route', 'risk'], says: 'found both' },
    { argv: ['--since', '2026-11-20T02:00'], says: '--since: expected a time with a UTC offset' },
  ])('rejects the command line $argv', async ({ argv, says }) => {
    const { code, stderr } = await ask('replay', ...argv);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe('a parked entry', () => {
  const yearsMs = 3 * 365 * 86_400_000;
  const inYears = () => new Date(Date.now() + yearsMs);

  test('is kept until it is replayed, and expires 90 days after that', async () => {
    const key = await storeParked();
    const later = createDynamoTable({ ...embedded, now: inYears });

    expect(await later.get(key)).not.toHaveProperty('expiresAt');
    await ask('replay', key);

    expect(await later.get(key)).toBeUndefined();
    expect((await table.get(key))?.expiresAt?.getTime()).toBeGreaterThan(
      Date.now() + 89 * 86_400_000,
    );
  });

  test('is kept if it is an invalid effect', async () => {
    await storeInvalidEffect();
    const later = createDynamoTable({ ...embedded, now: inYears });
    const { entries } = await later.agenda('parked', { until: inYears(), limit: 5 });

    expect(await later.get(entries[0]?.key ?? '')).toMatchObject({
      body: { parked: { code: 'BRIDGE_INVALID_EFFECT' } },
    });
  });
});

describe('dismiss', () => {
  const why = ['--note', 'set by hand'];

  test('removes an entry from the list, keeps its history, and sets it to expire after 90 days', async () => {
    const key = await storeParked();

    const { code, stdout } = await ask('dismiss', key, ...why);

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `dismissed: SET_GLOBAL AWS_SETTLEMENT=RUNNING (${key})\n`,
    });
    expect(await ask('parked')).toMatchObject({ stdout: '', stderr: 'nothing is parked\n' });
    expect((await ask('parked', key)).stdout).toMatch(
      /stage {4}dismissed by arn:aws:iam:\S*user\/ops at .*: set by hand\n[\s\S]*dismissed by arn:\S*user\/ops: set by hand$/m,
    );
    const document = JSON.parse((await ask('parked', key, '--json')).stdout);
    expect(document).toMatchObject({ dismissed: { by: operator, note: 'set by hand' } });
    expect(document).not.toHaveProperty('toDo');
    expect((await table.get(key))?.expiresAt?.getTime()).toBeGreaterThan(
      Date.now() + 89 * 86_400_000,
    );
  });

  test('removes an invalid effect from the list', async () => {
    await storeInvalidEffect();

    const { code } = await ask('dismiss', '--route', 'risk', ...why);

    expect(code).toBe(0);
    expect(await ask('parked')).toMatchObject({ stderr: 'nothing is parked\n' });
  });

  test('keeps an entry, so that its event is a duplicate when SQS redelivers it', async () => {
    const key = await storeParked();
    await ask('dismiss', key, ...why);

    const again = admit(await read(key), requestOf('AWS_SETTLEMENT'), aContext({ nowMs: start }));

    expect(again).toMatchObject({ kind: 'drop' });
  });

  test('can be undone by a replay', async () => {
    const key = await storeParked();
    await ask('dismiss', key, ...why);

    expect((await ask('replay', key)).code).toBe(0);

    expect(await read(key)).toMatchObject({ stage: 'due' });
    expect(await read(key)).not.toHaveProperty('dismissed');
  });

  test('does not change unknown, dismissed or not parked entries, and dismisses the rest', async () => {
    const key = await storeParked();
    const twice = await storeParked(requestOf('TWICE'));
    await ask('dismiss', twice, ...why);
    await table.put(toRow(createEntry(requestOf('BUSY')), Date.now()), undefined);
    const keys = ['state ACE global NONE', 'state ACE global BUSY', twice, key];

    const { code, stdout, stderr } = await ask('dismiss', ...keys, ...why);

    expect(code).toBe(1);
    expect(stdout).toContain(`(${key})`);
    expect(stderr).toContain('unchanged: state ACE global NONE: the ledger has no such entry');
    expect(stderr).toContain('(state ACE global BUSY): not parked, its stage is sending');
    expect(stderr).toContain(`(${twice}): already dismissed by ${operator}`);
  });

  test('does not change an entry that another process has changed', async () => {
    const key = await storeParked();
    const racing: Table = { ...table, put: async () => undefined };

    const results = await dismissAll(racing, { keys: [key] }, { by: 'ops', note: 'x', now });

    expect(results).toMatchObject([
      { kind: 'unchanged', key, reason: expect.stringContaining('another process') },
    ]);
  });

  test('stops if the table cannot be written', async () => {
    await storeParked(requestOf('ONE'), 1);
    await storeParked(requestOf('TWO'), 2);
    const put = () => Promise.reject(new LedgerError({ doing: 'write', reason: 'gone' }));

    const results = await dismissAll(
      { ...table, put },
      { keys: [], route: 'settlement' },
      { by: 'ops', note: 'x', now },
    );

    expect(results.map(({ kind }) => kind)).toEqual(['unknown', 'unchanged']);
  });

  test.for([
    { argv: why, says: 'expected either KEY…, or --route or --since, found neither' },
    { argv: ['x'], says: '--note: expected 1 to 200 characters without control characters' },
    { argv: ['x', '--note', ' '], says: 'found " "' },
    { argv: ['x', '--note', 'a\u001bb'], says: 'found "a\\u001bb"' },
    { argv: ['x', '--note', 'a'.repeat(201)], says: '--note: expected 1 to 200 characters' },
  ])('rejects the command line $argv', async ({ argv, says }) => {
    const { code, stderr } = await ask('dismiss', ...argv);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe('the caller of a change', () => {
  const changes = [
    ['dismiss', '--note', 'set by hand'],
    ['replay', '--note', 'the permission was granted'],
  ] as const;

  test('is the session of a role, with the name that it has', async () => {
    const key = await storeParked();
    signInAs('arn:aws:iam::111122223333:role/team/Operators');

    await ask('replay', key, '--note', 'EEM policy granted');

    expect((await read(key)).history.at(-1)?.text).toBe(
      'replayed by arn:aws:sts::111122223333:assumed-role/Operators/local: EEM policy granted',
    );
    expect(sts.unknownRequests).toEqual([]);
  });

  test.for(changes)('is required for %s: nothing is changed if STS is away', async (change) => {
    const key = await storeParked();
    const before = await table.get(key);
    sts.fail(true);
    const [name, ...options] = change;

    const { code, stdout, stderr } = await ask(name, key, ...options);

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('error: the caller is unknown (STS GetCallerIdentity: unavailable, ');
    expect(stderr).toContain('nothing was changed');
    expect(await table.get(key)).toEqual(before);
  });

  test.for(changes)('is required for %s: AWS must know the credentials', async (change) => {
    const key = await storeParked();
    const before = await table.get(key);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'unknown');
    const [name, ...options] = change;

    const { code, stderr } = await ask(name, key, ...options, '--json');

    expect(code).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'CLI_CALLER',
      message: expect.stringContaining('Sign in to AWS'),
    });
    expect(await table.get(key)).toEqual(before);
  });

  test.for(changes)('is not asked for by %s --help', async ([name]) => {
    sts.fail(true);

    expect(await ask(name, '--help')).toMatchObject({ code: 0 });
  });
});

describe('an entry of an instance that is missing in the deployed route file', () => {
  const store = async () => {
    await changeInstanceNames({ table, now }, (names) => withFile(withUsed(names, 'ACE'), ['NEW']));
    const entry = parkUnknown(createEntry(), start + 60_000);
    await table.put(toRow(entry, Date.now()), undefined);
    return toKey(entry);
  };

  test('is listed with its reason and what to do', async () => {
    const key = await store();

    const { code, stdout } = await ask('parked');

    expect(code).toBe(0);
    expect(stdout).toContain(
      'BRIDGE_UNKNOWN_INSTANCE: the route file has no instance ACE, so it may have been sent, and AutoSys cannot be asked',
    );
    expect(stdout).toContain('add it to the route file, deploy, then replay the entry');
    expect(stdout).toContain(`command: ${commandPrefix} parked '${key}'`);
  });

  test('is printed by status', async () => {
    await store();

    const { code, stdout } = await ask('status', 'AWS_SETTLEMENT', '--instance', 'ACE');

    expect(code).toBe(0);
    expect(stdout).toContain('BRIDGE_UNKNOWN_INSTANCE');
  });

  test('is not replayed, and the reason is printed', async () => {
    const key = await store();

    const { code, stderr } = await ask('replay', key);

    expect(code).toBe(1);
    expect(stderr).toContain(
      'the deployed route file has no instance ACE, allowed: NEW; add it, deploy, and replay the entry one minute later',
    );
    expect((await read(key)).stage).toBe('parked');
  });

  test('is replayed after the instance is in the file again', async () => {
    const key = await store();
    await changeInstanceNames({ table, now }, (names) => withFile(names, ['ACE']));

    expect((await ask('replay', key)).code).toBe(0);
    expect((await read(key)).stage).toBe('due');
  });
});
