import { describe, expect, test } from 'vitest';
import {
  acceptAndLose,
  type EmulatorOptions,
  type Fault,
  garbage,
  makeAuthority,
  neverAnswer,
  respond,
  startEmulator,
} from '../../emulator/index.ts';
import type { Finding } from '../../lambda/canary/finding.ts';
import { makeAuthority as makeTestAuthority } from '../support/certificates.ts';
import { freePort, serve, serveTcp } from '../support/servers.ts';
import { type CliEnvironment, environmentFor, runCli } from './setup.ts';

const authority = await makeAuthority();
const good = await makeTestAuthority();
const otherAuthority = await makeTestAuthority();
const password = 'correct horse battery';
const jil = 'insert_job: LOAD  job_type: CMD  machine: host1  command: true\n';

interface DoctorRun {
  readonly code: number;
  readonly findings: readonly Finding[];
  readonly text: string;
}

/** Runs doctor with --json, and checks that the output does not contain the password. */
async function doctor(environment: CliEnvironment, ...argv: readonly string[]): Promise<DoctorRun> {
  const { code, stdout, stderr } = await runCli(['doctor', '--json', ...argv], environment);
  expect(stdout + stderr).not.toContain(password);
  expect(stdout + stderr).not.toContain(Buffer.from(`ops:${password}`).toString('base64'));
  const [{ findings }] = JSON.parse(stdout).doctor;
  return { code, findings, text: stdout };
}

const verdictsOf = ({ findings }: DoctorRun) => findings.map(({ verdict }) => verdict);

const start = (options: EmulatorOptions = {}) =>
  startEmulator({
    authority,
    user: 'ops',
    password,
    eventDelayMs: 5,
    jil: [{ name: 'test.jil', text: jil }],
    ...options,
  });

/** An environment with an address and a trusted CA. */
const clientOf = (url: string, ca = good.certificate): CliEnvironment => ({
  files: { 'ca.pem': ca },
  env: { AUTOSYS_URL: url, AUTOSYS_USER: 'ops', AUTOSYS_PASSWORD: password, AUTOSYS_CA: 'ca.pem' },
});

describe('a healthy AutoSys', () => {
  test('passes every check, and only the scratch variable changes', async () => {
    await using autosys = await start();

    const { code, stdout } = await runCli(['doctor'], environmentFor(autosys));

    expect(stdout.split('\n')).toEqual([
      'AutoSys: changes only the global variable AWS_BRIDGE_CANARY',
      expect.stringMatching(
        /^ {2}✓ 127\.0\.0\.1:\d+: connected, certificate trusted, valid until 20/,
      ),
      '  ✓ signed in as ops',
      expect.stringMatching(/^ {2}✓ AutoSys accepted SET_GLOBAL AWS_BRIDGE_CANARY=20\S+Z$/),
      expect.stringMatching(/^ {2}✓ AutoSys shows the value after \d+ ms$/),
      '',
    ]);
    expect(code).toBe(0);
    const sent = autosys.requests().filter(({ path }) => !path.endsWith('/command/run'));
    expect(sent.map(({ path }) => path)).toEqual(['/AEWS/event/set-global']);
    expect(autosys.unsupported()).toBe(0);
  });

  test('has a warning for a certificate that expires soon', async () => {
    const validTo = new Date(Date.now() + 10.5 * 86_400_000);
    await using autosys = await start({ certificate: { validTo } });

    const { code, findings } = await doctor(environmentFor(autosys));

    expect(findings[0]).toMatchObject({ verdict: 'expiresSoon', certificateDaysLeft: 10 });
    expect(code).toBe(0);
  });

  test('is checked with the variable of --global', async () => {
    await using autosys = await start();

    await doctor(environmentFor(autosys), '--global', 'MY_SCRATCH');

    expect(autosys.instance.globalVariable('MY_SCRATCH')).toBeDefined();
    expect(autosys.instance.globalVariable('AWS_BRIDGE_CANARY')).toBeUndefined();
  });

  test('receives a COMMENT for the job of --job, whose status does not change', async () => {
    await using autosys = await start();

    const examined = await doctor(environmentFor(autosys), '--job', 'LOAD');

    expect(verdictsOf(examined).at(-1)).toBe('jobOpen');
    expect(autosys.instance.job('LOAD')?.status).toBe('INACTIVE');
  });
});

describe('the connection to AutoSys', () => {
  test.for([
    { verdict: 'expired', identity: good.expired, says: 'its certificate expired on 2024-03-01' },
    { verdict: 'notYetValid', identity: good.early, says: 'is not yet valid' },
    { verdict: 'wrongHost', identity: good.otherHost, says: 'not for localhost but for' },
    { verdict: 'selfSigned', identity: good.selfSigned, says: 'self-signed' },
    { verdict: 'unknownIssuer', identity: otherAuthority.server, says: 'not signed by the given' },
  ] as const)('ends with $verdict, and no login is sent', async ({ verdict, identity, says }) => {
    await using server = await serve(identity, () => ({ status: 200 }));

    const examined = await doctor(clientOf(server.url));

    expect(verdictsOf(examined)).toEqual([verdict, 'unreachable']);
    expect(examined.findings[0]?.message).toContain(says);
    expect(examined.findings[0]?.certificateDaysLeft).toEqual(expect.any(Number));
    expect(examined.code).toBe(3);
    expect(server.arrivals).toEqual([]);
  });

  test.for([
    {
      verdict: 'clientCertificate',
      tls: { requestCert: true, rejectUnauthorized: true, ca: good.certificate },
      advice: 'ask the AutoSys administrator',
    },
    {
      verdict: 'tlsVersion',
      tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      advice: 'ask the AutoSys administrator: enable TLS 1.2 or 1.3',
    },
    {
      verdict: 'noSharedCipher',
      tls: { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' },
      advice: 'ask the AutoSys administrator: enable a cipher suite',
    },
  ] as const)('ends with $verdict, and names who can help', async ({ verdict, tls, advice }) => {
    await using server = await serve(good.server, () => ({ status: 200 }), tls);

    const examined = await doctor(clientOf(server.url));

    expect(verdictsOf(examined)).toEqual([verdict, 'unreachable']);
    expect(examined.findings[0]?.advice).toContain(advice);
    expect(server.arrivals).toEqual([]);
  });

  test('ends with refused if the port is closed', async () => {
    const examined = await doctor(clientOf(`https://localhost:${await freePort()}`));

    expect(verdictsOf(examined)).toEqual(['refused', 'unreachable']);
    expect(examined.code).toBe(3);
  });

  test('ends with unresolved if the host name is unknown', async () => {
    const examined = await doctor(clientOf('https://aews.invalid:9443'));

    expect(verdictsOf(examined)).toEqual(['unresolved', 'unreachable']);
  });

  test('ends with noTls if the port uses another protocol', async () => {
    await using server = await serveTcp((socket) => socket.end('220 mail.example.com ESMTP\r\n'));

    const examined = await doctor(clientOf(server.url));

    expect(verdictsOf(examined)).toEqual(['noTls', 'unreachable']);
  });

  test('ends with broken if the connection is closed', async () => {
    await using server = await serveTcp((socket) => socket.destroy());

    const examined = await doctor(clientOf(server.url));

    expect(verdictsOf(examined)).toEqual(['broken', 'unreachable']);
  });

  test('is checked for each endpoint, and a dead standby is a warning', async () => {
    await using autosys = await start();
    const dead = `https://localhost:${await freePort()}`;

    const examined = await doctor(
      environmentFor(autosys, { env: { AUTOSYS_URL: `${autosys.url},${dead}` } }),
    );

    expect(examined.findings.slice(0, 2)).toMatchObject([
      { verdict: 'trusted', grade: 'good' },
      { verdict: 'refused', grade: 'warning' },
    ]);
    expect(examined.code).toBe(0);
  });
});

describe('a rejection by AutoSys', () => {
  test('of the login: it is sent once, and nothing is sent after it', async () => {
    await using autosys = await start();

    const examined = await doctor(environmentFor(autosys, { env: { AUTOSYS_PASSWORD: 'wrong' } }));

    expect(verdictsOf(examined)).toEqual(['trusted', 'loginRefused']);
    expect(examined.code).toBe(1);
    expect(autosys.requests()).toMatchObject([{ status: 401 }]);
  });

  test.for([
    { may: ['read'], last: 'mayNotSet', advice: 'as-sendevent' },
    { may: ['SET_GLOBAL'], last: 'mayNotRead', advice: 'GLOBAL_VAR' },
  ] as const)('of a permission: $last', async ({ may, last, advice }) => {
    await using autosys = await start({ permissions: may });

    const examined = await doctor(environmentFor(autosys));

    expect(verdictsOf(examined).slice(0, 2)).toEqual(['trusted', 'signedIn']);
    expect(examined.findings.at(-1)).toMatchObject({ verdict: last });
    expect(examined.findings.at(-1)?.advice).toContain(advice);
    expect(examined.code).toBe(1);
  });

  test.for([
    { may: ['SET_GLOBAL', 'read'], job: 'LOAD', last: 'ownerForbids' },
    { may: undefined, job: 'LOUD', last: 'noSuchJob' },
  ] as const)('of job $job: $last', async ({ may, job, last }) => {
    await using autosys = await start({ ...(may && { permissions: may }) });

    const examined = await doctor(environmentFor(autosys), '--job', job);

    expect(verdictsOf(examined).at(-1)).toBe(last);
    expect(examined.code).toBe(1);
  });

  test('of reading a job', async () => {
    await using autosys = await start();
    autosys.misbehave(respond(403), { path: '/AEWS/job/LOAD' });

    const examined = await doctor(environmentFor(autosys), '--job', 'LOAD');

    expect(verdictsOf(examined).at(-1)).toBe('mayNotSeeJob');
  });
});

describe('the scratch variable', () => {
  test.for([
    {
      when: 'the web server answers 503',
      fault: respond(503),
      path: 'command/run',
      last: 'unavailable',
    },
    {
      when: 'the answer cannot be parsed',
      fault: garbage,
      path: 'command/run',
      last: 'unanswered',
    },
    {
      when: 'the answer to the set request is cut',
      fault: garbage,
      path: 'set-global',
      last: 'outcomeUnknown',
    },
  ] as const)('is not confirmed if $when', async ({ fault, path, last }) => {
    await using autosys = await start();
    autosys.misbehave(fault as Fault, { path, times: 'always' });

    const examined = await doctor(environmentFor(autosys));

    expect(verdictsOf(examined).at(-1)).toBe(last);
    expect(examined.code).toBe(3);
  });

  test('is accepted and never confirmed in a release without a read request', async () => {
    await using autosys = await start();
    autosys.misbehave(respond(404), { path: 'command/run', times: 'always' });

    const examined = await doctor(environmentFor(autosys));

    expect(verdictsOf(examined)).toEqual(['trusted', 'signedIn', 'accepted', 'unreadable']);
    expect(examined.findings.at(-1)?.advice).toContain('accepted, never confirmed');
    expect(examined.code).toBe(0);
  });

  test('is not set if doctor is stopped', async () => {
    await using autosys = await start();
    autosys.misbehave(neverAnswer, { times: 'always' });
    const stopping = new AbortController();

    const running = runCli(['doctor'], {
      ...environmentFor(autosys),
      signal: stopping.signal,
      onStdout: (text) => text.includes('trusted') && stopping.abort(),
    });

    expect(await running).toMatchObject({ code: 3 });
    expect(autosys.instance.globalVariable('AWS_BRIDGE_CANARY')).toBeUndefined();
  });
});

describe('the wire profile', () => {
  test.for([
    { supported: 'standard', given: 'command-run', lines: ['profile: standard'] },
    { supported: 'api-prefix', given: 'standard', lines: ['profile: api-prefix'] },
    { supported: 'single-event', given: 'standard', lines: ['profile: single-event'] },
    { supported: 'command-run', given: 'standard', lines: ['profile: command-run'] },
  ] as const)('is found: $supported, if $given is given', async ({ supported, given, lines }) => {
    await using autosys = await start({ profiles: [supported] });

    const examined = await doctor(environmentFor(autosys), '--profile', given);

    expect(examined.findings.find(({ verdict }) => verdict === 'profileFound')?.lines).toEqual(
      lines,
    );
  });

  test('is not found if AutoSys sets no global variable', async () => {
    await using autosys = await start();
    autosys.misbehave(respond(404), { path: /event|command/, times: 'always' });

    const examined = await doctor(environmentFor(autosys));

    expect(verdictsOf(examined)).toEqual(['trusted', 'unproven', 'noSuchEntry', 'noProfileFound']);
    expect(examined.code).toBe(1);
  });
});

test('an AutoSys that accepts and loses events is detected with every profile', async () => {
  await using autosys = await start();
  autosys.misbehave(acceptAndLose, { method: 'POST', times: 'always' });
  const yaml = `instances:
  ACE: { endpoints: ['${autosys.url}'], secret: autosys/ACE, ca: ca.pem, confirmWithin: 50ms }
routes:
  - { name: one, from: { stateMachine: one }, global: ONE }
`;
  const examined = await doctor(
    environmentFor(autosys, { files: { 'bridge.yaml': yaml } }),
    '--config',
    'bridge.yaml',
  );

  expect(verdictsOf(examined)).toEqual(['trusted', 'signedIn', 'accepted', 'notApplied']);
  expect(examined.code).toBe(3);
});
