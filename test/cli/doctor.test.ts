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
import { reach, runCli, type World } from './setup.ts';

const authority = await makeAuthority();
const good = await makeTestAuthority();
const stranger = await makeTestAuthority();
const password = 'correct horse battery';
const jil = 'insert_job: LOAD  job_type: CMD  machine: host1  command: true\n';

interface Doctored {
  readonly code: number;
  readonly findings: readonly Finding[];
  readonly text: string;
}

/** Examines twice, for people and for programs; both end alike, and neither shows the password. */
async function doctor(world: World, ...argv: readonly string[]): Promise<Doctored> {
  const { code, stdout, stderr } = await runCli(['doctor', '--json', ...argv], world);
  expect(stdout + stderr).not.toContain(password);
  expect(stdout + stderr).not.toContain(Buffer.from(`ops:${password}`).toString('base64'));
  const [{ findings }] = JSON.parse(stdout).doctor;
  return { code, findings, text: stdout };
}

const verdictsOf = ({ findings }: Doctored) => findings.map(({ verdict }) => verdict);

const start = (options: EmulatorOptions = {}) =>
  startEmulator({
    authority,
    user: 'ops',
    password,
    eventDelayMs: 5,
    jil: [{ name: 'test.jil', text: jil }],
    ...options,
  });

/** A world with an address and certificates to trust. */
const facing = (url: string, ca = good.certificate): World => ({
  files: { 'ca.pem': ca },
  env: { AUTOSYS_URL: url, AUTOSYS_USER: 'ops', AUTOSYS_PASSWORD: password, AUTOSYS_CA: 'ca.pem' },
});

describe('a healthy AutoSys', () => {
  test('is reached, trusted, signed in to, told and read back, and nothing else is touched', async () => {
    await using autosys = await start();

    const { code, stdout } = await runCli(['doctor'], reach(autosys));

    expect(stdout.split('\n')).toEqual([
      'AutoSys: sets nothing but the global variable AWS_BRIDGE_CANARY',
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

  test('is told of a certificate that ends soon', async () => {
    const validTo = new Date(Date.now() + 10.5 * 86_400_000);
    await using autosys = await start({ certificate: { validTo } });

    const { code, findings } = await doctor(reach(autosys));

    expect(findings[0]).toMatchObject({ verdict: 'expiresSoon', certificateDaysLeft: 10 });
    expect(code).toBe(0);
  });

  test('is set another variable where one is named', async () => {
    await using autosys = await start();

    await doctor(reach(autosys), '--global', 'MY_SCRATCH');

    expect(autosys.instance.globalVariable('MY_SCRATCH')).toBeDefined();
    expect(autosys.instance.globalVariable('AWS_BRIDGE_CANARY')).toBeUndefined();
  });

  test('takes a COMMENT for a job that is named, which changes nothing about it', async () => {
    await using autosys = await start();

    const examined = await doctor(reach(autosys), '--job', 'LOAD');

    expect(verdictsOf(examined).at(-1)).toBe('jobOpen');
    expect(autosys.instance.job('LOAD')?.status).toBe('INACTIVE');
  });
});

describe('the way to AutoSys', () => {
  test.for([
    { verdict: 'expired', identity: good.expired, says: 'its certificate expired on 2024-03-01' },
    { verdict: 'notYetValid', identity: good.early, says: 'is not yet valid' },
    { verdict: 'wrongHost', identity: good.otherHost, says: 'not for localhost but for' },
    { verdict: 'selfSigned', identity: good.selfSigned, says: 'self-signed' },
    { verdict: 'unknownIssuer', identity: stranger.server, says: 'not signed by the given' },
  ] as const)('ends with $verdict, and no login is sent', async ({ verdict, identity, says }) => {
    await using server = await serve(identity, () => ({ status: 200 }));

    const examined = await doctor(facing(server.url));

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
  ] as const)('ends with $verdict, and says whom to ask', async ({ verdict, tls, advice }) => {
    await using server = await serve(good.server, () => ({ status: 200 }), tls);

    const examined = await doctor(facing(server.url));

    expect(verdictsOf(examined)).toEqual([verdict, 'unreachable']);
    expect(examined.findings[0]?.advice).toContain(advice);
    expect(server.arrivals).toEqual([]);
  });

  test('ends with refused where nothing listens', async () => {
    const examined = await doctor(facing(`https://localhost:${await freePort()}`));

    expect(verdictsOf(examined)).toEqual(['refused', 'unreachable']);
    expect(examined.code).toBe(3);
  });

  test('ends with unresolved where nobody knows the name', async () => {
    const examined = await doctor(facing('https://aews.invalid:9443'));

    expect(verdictsOf(examined)).toEqual(['unresolved', 'unreachable']);
  });

  test('ends with noTls where the port speaks something else', async () => {
    await using server = await serveTcp((socket) => socket.end('220 mail.example.com ESMTP\r\n'));

    const examined = await doctor(facing(server.url));

    expect(verdictsOf(examined)).toEqual(['noTls', 'unreachable']);
  });

  test('ends with broken where the connection is cut', async () => {
    await using server = await serveTcp((socket) => socket.destroy());

    const examined = await doctor(facing(server.url));

    expect(verdictsOf(examined)).toEqual(['broken', 'unreachable']);
  });

  test('is looked at for each endpoint, and a dead standby is a warning', async () => {
    await using autosys = await start();
    const dead = `https://localhost:${await freePort()}`;

    const examined = await doctor(
      reach(autosys, { env: { AUTOSYS_URL: `${autosys.url},${dead}` } }),
    );

    expect(examined.findings.slice(0, 2)).toMatchObject([
      { verdict: 'trusted', grade: 'good' },
      { verdict: 'refused', grade: 'warning' },
    ]);
    expect(examined.code).toBe(0);
  });
});

describe('what AutoSys refuses', () => {
  test('is the login: it is sent once, and nothing after it', async () => {
    await using autosys = await start();

    const examined = await doctor(reach(autosys, { env: { AUTOSYS_PASSWORD: 'wrong' } }));

    expect(verdictsOf(examined)).toEqual(['trusted', 'loginRefused']);
    expect(examined.code).toBe(1);
    expect(autosys.requests()).toMatchObject([{ status: 401 }]);
  });

  test.for([
    { may: ['read'], last: 'mayNotSet', advice: 'as-sendevent' },
    { may: ['SET_GLOBAL'], last: 'mayNotRead', advice: 'GLOBAL_VAR' },
  ] as const)('is a permission: $last', async ({ may, last, advice }) => {
    await using autosys = await start({ permissions: may });

    const examined = await doctor(reach(autosys));

    expect(verdictsOf(examined).slice(0, 2)).toEqual(['trusted', 'signedIn']);
    expect(examined.findings.at(-1)).toMatchObject({ verdict: last });
    expect(examined.findings.at(-1)?.advice).toContain(advice);
    expect(examined.code).toBe(1);
  });

  test.for([
    { may: ['SET_GLOBAL', 'read'], job: 'LOAD', last: 'ownerForbids' },
    { may: undefined, job: 'LOUD', last: 'noSuchJob' },
  ] as const)('is job $job: $last', async ({ may, job, last }) => {
    await using autosys = await start({ ...(may && { permissions: may }) });

    const examined = await doctor(reach(autosys), '--job', job);

    expect(verdictsOf(examined).at(-1)).toBe(last);
    expect(examined.code).toBe(1);
  });

  test('is a job that may not be read', async () => {
    await using autosys = await start();
    autosys.misbehave(respond(403), { path: '/AEWS/job/LOAD' });

    const examined = await doctor(reach(autosys), '--job', 'LOAD');

    expect(verdictsOf(examined).at(-1)).toBe('mayNotSeeJob');
  });
});

describe('the scratch variable', () => {
  test.for([
    {
      when: 'the web server says 503',
      fault: respond(503),
      path: 'command/run',
      last: 'unavailable',
    },
    { when: 'nothing readable comes', fault: garbage, path: 'command/run', last: 'unanswered' },
    { when: 'the set is broken off', fault: garbage, path: 'set-global', last: 'outcomeUnknown' },
  ] as const)('is not seen where $when', async ({ fault, path, last }) => {
    await using autosys = await start();
    autosys.misbehave(fault as Fault, { path, times: 'always' });

    const examined = await doctor(reach(autosys));

    expect(verdictsOf(examined).at(-1)).toBe(last);
    expect(examined.code).toBe(3);
  });

  test('cannot be read back in a release that has no such request: accepted, never confirmed', async () => {
    await using autosys = await start();
    autosys.misbehave(respond(404), { path: 'command/run', times: 'always' });

    const examined = await doctor(reach(autosys));

    expect(verdictsOf(examined)).toEqual(['trusted', 'signedIn', 'accepted', 'unreadable']);
    expect(examined.findings.at(-1)?.advice).toContain('accepted, never confirmed');
    expect(examined.code).toBe(0);
  });

  test('is left alone when somebody stops the doctor', async () => {
    await using autosys = await start();
    autosys.misbehave(neverAnswer, { times: 'always' });
    const stopping = new AbortController();

    const running = runCli(['doctor'], {
      ...reach(autosys),
      signal: stopping.signal,
      onStdout: (text) => text.includes('trusted') && stopping.abort(),
    });

    expect(await running).toMatchObject({ code: 3 });
    expect(autosys.instance.globalVariable('AWS_BRIDGE_CANARY')).toBeUndefined();
  });
});

describe('the wire profile', () => {
  test.for([
    { speaks: 'standard', asked: 'command-run', lines: ['profile: standard'] },
    { speaks: 'api-prefix', asked: 'standard', lines: ['profile: api-prefix'] },
    { speaks: 'single-event', asked: 'standard', lines: ['profile: single-event'] },
    { speaks: 'command-run', asked: 'standard', lines: ['profile: command-run'] },
  ] as const)('is found: $speaks, where $asked is asked for', async ({ speaks, asked, lines }) => {
    await using autosys = await start({ profiles: [speaks] });

    const examined = await doctor(reach(autosys), '--profile', asked);

    expect(examined.findings.find(({ verdict }) => verdict === 'profileFound')?.lines).toEqual(
      lines,
    );
  });

  test('is nowhere to be found where AutoSys sets no global variable', async () => {
    await using autosys = await start();
    autosys.misbehave(respond(404), { path: /event|command/, times: 'always' });

    const examined = await doctor(reach(autosys));

    expect(verdictsOf(examined)).toEqual(['trusted', 'unproven', 'noSuchEntry', 'noProfileFound']);
    expect(examined.code).toBe(1);
  });
});

test('AutoSys that accepts and loses is seen through, whatever profile is tried', async () => {
  await using autosys = await start();
  autosys.misbehave(acceptAndLose, { method: 'POST', times: 'always' });
  const yaml = `instances:
  ACE: { endpoints: ['${autosys.url}'], secret: autosys/ACE, ca: ca.pem, confirmWithin: 50ms }
routes:
  - { name: one, from: { stateMachine: one }, global: ONE }
`;
  const examined = await doctor(
    reach(autosys, { files: { 'bridge.yaml': yaml } }),
    '--config',
    'bridge.yaml',
  );

  expect(verdictsOf(examined)).toEqual(['trusted', 'signedIn', 'accepted', 'notApplied']);
  expect(examined.code).toBe(3);
});
