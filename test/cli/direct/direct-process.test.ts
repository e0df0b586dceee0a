import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { buildAgent } from '../../../cli/build-agent.ts';
import { buildDirect } from '../../../cli/build-direct.ts';
import { issue, makeAuthority } from '../../../emulator/index.ts';
import { LocalWorkloads } from '../../../local/index.ts';
import { serveAws, startConnectProxy } from '../../support/connect-proxy.ts';
import { startProcess } from '../agent/agent-process.ts';
import {
  instanceAccessKey,
  type PlainEndpoint,
  startEndpoint,
  startMetadata,
  startSts,
} from './credential-servers.ts';

const account = '111122223333';
const region = 'eu-west-1';
const folder = mkdtempSync(join(tmpdir(), 'direct-'));
const bundle = join(folder, 'autosys-bridge-direct.mjs');
const runName = 'PAY_EOD-r1620t1-ACE';
let metafile: Metafile;

const routeFile = `instances:
  ACE: { endpoints: ["https://ace.example.com:9443"], secret: autosys/ACE/bridge }
targets:
  settlement: { stateMachine: settlement, input: { run: "\${job}/\${run}" } }
  limited: { stateMachine: settlement, input: {}, maxRunning: 2 }
  mirrored: { stateMachine: settlement, input: {}, mirror: { global: AWS_SETTLEMENT } }
  retried: { stateMachine: settlement, input: {}, onRetry: redrive }
  elsewhere:
    stateMachine: arn:aws:states:eu-west-1:444455556666:stateMachine:settlement
    input: {}
callers:
  agents: { secret: autosys/launch/agents, targets: ['*'], jobs: ["*"] }
`;
const targets = join(folder, 'bridge.yaml');

beforeAll(async () => {
  metafile = await buildDirect(bundle);
  writeFileSync(targets, routeFile);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let workloads: LocalWorkloads;
let sts: PlainEndpoint;
let home: string;

beforeEach(async () => {
  home = mkdtempSync(join(folder, 'home-'));
  mkdirSync(join(home, '.aws'));
  workloads = await LocalWorkloads.start({ account, region });
  workloads.define({
    stateMachine: 'settlement',
    runs: ({ executionName }) => ({
      steps: [{ kind: 'wait', state: 'Work', for: executionName === runName ? 2_000 : 3_600_000 }],
    }),
  });
  sts = await startSts({
    [instanceAccessKey]: account,
    AKIAPROCESS: account,
    AKIAENVIRONMENT: account,
    AKIAOTHER: '999900001111',
  });
  return () => workloads.stop();
});

const toEnv = (more: Readonly<Record<string, string>> = {}) => ({
  HOME: home,
  AWS_REGION: region,
  AWS_ENDPOINT_URL_SFN: workloads.url,
  AWS_ENDPOINT_URL_BATCH: workloads.url,
  AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: workloads.url,
  AWS_ENDPOINT_URL_STS: sts.url,
  AWS_EC2_METADATA_DISABLED: 'true',
  AUTOSYS_BRIDGE_TARGETS: targets,
  AUTO_JOB_NAME: 'PAY_EOD',
  AUTORUN: '1620/1',
  AUTOSERV: 'ACE',
  ...more,
});
const fromEnvironment = {
  AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-environment',
};
const toIds = ({ url }: PlainEndpoint) => ({
  AWS_EC2_METADATA_DISABLED: 'false',
  AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
});
const start = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  startProcess(process.execPath, [bundle, ...argv], toEnv(env));
const run = (env: Readonly<Record<string, string>>, ...argv: readonly string[]) =>
  start(['run', 'settlement', '--direct', ...argv], env);

async function expectNothingStarted(
  command: ReturnType<typeof run>,
  code: number,
  ...says: readonly (string | RegExp)[]
): Promise<void> {
  expect({ code: await command.ended, stdout: command.stdout() }).toEqual({ code, stdout: '' });
  for (const text of says) expect(command.stderr()).toMatch(text);
  expect(command.stderr()).toContain(`exit code ${code}: nothing was started`);
  expect(workloads.calls).toEqual({});
}

describe('the bundle of direct mode', () => {
  test('has at most 1 MB, and imports modules of Node.js only', () => {
    const [output] = Object.values(metafile.outputs);
    const imports = (output?.imports ?? []).map(({ path }) => path);

    expect(statSync(bundle).size).toBeLessThanOrEqual(1_000_000);
    expect(imports.filter((path) => !path.startsWith('node:') && !isBuiltIn(path))).toEqual([]);
  });

  test('contains the providers of ini files, credential_process, containers and instances', () => {
    const inputs = Object.keys(metafile.inputs).join('\n');

    for (const name of ['provider-ini', 'provider-process', 'provider-http', 'provider-imds']) {
      expect(inputs).toContain(`credential-${name}`);
    }
  });

  test('has the other commands of the agent', async () => {
    const command = start(['--help']);

    expect(await command.ended).toBe(0);
    expect(command.stdout()).toMatch(
      /^ {2}run .*\n {2}stop .*\n {2}restart .*\n {2}log .*\n {2}whois /m,
    );
  });
});

test('the file without the SDK says in one sentence which file to use', async () => {
  const small = join(folder, 'autosys-bridge-agent.mjs');
  await buildAgent(small);

  const command = startProcess(process.execPath, [small, 'run', 'settlement', '--direct'], toEnv());

  expect(await command.ended).toBe(64);
  expect(command.stderr().split('\n')[0]).toBe(
    'error: --direct: this file does not contain the AWS SDK; use autosys-bridge-direct.mjs',
  );
});

describe('run --direct with credentials', () => {
  test('of the instance role starts and follows a run', async () => {
    const metadata = await startMetadata();

    const command = run(toIds(metadata));

    expect({ code: await command.ended, stderr: command.stderr() }).toEqual({
      code: 0,
      stderr: '',
    });
    expect(command.stdout()).toContain(`run ${runName} ended: SUCCEEDED`);
    expect(workloads.runs.map(({ runName: name }) => name)).toEqual([runName]);
    expect(metadata.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/agent-role',
    ]);
    expect(sts.requests).toHaveLength(1);
    expect(workloads.unknownRequests).toEqual([]);
  });

  test('of credential_process, as IAM Roles Anywhere has it, starts a run', async () => {
    const helper = writeHelper(
      `echo '{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"s","SessionToken":"t","Expiration":"2099-01-01T00:00:00Z"}'`,
    );
    writeProfile(`credential_process = ${helper}`);

    const command = run({ AWS_PROFILE: 'agent' }, '--detach');

    expect({ code: await command.ended, stdout: command.stdout() }).toEqual({
      code: 0,
      stdout: `${runName}\n`,
    });
    expect(sts.requests[0]?.headers.authorization).toContain('Credential=AKIAPROCESS/');
    expect(readFileSync(join(home, 'calls'), 'utf8')).toBe('called\n');
  });

  test('are loaded again before they expire', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const helper = writeHelper(
      `echo '{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"s","SessionToken":"t","Expiration":"${soon}"}'`,
    );
    writeProfile(`credential_process = ${helper}`);

    expect(await run({ AWS_PROFILE: 'agent' }, '--detach').ended).toBe(0);
    expect(readFileSync(join(home, 'calls'), 'utf8').split('called').length).toBeGreaterThan(2);
  });

  test('of the environment starts a run', async () => {
    expect(await run(fromEnvironment, '--detach').ended).toBe(0);
    expect(workloads.calls).toEqual({ StartExecution: 1 });
  });

  test('of another account than the target names is refused', async () => {
    const command = start(['run', 'elsewhere', '--direct'], fromEnvironment);

    await expectNothingStarted(
      command,
      78,
      /names arn:aws:states:eu-west-1:444455556666:stateMachine:settlement/,
      'of account 111122223333 in Region eu-west-1',
      'allowed: credentials of account 444455556666 and AWS_REGION=eu-west-1',
    );
  });

  test('that AWS does not know is refused', async () => {
    const command = run({ ...fromEnvironment, AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' });

    await expectNothingStarted(command, 77, 'GetCallerIdentity: InvalidClientTokenId');
    expect(command.stderr()).not.toContain('secret-of');
  });
});

describe('run --direct without credentials', () => {
  test('says which are allowed', async () => {
    await expectNothingStarted(
      run({}),
      77,
      'no AWS credentials for direct mode: none found, and AWS_EC2_METADATA_DISABLED=true',
      'allowed: the instance role of the host',
    );
  });

  test('says that the instance role does not answer', async () => {
    const silent = await startEndpoint(() => undefined);

    await expectNothingStarted(
      run(toIds(silent)),
      77,
      `none found, and the instance role at ${silent.url} did not answer with any`,
    );
  });

  test('says that the instance has no role', async () => {
    const bare = await startEndpoint(({ path }) =>
      path === '/latest/api/token' ? { status: 200, body: 't' } : { status: 404 },
    );

    await expectNothingStarted(run(toIds(bare)), 77, `the instance role at ${bare.url}`);
  });

  test.for([
    { script: 'echo secret-output >&2; exit 3', what: 'fails' },
    { script: 'echo secret-output', what: 'prints no JSON' },
    { script: 'echo \'{"Version":1}\'', what: 'prints no key' },
  ])('says that a credential_process $what', async ({ script }) => {
    writeProfile(`credential_process = ${writeHelper(script)}`);

    const command = run({ AWS_PROFILE: 'agent' });

    await expectNothingStarted(
      command,
      77,
      'profile agent gave none (does it exist? run its credential_process by hand',
    );
    expect(command.stderr()).not.toContain('secret-output');
  });

  test('says that the profile is missing', async () => {
    writeProfile('output = json');

    await expectNothingStarted(run({ AWS_PROFILE: 'other' }), 77, 'profile other gave none');
  });
});

describe('run --direct', () => {
  test.for([
    { without: 'AWS_REGION', says: 'Region: not set; set AWS_REGION' },
    { without: 'AUTOSYS_BRIDGE_TARGETS', says: 'AUTOSYS_BRIDGE_TARGETS is not set' },
    { without: 'AUTORUN', says: 'AUTORUN: expected RUN/TRY' },
  ])('refuses an environment without $without', async ({ without, says }) => {
    await expectNothingStarted(run({ ...fromEnvironment, [without]: '' }), 64, says);
  });

  test.for([
    { target: 'limited', says: 'target limited has maxRunning, which direct mode does not have' },
    { target: 'mirrored', says: 'nothing would set variable AWS_SETTLEMENT' },
    { target: 'retried', says: 'try 2 would run again what the execution has done' },
  ])('refuses the target $target, whose key needs the ledger', async ({ target, says }) => {
    const command = start(['run', target, '--direct'], { ...fromEnvironment, AUTORUN: '1620/2' });

    await expectNothingStarted(command, 78, says, 'use the launch API for this target');
  });

  test('starts the first try of a target with onRetry', async () => {
    const command = start(['run', 'retried', '--direct', '--detach'], fromEnvironment);

    expect(await command.ended).toBe(0);
    expect(workloads.calls).toEqual({ StartExecution: 1 });
  });

  test('refuses options of the launch API', async () => {
    const command = run(fromEnvironment, '--url', 'https://a.example.com/v', '--ca', 'x.pem');

    await expectNothingStarted(command, 64, '--url: not allowed with', 'NODE_EXTRA_CA_CERTS=FILE');
  });

  test('shows each fault of the route file with its line', async () => {
    const path = join(home, 'wrong.yaml');
    writeFileSync(path, routeFile.replace('    input: {}', '    inputs: {}'));

    const command = run({ ...fromEnvironment, AUTOSYS_BRIDGE_TARGETS: path });

    await expectNothingStarted(command, 78, 'the route file is invalid', /wrong\.yaml:10:5/);
  });

  test('ends with 69 if AWS is not reached', async () => {
    const command = run({ ...fromEnvironment, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' });

    await expectNothingStarted(command, 69, 'GetCallerIdentity: ECONNREFUSED');
  });

  test.for([
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
  ] as const)('stops the run after $signal', async ({ signal, code }) => {
    const command = run({ ...fromEnvironment, AUTORUN: '1620/2' });
    await command.printed(/accepted by AWS/);

    process.kill(command.pid, signal);

    expect(await command.ended).toBe(code);
    expect(command.stdout()).toContain(`exit code ${code}: ${signal} received; stop proven`);
    expect(workloads.runs.map(({ status }) => status)).toEqual(['ABORTED']);
  });

  test('stops the run after the end of the shell above it', async () => {
    const shell = startProcess(
      'sh',
      ['-c', `"${process.execPath}" "${bundle}" run settlement --direct; true`],
      toEnv({ ...fromEnvironment, AUTORUN: '1620/3' }),
    );
    await shell.printed(/accepted by AWS/);

    process.kill(shell.pid, 'SIGKILL');
    await shell.ended;

    expect(shell.stdout()).toContain('exit code 129: the parent process has ended; stop proven');
    expect(workloads.runs.map(({ status }) => status)).toEqual(['ABORTED']);
  });

  test('calls AWS through the proxy of HTTPS_PROXY', async () => {
    const { proxy, env, hosts } = await startProxiedAws();

    const command = startProcess(process.execPath, [bundle, ...detached], {
      ...env,
      ...fromEnvironment,
    });

    expect({ code: await command.ended, stderr: command.stderr() }).toMatchObject({ code: 0 });
    expect(proxy.targets()).toEqual(hosts.map((host) => `${host}:443`));
  });

  test.for(['', '1'])(
    'asks the instance role without the proxy, with NODE_USE_ENV_PROXY=%j',
    async (useEnvProxy) => {
      const { proxy, env, hosts } = await startProxiedAws();
      const metadata = await startMetadata();

      const command = startProcess(process.execPath, [bundle, ...detached], {
        ...{ ...env, ...toIds(metadata) },
        ...{ HTTP_PROXY: env.HTTPS_PROXY, NODE_USE_ENV_PROXY: useEnvProxy },
      });

      expect({ code: await command.ended, stderr: command.stderr() }).toMatchObject({ code: 0 });
      expect(proxy.targets()).toEqual(hosts.map((host) => `${host}:443`));
      expect(proxy.plain).toEqual([]);
      expect(metadata.requests).toHaveLength(3);
    },
  );

  test('asks the container role without the proxy', async () => {
    const { proxy, env, hosts } = await startProxiedAws();
    const container = await startEndpoint(() => ({
      status: 200,
      body: JSON.stringify({
        ...{ AccessKeyId: instanceAccessKey, SecretAccessKey: 's', Token: 't' },
        Expiration: new Date(Date.now() + 6 * 3_600_000).toISOString(),
      }),
    }));

    const command = startProcess(process.execPath, [bundle, ...detached], {
      ...env,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/role`,
      ...{ HTTP_PROXY: env.HTTPS_PROXY, NODE_USE_ENV_PROXY: '1' },
    });

    expect({ code: await command.ended, stderr: command.stderr() }).toMatchObject({ code: 0 });
    expect(proxy.targets()).toEqual(hosts.map((host) => `${host}:443`));
    expect(proxy.plain).toEqual([]);
    expect(container.requests).toHaveLength(1);
  });

  test('calls the hosts of NO_PROXY without the proxy', async () => {
    const { proxy, aws, env, hosts } = await startProxiedAws();

    const command = startProcess(process.execPath, [bundle, ...detached], {
      ...{ ...env, ...fromEnvironment },
      ...{ AWS_ENDPOINT_URL_SFN: `https://localhost:${aws.port}`, NO_PROXY: 'localhost' },
    });

    expect({ code: await command.ended, stderr: command.stderr() }).toMatchObject({ code: 0 });
    expect(proxy.targets()).toEqual([`${hosts[0]}:443`]);
  });

  test('says that the proxy refuses the tunnel, without its login', async () => {
    const proxy = await startConnectProxy(1, '407 Proxy Authentication Required');
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    const { AWS_ENDPOINT_URL_STS: _, ...env } = toEnv(fromEnvironment);

    const command = startProcess(process.execPath, [bundle, 'run', 'settlement', '--direct'], {
      ...env,
      HTTPS_PROXY: `http://user:geheim@127.0.0.1:${proxy.port}`,
    });

    await expectNothingStarted(command, 69, 'HTTP 407');
    expect(command.stderr()).not.toContain('geheim');
  });
});

const detached = ['run', 'settlement', '--direct', '--detach'];

/** AWS under its own names, behind a proxy, and the environment that uses it. */
async function startProxiedAws() {
  const authority = await makeAuthority();
  const hosts = ['sts', 'states'].map((one) => `${one}.${region}.amazonaws.com`);
  const aws = await serveAws(await issue(authority, { hosts: [...hosts, 'localhost'] }), (host) =>
    host.startsWith('sts') ? sts.url : workloads.url,
  );
  const proxy = await startConnectProxy(aws.port);
  onTestFinished(async () => {
    for (const one of [proxy, aws]) await one[Symbol.asyncDispose]();
  });
  const ca = join(home, 'ca.pem');
  writeFileSync(ca, authority.certificate);
  const { AWS_ENDPOINT_URL_SFN: _, AWS_ENDPOINT_URL_STS: __, ...base } = toEnv();
  const proxied = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: ca };
  return { proxy, aws, hosts, env: { ...base, ...proxied } };
}

/** Writes a helper of the profile that counts its calls. */
function writeHelper(script: string): string {
  const path = join(home, 'helper.sh');
  writeFileSync(path, `#!/bin/sh\necho called >> "${join(home, 'calls')}"\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function writeProfile(line: string): void {
  writeFileSync(join(home, '.aws/config'), `[profile agent]\n${line}\n`);
}

function isBuiltIn(path: string): boolean {
  return process.getBuiltinModule(path) !== undefined;
}
