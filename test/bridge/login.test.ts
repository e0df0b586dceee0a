import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeAuthority } from '../../emulator/index.ts';
import { createReadSecret } from '../../lambda/aws/credentials.ts';
import { LocalSecrets } from '../../local/index.ts';
import { toSecret } from '../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent, namesOfRun } from '../support/builders.ts';
import { type EmbeddedAutosys, embedAutosys } from '../support/emulator.ts';
import { openSandbox, readRoutes, type Sandbox } from '../support/sandbox.ts';
import { createRecordedTable, type RecordedTable, readDue, readParked } from '../support/table.ts';

const routes = `
  - { name: many, from: { stateMachine: many }, global: "AWS_\${executionName:20}", to: ACE }
  - { name: risk, from: { jobQueue: night, jobName: risk-eod }, global: AWS_RISK, to: PRD }`;
const burst = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) =>
    anExecutionEvent(namesOfRun(`run-${from + at}`, 'many')),
  );

let secrets: LocalSecrets;
let client: SecretsManagerClient;
let autosys: EmbeddedAutosys;
let other: EmbeddedAutosys;
let table: RecordedTable;

beforeEach(async () => {
  secrets = await LocalSecrets.start();
  client = new SecretsManagerClient({
    endpoint: secrets.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  autosys = await embedAutosys();
  other = await embedAutosys({ name: 'PRD', clock: autosys.clock });
  table = createRecordedTable({ now: () => autosys.clock.now() });
  secrets.put('autosys/ACE', toSecret({ user: 'autosys', password: 'first' }));
  secrets.put('autosys/ACE', toSecret(autosys.emulator));
  secrets.put('autosys/PRD', toSecret(other.emulator));
});

afterEach(async () => {
  client.destroy();
  await Promise.all([autosys, other, secrets].map((one) => one[Symbol.asyncDispose]()));
});

/** Opens an execution environment with real sockets to both AutoSys and to Secrets Manager. */
function open({ caInSecret = false } = {}): Sandbox {
  const config = readRoutes(routes, [[autosys], [other]]);
  const instances = config.instances.map(({ certificateAuthority, ...instance }) => ({
    ...instance,
    ...(caInSecret
      ? { authoritySecret: { secret: 'autosys/ca' } }
      : { certificateAuthority: certificateAuthority ?? '' }),
  }));
  return openSandbox({
    config: { ...config, instances },
    secrets: {},
    readSecret: createReadSecret(client),
    clock: autosys.clock,
    table,
  });
}

const rejections = () => autosys.emulator.requests().filter(({ status }) => status === 401).length;
const values = () => autosys.emulator.instance.globalVariables().size;

/** Runs a change in AutoSys after it has answered a number of further requests. */
async function afterRequests(count: number, change: () => void): Promise<void> {
  const until = autosys.emulator.requests().length + count;
  while (autosys.emulator.requests().length < until) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  change();
}

describe('a rotation in the middle of a burst over real sockets', () => {
  const rotate = () => {
    autosys.emulator.setPassword('second');
  };
  const publish = () => {
    secrets.put('autosys/ACE', toSecret({ user: 'autosys', password: 'second' }));
  };
  const rotateBoth = () => {
    rotate();
    publish();
  };

  test.for([
    { order: 'both at once', change: rotateBoth, later: () => undefined },
    { order: 'the secret first', change: publish, later: rotate },
    { order: 'AutoSys first', change: rotate, later: publish },
    {
      order: 'only the secret, and back',
      change: publish,
      later: () => secrets.rollBack('autosys/ACE'),
    },
  ])('is rejected at most twice and loses nothing: $order', async ({ change, later }) => {
    const sandbox = open();
    const drainer = open();

    const [returned] = await Promise.all([sandbox.take(burst(10)), afterRequests(6, change)]);
    const [returnedLater] = await Promise.all([sandbox.take(burst(10, 10)), later()]);
    await autosys.clock.advance(360_000);
    await drainer.drain();

    expect([...returned, ...returnedLater]).toEqual([]);
    expect(values()).toBe(20);
    expect([await readDue(table), await readParked(table)]).toEqual([[], []]);
    expect(rejections()).toBeLessThanOrEqual(2);
  });

  test('does not stop a drain with ten concurrent requests', async () => {
    const sandbox = open();
    await autosys.emulator.goDown();
    await sandbox.take(burst(60));
    await autosys.emulator.comeBack();
    await autosys.clock.advance(360_000);
    const drainer = open();

    const [drained] = await Promise.all([drainer.drain(), afterRequests(30, rotateBoth)]);

    expect(drained.filter(({ kind }) => kind === 'worked')).toHaveLength(60);
    expect(values()).toBe(60);
    expect(rejections()).toBeLessThanOrEqual(2);
    expect(rejections()).toBeGreaterThan(0);
  });
});

describe('a login that AutoSys rejects', () => {
  test('costs two requests in a day, plus at most one probe per hour', async () => {
    const { password } = autosys.emulator;
    autosys.emulator.setPassword('unknown to all');
    const sandboxes = [open(), open(), open()];

    for (let hour = 0; hour < 24; hour += 1) {
      for (const sandbox of sandboxes) {
        await sandbox.take(burst(3, hour * 3));
        await sandbox.drain();
      }
      await autosys.clock.advance(3_600_000);
    }

    // Once an hour at most: accounts lock at three or five within half an hour.
    expect(rejections()).toBeLessThanOrEqual(2 + 24);
    // Both versions of the secret are tried alternately.
    autosys.emulator.setPassword(password);
    for (const sandbox of sandboxes) {
      await autosys.clock.advance(3_600_000);
      await sandbox.drain();
    }
    expect(values()).toBe(72);
  });
});

describe('a secret that cannot be read', () => {
  test.for([
    {
      when: 'it was deleted',
      breakSecret: () => secrets.delete('autosys/ACE'),
      code: 'BRIDGE_SECRET_DENIED',
    },
    {
      when: 'access is denied',
      breakSecret: () => secrets.deny('autosys/ACE', 'AccessDeniedException'),
      code: 'BRIDGE_SECRET_DENIED',
    },
    {
      when: 'its key was deleted',
      breakSecret: () => secrets.deny('autosys/ACE', 'DecryptionFailure'),
      code: 'BRIDGE_SECRET_DENIED',
    },
    {
      when: 'it has another shape',
      breakSecret: () => secrets.put('autosys/ACE', '{"user":"hunter2"}'),
      code: 'BRIDGE_SECRET_SHAPE',
    },
    {
      when: 'Secrets Manager throttles',
      breakSecret: () => secrets.deny('autosys/ACE', 'ThrottlingException'),
      code: 'BRIDGE_CREDENTIALS',
    },
  ])(
    'keeps only the effects for this AutoSys waiting when $when',
    async ({ breakSecret, code }) => {
      breakSecret();
      const sandbox = open();

      expect(await sandbox.take([...burst(3), aBatchJobEvent()])).toEqual([]);

      expect(sandbox.lines).toContainEqual(
        expect.objectContaining({ message: 'effect unfinished, will retry', code }),
      );
      expect(JSON.stringify([sandbox.lines, table.written])).not.toContain('hunter2');
      expect(autosys.emulator.requests()).toEqual([]);
      expect(other.emulator.instance.globalVariable('AWS_RISK')?.value).toBe('SUCCEEDED');
      expect(await readParked(table)).toEqual([]);

      secrets.put('autosys/ACE', toSecret(autosys.emulator));
      secrets.deny('autosys/ACE');
      await autosys.clock.advance(360_000);
      await sandbox.drain();
      expect(values()).toBe(3);
    },
  );

  test('does not stop a working login while Secrets Manager is down', async () => {
    const sandbox = open();
    await sandbox.take(burst(1));
    secrets.fail('InternalServiceError');
    await autosys.clock.advance(360_000);

    await sandbox.take(burst(3, 1));

    expect(values()).toBe(4);
    expect(sandbox.lines).toContainEqual(
      expect.objectContaining({ message: 'secret unavailable, using cached credentials' }),
    );
  });
});

describe('a CA in a secret', () => {
  test('is picked up when it changes, without a deployment', async () => {
    secrets.put('autosys/ca', (await makeAuthority()).certificate);
    const sandbox = open({ caInSecret: true });
    await sandbox.take(burst(1));
    expect(await readDue(table)).toHaveLength(1);
    expect(sandbox.lines).toContainEqual(
      expect.objectContaining({ reason: expect.stringContaining('not signed by the given') }),
    );

    secrets.put('autosys/ca', autosys.emulator.certificateAuthority);
    await autosys.clock.advance(30_000);
    await sandbox.drain();

    expect(values()).toBe(1);
  });

  test('that is invalid stops all requests of its instance, and no other instance', async () => {
    secrets.put('autosys/ca', 'hunter2');
    const sandbox = open({ caInSecret: true });

    await sandbox.take(burst(2));

    expect(sandbox.lines).toContainEqual(
      expect.objectContaining({
        message: 'effect unfinished, will retry',
        code: 'BRIDGE_SECRET_SHAPE',
      }),
    );
    expect(JSON.stringify([sandbox.lines, table.written])).not.toContain('hunter2');
    secrets.put('autosys/ca', autosys.emulator.certificateAuthority);
    await autosys.clock.advance(360_000);
    await sandbox.drain();
    expect(values()).toBe(2);
  });

  test('that becomes invalid later leaves the last valid one in use', async () => {
    secrets.put('autosys/ca', autosys.emulator.certificateAuthority);
    const sandbox = open({ caInSecret: true });
    await sandbox.take(burst(1));
    secrets.put('autosys/ca', 'hunter2');
    await autosys.clock.advance(360_000);

    await sandbox.take(burst(2, 1));

    expect(values()).toBe(3);
    expect(sandbox.lines).toContainEqual(
      expect.objectContaining({ message: 'CA secret unavailable, using cached certificates' }),
    );
  });
});
