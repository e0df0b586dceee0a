import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleOptions } from '../../infra/bundle-options.ts';
import type { ApiErrorBody, FindAnswer, RunAnswer } from '../../lambda/launch/api.ts';
import { type SynthesizedAssembly, synthesize } from '../../local/index.ts';
import { certificates, RestClient } from '../local/rest/rest-world.ts';
import { project, startTestSystem, wiringOf } from './test-system.ts';

let assembly: SynthesizedAssembly;

beforeAll(async () => {
  const context = {
    config: 'examples/launch.yaml',
    launchVpcEndpointIds: 'vpce-0a1b2c3d',
    launchNetworks: '10.20.0.0/16',
  };
  assembly = await synthesize({ project, environment: process.env, context });
});

afterAll(() => assembly[Symbol.asyncDispose]());

const jil = 'insert_job: FX_RATES  job_type: CMD  machine: host1  command: sleep 3600\n';
const password = 'correct-horse-battery';
const basic = (text: string) => `Basic ${Buffer.from(`desk:${text}`).toString('base64')}`;
const authorization = basic(password);

/** The shipped functions behind the REST API of the stack, over TLS. */
async function startLaunchSystem(vpcSourceIp = '10.20.0.7') {
  await using stack = new AsyncDisposableStack();
  const { ca, key, cert } = await certificates();
  const system = stack.use(
    await startTestSystem(assembly.directory, {
      jil,
      secrets: { 'autosys/launch/desk': JSON.stringify({ password }) },
      rest: { certificate: { key, cert }, network: { vpcSourceIp, vpceId: 'vpce-0a1b2c3d' } },
    }),
  );
  system.aws.workloads.define({
    stateMachine: 'fx-rates',
    runs: { steps: [{ kind: 'wait', state: 'Work', for: 20_000 }] },
  });
  const client = stack.use(new RestClient(system.aws.restUrl, ca));
  const held = stack.move();
  return { ...system, client, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

const start = { target: 'fx-rates', job: 'FX_RATES', run: 7, try: 1, input: { day: 'monday' } };

describe.for([
  { id: 'LaunchApiLaunch', entry: 'launch', atMost: 800_000, without: /\0/ },
  {
    id: 'LaunchApiHold',
    entry: 'hold',
    atMost: 300_000,
    without: /node_modules\/(got|@aws-sdk\/client-(?!dynamodb))|autosys\/client|lambda\/delivery/,
  },
  {
    id: 'LaunchApiAuthorizer',
    entry: 'authorizer',
    atMost: 220_000,
    without:
      /node_modules\/(got|@aws-sdk\/client-(?!secrets-manager))|autosys\/client|ledger\/store/,
  },
])('the bundle of $entry', ({ id, entry, atMost, without }) => {
  const taskRoot = () =>
    wiringOf(assembly.directory).functions.find((one) => one.id.includes(id))?.taskRoot ?? '';

  test('holds only the handler and the route file, and is small', () => {
    expect(readdirSync(taskRoot()).sort()).toEqual(['bridge.json', 'index.js']);
    expect(readFileSync(join(taskRoot(), 'index.js')).length).toBeLessThan(atMost);
  });

  test('holds nothing that the function does not use', async () => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: project,
      ...bundleOptions,
      entryPoints: [`lambda/functions/${entry}.ts`],
      metafile: true,
      write: false,
      outfile: 'index.js',
    });

    // This build equals the shipped bundle, so its list of inputs describes that bundle.
    const shipped = readFileSync(join(taskRoot(), 'index.js'), 'utf8');
    expect(outputFiles[0]?.text === shipped).toBe(true);
    const [output] = Object.values(metafile.outputs);
    const contents = Object.keys(output?.inputs ?? {});
    const unwanted =
      /node_modules\/(yaml|aws-cdk-lib|constructs|keyv|cacheable-request)\/|zod\/v\d\/(locales|classic)|route-file|emulator\/|local\/|infra\/(?!bundle-stubs\/)/;
    expect(contents.filter((path) => unwanted.test(path) || without.test(path))).toEqual([]);
    // Node.js itself has the modules that are loaded at start; the runtime of Lambda may lack others.
    const atStart = output?.imports.filter(({ kind }) => kind !== 'dynamic-import') ?? [];
    expect(atStart.filter(({ path }) => !isBuiltin(path))).toEqual([]);
  });
});

describe('the shipped launch API', () => {
  test('asks for a login, in JSON or in three lines of text', async () => {
    await using system = await startLaunchSystem();
    const { client } = system;

    const without = await client.send('/v1/runs?job=FX_RATES');
    const wrong = await client.send('/v1/runs?job=FX_RATES', {
      headers: { authorization: basic('another-password-here'), accept: 'text/plain' },
    });
    const other = await client.send('/v1/runs', { headers: { authorization: 'Digest x' } });

    expect([without, wrong, other].map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(without.headers['www-authenticate']).toBe('Basic realm="autosys-bridge"');
    expect(without.headers['autosys-bridge-version']).toBe('1.0');
    expect((without.json() as ApiErrorBody).code).toBe('WRONG_LOGIN');
    expect(wrong.text.trimEnd().split('\n')).toHaveLength(3);
    // Only the login that may be one was checked: the secret was read, in both versions.
    expect(system.aws.secrets.reads).toBe(2);
  });

  test('refuses a host of another network before it asks for a login', async () => {
    await using system = await startLaunchSystem('10.30.0.7');

    const answer = await system.client.send('/v1/runs?job=FX_RATES', {
      headers: { authorization },
    });

    expect(answer.status).toBe(403);
    expect((answer.json() as ApiErrorBody).code).toBe('NOT_ALLOWED');
    expect(system.aws.secrets.reads).toBe(0);
  });

  test('answers for a call that it does not have, and a body without a target', async () => {
    await using system = await startLaunchSystem();
    const headers = { authorization, 'content-type': 'application/json' };

    const unknown = await system.client.send('/v2/runs', { headers });
    const empty = await system.client.send('/v1/runs', { method: 'POST', headers, body: '{}' });

    expect(unknown.status).toBe(404);
    expect((unknown.json() as ApiErrorBody).code).toBe('UNKNOWN_CALL');
    expect(empty.status).toBe(400);
    expect((empty.json() as ApiErrorBody).code).toBe('INVALID_INPUT');
  });

  test('starts a run once, and a held request learns its end', async () => {
    await using system = await startLaunchSystem();
    const { client, aws, clock } = system;
    const headers = { authorization, 'content-type': 'application/json' };
    const body = JSON.stringify(start);

    const first = await client.send('/v1/runs', { method: 'POST', headers, body });
    const again = await client.send('/v1/runs', { method: 'POST', headers, body });
    const { name, rev } = again.json() as RunAnswer;
    await aws.idle();
    const running = (await client.send(`/v1/runs/${name}`, { headers })).json() as RunAnswer;
    const waiting = client.send(`/v1/runs/${name}/wait?hold=20&after=${running.rev}`, { headers });
    // API Gateway would end the held request after 29 seconds.
    await clock.advance(20_000);
    await aws.idle();
    const ended = (await waiting).json() as RunAnswer;
    const found = await client.send('/v1/runs?job=FX_RATES&run=7', { headers });

    expect([first.status, again.status]).toEqual([201, 200]);
    expect(name).toBe('FX_RATES-r7t1-ACE');
    expect(rev).toMatch(/^[0-9a-f]{16}$/);
    expect(aws.workloads.calls['StartExecution']).toBe(1);
    expect(running.state).toBe('ACTIVE');
    expect(ended).toMatchObject({ state: 'ENDED', status: 'SUCCEEDED', exit: { code: 0 } });
    expect((found.json() as FindAnswer).runs).toHaveLength(1);
    expect(aws.workloads.unknownRequests).toEqual([]);
  });

  test('logs neither the login nor the input', async () => {
    await using system = await startLaunchSystem();
    const headers = { authorization, 'content-type': 'application/json' };
    const body = JSON.stringify(start);

    await system.client.send('/v1/runs', { method: 'POST', headers, body });

    const logs = JSON.stringify([system.aws.logs(), system.aws.rest.accessLog]);
    expect(logs).toContain('FX_RATES-r7t1-ACE');
    for (const secret of [password, authorization.slice(6), 'monday']) {
      expect(logs).not.toContain(secret);
    }
  });

  test.for(['LaunchApiLaunch', 'LaunchApiHold', 'LaunchApiAuthorizer'])(
    'has a function %s with a timeout that API Gateway can await',
    (id) => {
      const found = wiringOf(assembly.directory).functions.find((one) => one.id.includes(id));

      expect(found).toMatchObject({ handler: 'index.handler', memoryMb: 512, unresolved: {} });
      expect(found?.timeoutMs).toBeLessThanOrEqual(29_000);
    },
  );
});
