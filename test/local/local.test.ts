import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { ManualLocalClock } from '../../local/clock.ts';
import { type LocalOptions, startLocal } from '../../local/local.ts';
import { seededRandom } from '../../local/random.ts';
import { connect } from '../support/dynamo-server.ts';
import { bridgeResources, writeAssembly } from './assembly-builder.ts';

/** Logs each event, and fails the messages whose detail has `fail`. */
const handler = `
export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { messageId, body } of Records) {
    const event = JSON.parse(body);
    console.log('saw', event.detail.name, process.env.MARK);
    if (event.detail.fail) batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
};`;

const event = (name: string, more: object = {}) => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: { name, ...more },
});

async function start(options: Partial<LocalOptions> = {}, code = handler) {
  const disposables = new AsyncDisposableStack();
  const assembly = disposables.use(await writeAssembly(bridgeResources(), code));
  const local = disposables.use(
    await startLocal({ cloudAssembly: assembly.directory, ...options }),
  );
  const stack = disposables.move();
  return { local, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describe('the embedded AWS', () => {
  test('passes an event through rule, queue and function', async () => {
    await using running = await start({ environment: () => ({ MARK: 'here' }) });
    const { local } = running;

    const placement = local.bus.put(event('a'));
    await local.idle();

    expect(placement.matched).toEqual(['Bridge-Rule']);
    expect(local.logs()).toMatchObject([{ line: expect.stringContaining('saw a here') }]);
    expect(local.invocations()).toMatchObject([
      { functionName: 'Bridge-Report', result: { kind: 'answered' }, failedMessageIds: [] },
    ]);
    expect(local.deadLetters()).toEqual([]);
  });

  test('passes the status changes of a planned execution to the function', async () => {
    const clock = new ManualLocalClock();
    await using running = await start({ clock });
    const { local } = running;
    const arn = local.workloads.define({ stateMachine: 'settlement' });

    const response = await fetch(local.workloads.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' },
      body: JSON.stringify({ stateMachineArn: arn, name: 'run-1' }),
    });
    await local.idle();
    await clock.advance(1_000);
    await local.idle();

    expect(await response.json()).toMatchObject({ executionArn: expect.stringMatching(/:run-1$/) });
    expect(local.logs().map(({ line }) => /saw \S+/.exec(line)?.[0])).toEqual([
      'saw run-1',
      'saw run-1',
    ]);
    expect(local.workloads.runs).toMatchObject([{ status: 'SUCCEEDED' }]);
  });

  test('gives its functions the endpoints of the workloads', async () => {
    const code = `
      export const handler = async () => {
        const { env } = process;
        const urls = ['SFN', 'BATCH', 'CLOUDWATCH_LOGS'].map((name) => env['AWS_ENDPOINT_URL_' + name]);
        console.log(new Set(urls).size, urls[0]);
        return {};
      };`;
    await using running = await start({}, code);
    const { local } = running;

    local.bus.put(event('a'));
    await local.idle();

    expect(local.logs()).toMatchObject([
      { line: expect.stringContaining(`1 ${local.workloads.url}`) },
    ]);
  });

  test('ignores an event that no rule matches', async () => {
    await using running = await start();
    const { local } = running;

    const placement = local.bus.put({ ...event('a'), source: 'aws.batch' });
    await local.idle();

    expect(placement.matched).toEqual([]);
    expect(local.invocations()).toEqual([]);
  });

  test('redelivers a failed message until it is a dead letter', async () => {
    const clock = new ManualLocalClock();
    await using running = await start({ clock });
    const { local } = running;
    const decided = () => new Promise<void>((resolve) => local.onInvocation(() => resolve()));

    const first = decided();
    local.bus.put(event('bad', { fail: true }));
    await first;
    const second = decided();
    await clock.advance(60_000);
    await second;
    await clock.advance(60_000);
    await local.idle();

    expect(local.invocations()).toHaveLength(2);
    expect(local.deadLetters()).toEqual([
      {
        queueName: 'dead',
        messageId: local.invocations()[0]?.messageIds[0],
        body: expect.stringContaining('"name":"bad"'),
        receiveCount: 2,
      },
    ]);
  });

  test('delivers every message, some twice and in any order, under fault injection', async () => {
    const faultInjection = { random: seededRandom(3), duplicate: 0.5, shuffle: true };
    await using running = await start({ faultInjection });
    const { local } = running;
    const names = Array.from({ length: 20 }, (_, at) => `event-${at}`);

    for (const name of names) local.bus.put(event(name));
    await local.idle();

    const seen = local.logs().map(({ line }) => /saw (\S+)/.exec(line)?.[1] ?? line);
    expect([...new Set(seen)].sort()).toEqual([...names].sort());
    expect(seen.length).toBeGreaterThan(names.length);
  });

  test('gives its functions the secrets, and an error for any other service', async () => {
    const code = `
      export const handler = async () => {
        const ask = async (target) => (await fetch(process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER, {
          method: 'POST', headers: { 'x-amz-target': target }, body: JSON.stringify({ SecretId: 'autosys' }),
        })).json();
        const { SecretString } = await ask('secretsmanager.GetSecretValue');
        const { __type } = await ask('DynamoDB_20120810.GetItem');
        console.log(SecretString, __type);
        return {};
      };`;
    await using running = await start({ secrets: { autosys: 'first' } }, code);
    const { local } = running;

    local.bus.put(event('a'));
    await local.idle();
    local.secrets.put('autosys', 'rotated');
    local.bus.put(event('b'));
    await local.idle();

    expect(local.logs()).toMatchObject([
      { line: expect.stringContaining('first UnknownOperationException') },
      { line: expect.stringContaining('rotated UnknownOperationException') },
    ]);
    expect(local.secrets.unknownRequests).toHaveLength(2);
  });

  test('gives its functions the tables, which the SDK of the test also reads', async () => {
    const code = `
      export const handler = async () => {
        const response = await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB, {
          method: 'POST',
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'x-amz-target': 'DynamoDB_20120810.PutItem',
            'x-amz-date': '20260115T020000Z',
            authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=a, Signature=a',
          },
          body: JSON.stringify({ TableName: process.env.LEDGER_TABLE, Item: { key: { S: 'written' } } }),
        });
        console.log(response.status);
        return {};
      };`;
    const resources = bridgeResources();
    const Environment = { Variables: { LEDGER_TABLE: { Ref: 'Ledger' } } };
    await using assembly = await writeAssembly(
      {
        ...resources,
        Ledger: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
            AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
          },
        },
        Report: {
          Type: 'AWS::Lambda::Function',
          Properties: { ...resources['Report']?.Properties, Environment },
        },
      },
      code,
    );
    await using local = await startLocal({ cloudAssembly: assembly.directory });
    const client = connect(local.tables.url);

    local.bus.put(event('a'));
    await local.idle();

    const Key = { key: { S: 'written' } };
    const { Item } = await client.send(new GetItemCommand({ TableName: 'Bridge-Ledger', Key }));
    expect(Item).toEqual(Key);
    client.destroy();
  });

  test('stops every process, and keeps the messages of running invocations', async () => {
    const code = `export const handler = () => new Promise(() => console.log('hanging'));`;
    const running = await start({}, code);
    const { local } = running;
    const [report] = local.functions.values();
    const hanging = new Promise<void>((resolve) => report?.onLog(() => resolve()));
    local.bus.put(event('a'));
    await hanging;
    const pids = report?.pids() ?? [];

    await running[Symbol.asyncDispose]();

    expect(pids).toHaveLength(1);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(local.queues.get('Bridge-Reports')?.messages()).toHaveLength(1);
  });

  test('refuses a variable that it cannot resolve, unless it is overridden', async () => {
    const resources = bridgeResources();
    const { Report } = resources;
    const Environment = { Variables: { TABLE: { 'Fn::ImportValue': 'Table' } } };
    await using assembly = await writeAssembly({
      ...resources,
      Report: { Type: 'AWS::Lambda::Function', Properties: { ...Report?.Properties, Environment } },
    });
    const cloudAssembly = assembly.directory;

    const starting = startLocal({ cloudAssembly });
    await using given = await startLocal({ cloudAssembly, environment: () => ({ TABLE: 'x' }) });

    await expect(starting).rejects.toThrow('Bridge/Report, Environment.TABLE');
    expect([...given.functions.keys()]).toEqual(['Bridge-Report']);
  });
});
