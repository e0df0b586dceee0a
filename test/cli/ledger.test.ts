import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { dismissAll } from '../../cli/ledger/dismiss.ts';
import { choose, replayAll } from '../../cli/ledger/replay.ts';
import { LedgerError } from '../../lambda/errors.ts';
import { admit, type EffectRequest } from '../../lambda/ledger/admit.ts';
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
import { aContext, aOneShotRequest, aStateRequest } from '../lambda/ledger/requests.ts';
import { type EmbeddedTable, startLedgerTable } from '../support/ledger-table.ts';
import { runCli } from './setup.ts';

const start = Date.parse('2026-11-20T02:00:00Z');
const now = () => new Date();

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

const env = { LEDGER_TABLE: 'Ledger', USER: 'ops' };
const ask = (...argv: readonly string[]) => runCli(argv, { env });

const requestOf = (name: string, route = 'settlement') => {
  const request = aStateRequest();
  const event = { ...request.event, globalVariable: name } as Entry['event'];
  return { ...request, event, cause: { ...request.cause, seenMs: start, route } };
};

function taken(request = requestOf('AWS_SETTLEMENT')): Entry {
  const taken = admit(undefined, request, aContext({ nowMs: start }));
  if (taken.kind !== 'take') throw new Error(taken.kind);
  return taken.entry;
}

/** Stores an entry, parked so many minutes after the start of the night. */
async function storeParked(request = requestOf('AWS_SETTLEMENT'), minutes = 1): Promise<string> {
  const entry = park(taken(request), start + minutes * 60_000, {
    code: 'AUTOSYS_REFUSED',
    reason: 'AutoSys says no',
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

async function read(key: string): Promise<Entry> {
  return (await table.get(key))?.body as Entry;
}

describe('parked', () => {
  test('lists what is parked, the oldest first, each with its reason and its key', async () => {
    await storeParked(requestOf('LATER'), 2);
    const key = await storeParked(requestOf('EARLIER'), 1);

    const { code, stdout } = await ask('parked');

    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      '2026-11-20T02:01:00.000Z  ACE  SET_GLOBAL EARLIER=RUNNING',
      '  run settlement run-a RUNNING, route settlement',
      '  AUTOSYS_REFUSED: AutoSys says no',
      expect.stringMatching(/^ {2}to do: .*then replay it$/),
      `  begin with: autosys-bridge replay '${key}'`,
      `  key '${key}'`,
    ]);
    expect(stdout.split('\n')[6]).toContain('LATER');
  });

  test('goes through every page', async () => {
    const names = Array.from({ length: 105 }, (_, index) => `G${index}`);
    for (const [index, name] of names.entries()) await storeParked(requestOf(name), index);

    const { stdout } = await ask('parked', '--json');

    expect(JSON.parse(stdout).parked).toHaveLength(105);
  });

  test('says what must be mended where nothing could be said', async () => {
    await storeInvalidEffect();

    const { stdout } = await ask('parked');

    expect(stdout).toContain('BRIDGE_INVALID_EFFECT: detail.output.x is absent');
    expect(stdout).toContain('there is nothing to send; mend route risk');
  });

  test('is data with --json', async () => {
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
          happened: expect.stringContaining('said no'),
          toDo: expect.stringContaining('replay it'),
          command: `autosys-bridge replay '${key}'`,
          route: 'settlement',
          run: 'run-a',
        },
      ],
    });
  });

  test('tells the whole story of one entry', async () => {
    const key = await storeParked();

    const { code, stdout } = await ask('parked', key);

    expect(code).toBe(0);
    expect(stdout).toMatch(
      /story\n {2}2026-11-20T02:00:00\.000Z {2}requested by .*\n.* {2}claimed: .*\n.* {2}parked: /,
    );
  });

  test('tells of an entry of newer software, and lists the others', async () => {
    await storeParked();
    const agenda = { list: 'parked', at: new Date(start) };
    const row = { key: 'new', body: { format: 2 }, agenda, expiresAt: new Date(Date.now() + 1e6) };
    await table.put(row, undefined);

    const { code, stdout, stderr } = await ask('parked');

    expect(code).toBe(3);
    expect(stdout).toContain('AWS_SETTLEMENT');
    expect(stderr).toContain('read new: the row is of a format this software does not know');
  });

  test('passes over an entry that is no longer parked', async () => {
    const agenda = { list: 'parked', at: new Date(start) };
    await table.put({ ...toRow(taken(), Date.now()), agenda }, undefined);

    expect(await ask('parked')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'nothing is parked\n',
    });
  });

  test('refuses a key that the ledger does not have', async () => {
    expect(await ask('parked', 'state ACE global NOBODY')).toMatchObject({ code: 1, stdout: '' });
  });

  test('ends with 3 where the table cannot be asked, and says where its login comes from', async () => {
    const { code, stderr } = await ask('parked', '--table', 'Nowhere');

    expect(code).toBe(3);
    expect(stderr).toContain('table Nowhere: ResourceNotFoundException');
    expect(stderr).toContain('AWS_REGION');
  });
});

describe('replay', () => {
  test('puts an entry back as due, where the drain finds it', async () => {
    const key = await storeParked();

    const { code, stdout } = await ask('replay', key);

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `due: SET_GLOBAL AWS_SETTLEMENT=RUNNING (${key})\n`,
    });
    expect(await read(key)).toMatchObject({ stage: 'due', tries: 0 });
    expect((await read(key)).history.at(-1)?.text).toBe('replayed by ops');
    const due = await table.agenda('due ACE', { until: new Date(), limit: 10 });
    expect(due.entries.map((entry) => entry.key)).toEqual([key]);
  });

  test.for([
    { argv: ['--route', 'risk'], replayed: ['LATE_RISK', 'RISK'] },
    { argv: ['--since', '2026-11-20T03:02+01:00'], replayed: ['LATE_RISK', 'SETTLEMENT'] },
    { argv: ['--route', 'risk', '--since', '2026-11-20T02:02Z'], replayed: ['LATE_RISK'] },
  ])('takes all of $argv', async ({ argv, replayed }) => {
    await storeParked(requestOf('RISK', 'risk'), 1);
    await storeParked(requestOf('SETTLEMENT'), 2);
    await storeParked(requestOf('LATE_RISK', 'risk'), 3);

    const { code, stdout } = await ask('replay', ...argv, '--json');

    const keys = JSON.parse(stdout).entries.map(({ key }: { key: string }) => key);
    expect(code).toBe(0);
    expect(keys.toSorted()).toEqual(replayed.map((name) => `state ACE global ${name}`).toSorted());
  });

  test('asks for --yes where a one-off is among them, and replays nothing', async () => {
    const key = await storeParked();
    await storeParked(oneShotRequest);

    const { code, stderr } = await ask('replay', '--route', 'settlement');

    expect(code).toBe(2);
    expect(stderr).toContain('FORCE_STARTJOB REPAIR on ACE is sent again');
    expect((await read(key)).stage).toBe('parked');
  });

  test('replays a one-off with --yes, as if it had never been sent', async () => {
    const key = await storeParked(oneShotRequest);

    const { code, stderr } = await ask('replay', key, '--yes');

    expect(code).toBe(0);
    expect(stderr).toContain('is sent again');
    expect(await read(key)).toMatchObject({ stage: 'due' });
    expect(await read(key)).not.toHaveProperty('sent');
  });

  describe('an entry that was parked with its predecessor', () => {
    const parkedWith = { code: 'BRIDGE_PREDECESSOR_PARKED', reason: 'x' };
    const storeFollower = async (request: EffectRequest, after: string) => {
      const { sent: _, lease: __, ...unsent } = { ...taken(request), after: [after] };
      const entry = park(unsent, start, parkedWith);
      await table.put(toRow(entry, Date.now()), undefined);
      return toKey(request);
    };

    test('is replayed with it, and sent after it', async () => {
      const key = await storeParked();
      const follower = await storeFollower(oneShotRequest, key);

      const { code, stdout } = await ask('replay', key);

      expect({ code, lines: stdout.trim().split('\n').length }).toEqual({ code: 0, lines: 2 });
      expect(await read(key)).toMatchObject({ stage: 'due' });
      expect(await read(follower)).toMatchObject({ stage: 'due', after: [key] });
    });

    test('is replayed alone where its key holds an entry of a newer run by now', async () => {
      const { version } = oneShotRequest;
      const newer = requestOf('AWS_SETTLEMENT');
      const key = await storeParked({
        ...newer,
        version: { ...newer.version, run: 'run-later', beganMs: version.beganMs + 60_000 },
      });
      const follower = await storeFollower(oneShotRequest, key);

      const { code } = await ask('replay', follower);

      expect(code).toBe(0);
      expect(await read(follower)).toMatchObject({ stage: 'due' });
      expect(await read(key)).toMatchObject({ stage: 'parked' });
    });

    test('is not replayed without it', async () => {
      const key = await storeParked();
      const follower = await storeFollower(oneShotRequest, key);

      const { code, stderr } = await ask('replay', follower);

      expect(code).toBe(1);
      expect(stderr).toContain('is parked: replay or dismiss that one first');
      expect(await read(follower)).toMatchObject({ stage: 'parked' });
    });

    test('is replayed alone once that is dismissed', async () => {
      const key = await storeParked();
      const follower = await storeFollower(oneShotRequest, key);
      await ask('dismiss', key, '--reason', 'set by hand');

      const { code } = await ask('replay', follower);

      expect(code).toBe(0);
      expect(await read(follower)).toMatchObject({ stage: 'due' });
    });
  });

  test('tries no more entries once the table has failed', async () => {
    const keys = [
      await storeParked(requestOf('A')),
      await storeParked(requestOf('B')),
      await storeParked(requestOf('C')),
    ];
    const { replayable } = await choose(table, { keys });
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

    expect(replayed.map(({ kind }) => kind)).toEqual(['unknown', 'left', 'left']);
    expect(calls).toBe(1);
  });

  test('refuses what could not be said, and says why', async () => {
    await storeInvalidEffect();

    const { code, stderr } = await ask('replay', '--route', 'risk');

    expect(code).toBe(1);
    expect(stderr).toContain('there is nothing to send; mend route risk');
  });

  test('leaves what is unknown or not parked, and replays the rest', async () => {
    const key = await storeParked();
    await table.put(toRow(taken(requestOf('BUSY')), Date.now()), undefined);

    const { code, stdout, stderr } = await ask(
      'replay',
      'state ACE global NOBODY',
      'state ACE global BUSY',
      key,
    );

    expect(code).toBe(1);
    expect(stdout).toContain(`(${key})`);
    expect(stderr).toContain('state ACE global NOBODY: the ledger has no such entry');
    expect(stderr).toContain('(state ACE global BUSY): it is sending, not parked');
  });

  test('leaves an entry that somebody else has changed meanwhile, and says so', async () => {
    const key = await storeParked();
    const { replayable } = await choose(table, { keys: [key] });
    const row = await table.get(key);
    await table.put(toRow(taken(), Date.now()), row?.revision);

    const replayed = await replayAll(table, replayable, { now, by: 'ops' });

    expect(replayed).toMatchObject([
      { kind: 'left', key, reason: expect.stringContaining('somebody else') },
    ]);
    expect((await read(key)).stage).toBe('sending');
  });

  test('ends with 3 where the table cannot be asked, and says which', async () => {
    const { code, stderr } = await ask('replay', '--route', 'risk', '--table', 'Nowhere');

    expect(code).toBe(3);
    expect(stderr).toContain('table Nowhere: ResourceNotFoundException');
  });

  test('stops where the table cannot be written any more', async () => {
    await storeParked(requestOf('ONE'));
    await storeParked(requestOf('TWO'));
    const { replayable } = await choose(table, { keys: [], route: 'settlement' });
    const gone = createDynamoTable({ ...embedded, tableName: 'Nowhere', now });

    const replayed = await replayAll(gone, replayable, { now, by: 'ops' });

    expect(replayed.map(({ kind }) => kind)).toEqual(['unknown', 'left']);
  });

  test.for([
    { argv: [], says: 'expected either KEY… or --route and --since, found neither' },
    { argv: ['x', '--route', 'risk'], says: 'found both' },
    { argv: ['--since', '2026-11-20T02:00'], says: '--since: expected an instant with its zone' },
  ])('refuses the command line $argv', async ({ argv, says }) => {
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

  test('is kept where there is nothing to send', async () => {
    await storeInvalidEffect();
    const later = createDynamoTable({ ...embedded, now: inYears });
    const { entries } = await later.agenda('parked', { until: inYears(), limit: 5 });

    expect(await later.get(entries[0]?.key ?? '')).toMatchObject({
      body: { parked: { code: 'BRIDGE_INVALID_EFFECT' } },
    });
  });
});

describe('dismiss', () => {
  const why = ['--reason', 'set by hand'];

  test('takes an entry off the list, keeps its history, and lets it expire after 90 days', async () => {
    const key = await storeParked();

    const { code, stdout } = await ask('dismiss', key, ...why);

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `dismissed: SET_GLOBAL AWS_SETTLEMENT=RUNNING (${key})\n`,
    });
    expect(await ask('parked')).toMatchObject({ stdout: '', stderr: 'nothing is parked\n' });
    expect((await ask('parked', key)).stdout).toMatch(
      /stage {4}dismissed by ops at .*: set by hand\n[\s\S]*dismissed by ops: set by hand$/m,
    );
    const document = JSON.parse((await ask('parked', key, '--json')).stdout);
    expect(document).toMatchObject({ dismissed: { by: 'ops', reason: 'set by hand' } });
    expect(document).not.toHaveProperty('toDo');
    expect((await table.get(key))?.expiresAt?.getTime()).toBeGreaterThan(
      Date.now() + 89 * 86_400_000,
    );
  });

  test('takes what could not be said off the list', async () => {
    await storeInvalidEffect();

    const { code } = await ask('dismiss', '--route', 'risk', ...why);

    expect(code).toBe(0);
    expect(await ask('parked')).toMatchObject({ stderr: 'nothing is parked\n' });
  });

  test('leaves an entry known, so that its event is a duplicate when it comes again', async () => {
    const key = await storeParked();
    await ask('dismiss', key, ...why);

    const again = admit(await read(key), requestOf('AWS_SETTLEMENT'), aContext({ nowMs: start }));

    expect(again).toMatchObject({ kind: 'drop' });
  });

  test('can be taken back by a replay', async () => {
    const key = await storeParked();
    await ask('dismiss', key, ...why);

    expect((await ask('replay', key)).code).toBe(0);

    expect(await read(key)).toMatchObject({ stage: 'due' });
    expect(await read(key)).not.toHaveProperty('dismissed');
  });

  test('leaves what is unknown, dismissed or not parked, and dismisses the rest', async () => {
    const key = await storeParked();
    const twice = await storeParked(requestOf('TWICE'));
    await ask('dismiss', twice, ...why);
    await table.put(toRow(taken(requestOf('BUSY')), Date.now()), undefined);
    const keys = ['state ACE global NONE', 'state ACE global BUSY', twice, key];

    const { code, stdout, stderr } = await ask('dismiss', ...keys, ...why);

    expect(code).toBe(1);
    expect(stdout).toContain(`(${key})`);
    expect(stderr).toContain('left: state ACE global NONE: the ledger has no such entry');
    expect(stderr).toContain('(state ACE global BUSY): it is sending, not parked');
    expect(stderr).toContain(`(${twice}): it was dismissed by ops`);
  });

  test('leaves an entry that another process has changed meanwhile', async () => {
    const key = await storeParked();
    const racing: Table = { ...table, put: async () => undefined };

    const results = await dismissAll(racing, { keys: [key] }, { by: 'ops', reason: 'x', now });

    expect(results).toMatchObject([
      { kind: 'left', key, reason: expect.stringContaining('another process') },
    ]);
  });

  test('stops where the table cannot be written any more', async () => {
    await storeParked(requestOf('ONE'), 1);
    await storeParked(requestOf('TWO'), 2);
    const put = () => Promise.reject(new LedgerError({ doing: 'write', reason: 'gone' }));

    const results = await dismissAll(
      { ...table, put },
      { keys: [], route: 'settlement' },
      { by: 'ops', reason: 'x', now },
    );

    expect(results.map(({ kind }) => kind)).toEqual(['unknown', 'left']);
  });

  test.for([
    { argv: why, says: 'expected either KEY… or --route and --since, found neither' },
    { argv: ['x'], says: '--reason: expected 1 to 200 characters without control characters' },
    { argv: ['x', '--reason', ' '], says: 'found " "' },
    { argv: ['x', '--reason', 'a\u001bb'], says: 'found "a\\u001bb"' },
    { argv: ['x', '--reason', 'a'.repeat(201)], says: '--reason: expected 1 to 200 characters' },
  ])('refuses the command line $argv', async ({ argv, says }) => {
    const { code, stderr } = await ask('dismiss', ...argv);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe('an entry of an instance that the deployed route file does not name', () => {
  const store = async () => {
    await changeInstanceNames({ table, now }, (names) => withFile(withUsed(names, 'ACE'), ['NEW']));
    const entry = parkUnknown(taken(), start + 60_000);
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
    expect(stdout).toContain('add it to the route file, deploy, then replay it');
    expect(stdout).toContain(`begin with: autosys-bridge parked '${key}'`);
  });

  test('is shown by status', async () => {
    await store();

    const { code, stdout } = await ask('status', 'AWS_SETTLEMENT', '--instance', 'ACE');

    expect(code).toBe(0);
    expect(stdout).toContain('BRIDGE_UNKNOWN_INSTANCE');
  });

  test('is not replayed, and the reason says that the file lacks it', async () => {
    const key = await store();

    const { code, stderr } = await ask('replay', key);

    expect(code).toBe(1);
    expect(stderr).toContain(
      'the deployed route file has no instance ACE, allowed: NEW; add it, deploy, and replay it a minute later',
    );
    expect((await read(key)).stage).toBe('parked');
  });

  test('is replayed once the file names it again', async () => {
    const key = await store();
    await changeInstanceNames({ table, now }, (names) => withFile(names, ['ACE']));

    expect((await ask('replay', key)).code).toBe(0);
    expect((await read(key)).stage).toBe('due');
  });
});
