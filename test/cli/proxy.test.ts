import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createProxyAgent } from '../../cli/proxy.ts';
import { type Emulator, issue, makeAuthority, startEmulator } from '../../emulator/index.ts';
import { LocalSecrets } from '../../local/index.ts';
import { type ConnectProxy, serveAws, startConnectProxy } from '../support/connect-proxy.ts';
import { type EmbeddedTable, startLedgerTable } from '../support/ledger-table.ts';
import { freePort, type TestServer } from '../support/servers.ts';
import { environmentFor, runCli } from './setup.ts';

const region = 'eu-west-1';
const hostOf = (service: string) => `${service}.${region}.amazonaws.com`;
const services = ['secretsmanager', 'dynamodb', 'portal.sso', 'sts'];
const authority = await makeAuthority();
const identity = await issue(authority, { hosts: services.map(hostOf) });
const [secretsTarget, tableTarget] = ['secretsmanager', 'dynamodb'].map(
  (one) => `${hostOf(one)}:443`,
);

let secrets: LocalSecrets;
let embedded: EmbeddedTable;
let aws: TestServer;
let proxy: ConnectProxy;
let proxyUrl: string;
let home: string;

beforeEach(async () => {
  secrets = await LocalSecrets.start();
  secrets.put('autosys/ACE', JSON.stringify({ username: 'bridge', password: 'p' }));
  embedded = await startLedgerTable();
  aws = await serveAws(identity, (host) =>
    host.startsWith('dynamodb') ? embedded.url : secrets.url,
  );
  proxy = await startConnectProxy(aws.port);
  proxyUrl = `http://127.0.0.1:${proxy.port}`;
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, authority.certificate]);
  onTestFinished(() => setDefaultCACertificates(before));
  home = mkdtempSync(join(tmpdir(), 'home-'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('AWS_CONFIG_FILE', join(home, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'credentials'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_REGION', region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
  for (const one of [proxy, aws, embedded]) await one[Symbol.asyncDispose]();
  await secrets.stop();
});

const files = {
  'bridge.yaml': `instances:
  ACE: { endpoints: [https://aews.example.test:9443], secret: autosys/ACE }
routes:
  - { name: one, from: { stateMachine: one }, global: ONE }
`,
};
const validate = (env: Readonly<Record<string, string>>) =>
  runCli(['validate', 'bridge.yaml', '--secrets'], { files, env });
const ledgerEnv = () => ({ LEDGER_TABLE: 'Ledger', HTTPS_PROXY: proxyUrl });

describe('the proxy of HTTPS_PROXY', () => {
  test.for(['HTTPS_PROXY', 'https_proxy'])('is used by validate, from %s', async (name) => {
    const { code, stdout } = await validate({ [name]: proxyUrl });

    expect({ code, targets: proxy.targets() }).toEqual({ code: 0, targets: [secretsTarget] });
    expect(stdout).toContain('autosys/ACE (login of ACE)');
  });

  test.for([
    { argv: ['parked'] },
    { argv: ['status', 'AWS_SETTLEMENT', '--instance', 'ACE'] },
    { argv: ['replay', 'state ACE global AWS_SETTLEMENT'] },
  ])('is used by $argv.0', async ({ argv }) => {
    const { code } = await runCli(argv, { env: ledgerEnv() });

    expect(proxy.targets()).toEqual([tableTarget]);
    expect(code).not.toBe(3);
  });

  test('is used by doctor for Secrets Manager and the ledger, and not for AutoSys', async () => {
    const port = await freePort();
    const config = {
      'bridge.yaml': files['bridge.yaml'].replace('aews.example.test:9443', `127.0.0.1:${port}`),
    };

    const { stderr } = await runCli(['doctor', '--config', 'bridge.yaml'], {
      files: config,
      env: ledgerEnv(),
    });

    expect(proxy.targets().toSorted()).toEqual([tableTarget, secretsTarget]);
    expect(stderr).toContain(
      `HTTPS_PROXY is used for AWS only; AutoSys is called directly (https://127.0.0.1:${port}). To hide this note, add 127.0.0.1 to NO_PROXY\n`,
    );
  });

  test('receives the login in its URL, which is not printed', async () => {
    const env = { HTTPS_PROXY: proxyUrl.replace('//', '//user:geheim@') };

    const { code, stdout, stderr } = await validate(env);

    expect(code).toBe(0);
    expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(
      `Basic ${Buffer.from('user:geheim').toString('base64')}`,
    );
    expect(stdout + stderr).not.toContain('geheim');
  });

  test('may have no scheme, as in curl', async () => {
    const { code } = await validate({ HTTPS_PROXY: `127.0.0.1:${proxy.port}` });

    expect({ code, targets: proxy.targets() }).toEqual({ code: 0, targets: [secretsTarget] });
  });

  test('is used for single sign-on', async () => {
    const startUrl = 'https://night.awsapps.com/start';
    writeProfile({
      sso_start_url: startUrl,
      sso_region: region,
      sso_account_id: '111122223333',
      sso_role_name: 'Ops',
    });
    const cache = join(home, '.aws/sso/cache');
    mkdirSync(cache, { recursive: true });
    const token = { accessToken: 'token', expiresAt: '2999-01-01T00:00:00Z' };
    const name = createHash('sha1').update(startUrl).digest('hex');
    writeFileSync(join(cache, `${name}.json`), JSON.stringify(token));

    await validate({ HTTPS_PROXY: proxyUrl });

    expect(proxy.targets()).toEqual([`${hostOf('portal.sso')}:443`]);
  });

  test('is used to assume the role of a profile', async () => {
    writeProfile({
      role_arn: 'arn:aws:iam::111122223333:role/Ops',
      credential_source: 'Environment',
      region,
    });

    await validate({ HTTPS_PROXY: proxyUrl });

    expect(proxy.targets()).toEqual([`${hostOf('sts')}:443`]);
  });

  function writeProfile(lines: Readonly<Record<string, string>>): void {
    const text = Object.entries(lines).map(([name, value]) => `${name} = ${value}`);
    writeFileSync(join(home, 'config'), ['[profile night]', ...text, ''].join('\n'));
    vi.stubEnv('AWS_PROFILE', 'night');
  }
});

describe('a host of NO_PROXY', () => {
  test.for([
    {
      what: 'NO_PROXY names another host',
      toEnv: () => ({ NO_PROXY: 'example.com' }),
      direct: false,
    },
    { what: 'NO_PROXY names it', toEnv: () => ({ NO_PROXY: 'localhost' }), direct: true },
    {
      what: 'NO_PROXY names it with its port',
      toEnv: (port: number) => ({ NO_PROXY: `example.com,localhost:${port}` }),
      direct: true,
    },
    { what: 'no_proxy names all', toEnv: () => ({ no_proxy: '*' }), direct: true },
    {
      what: 'no_proxy takes precedence over NO_PROXY',
      toEnv: () => ({ no_proxy: 'example.com', NO_PROXY: '*' }),
      direct: false,
    },
  ])('is called directly: $direct, if $what', async ({ toEnv, direct }) => {
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', `https://localhost:${aws.port}`);

    await validate({ HTTPS_PROXY: proxyUrl, ...toEnv(aws.port) });

    expect(proxy.targets()).toEqual(direct ? [] : [`localhost:${aws.port}`]);
    expect(aws.connections()).toBeGreaterThan(0);
  });
});

describe('without a proxy', () => {
  test('AWS is called directly, and no note is printed', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.url);

    const { code, stderr } = await validate({ HTTPS_PROXY: '', HTTP_PROXY: proxyUrl });

    expect({ code, stderr, targets: proxy.targets() }).toEqual({
      code: 0,
      stderr: '',
      targets: [],
    });
  });
});

describe('the message for a connection failure', () => {
  /** The second is the message without a name server. */
  const unknownHost = 'ENOTFOUND|EAI_AGAIN';
  const invalid = (name: string) => `http://${name}.invalid:3128`;

  test.for([
    { what: 'an unknown proxy host', url: () => invalid('proxy'), says: unknownHost },
    {
      what: 'a proxy that does not listen',
      url: async () => `http://127.0.0.1:${await freePort()}`,
      says: 'ECONNREFUSED',
    },
  ])('names $what, not only Error', async ({ url, says }) => {
    const HTTPS_PROXY = await url();

    const secret = await validate({ HTTPS_PROXY });
    const parked = await runCli(['parked'], { env: { LEDGER_TABLE: 'Ledger', HTTPS_PROXY } });

    expect(secret).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(`could not be read: (?:${says});`),
    });
    expect(parked).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(`GetItem on table Ledger: (?:${says})\n`),
    });
  });

  test('names a proxy that requires a login', async () => {
    const rejecting = await startConnectProxy(aws.port, '407 Proxy Authentication Required');
    onTestFinished(() => rejecting[Symbol.asyncDispose]());

    const { code, stderr } = await validate({ HTTPS_PROXY: `http://127.0.0.1:${rejecting.port}` });

    expect(code).toBe(3);
    expect(stderr).toContain('could not be read: ERR_PROXY_TUNNEL (HTTP 407);');
  });

  test('names an unknown host without a proxy, for the ledger and for a secret', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'https://aws.invalid');

    const secret = await validate({});
    const parked = await runCli(['parked'], { env: { LEDGER_TABLE: 'Ledger' } });

    expect(secret.stderr).toMatch(new RegExp(`could not be read: (?:${unknownHost});`));
    expect(parked.stderr).toMatch(new RegExp(`GetItem on table Ledger: (?:${unknownHost})\n`));
  });

  test.for([
    { url: 'socks5://user:geheim@proxy.example.com:1080', found: 'the scheme socks5' },
    { url: 'http://[geheim', found: 'text that is not a URL' },
    { url: 'user:geheim@ proxy', found: 'text that is not a URL' },
  ])('rejects an unusable proxy before anything is sent: $found', async ({ url, found }) => {
    const env = { LEDGER_TABLE: 'Ledger', HTTPS_PROXY: url };

    for (const ran of [await validate(env), await runCli(['parked'], { env })]) {
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain(
        `HTTPS_PROXY: expected an http or https URL, such as http://proxy.example.com:3128, found ${found}\n`,
      );
      expect(ran.stderr).not.toContain('geheim');
    }
  });

  test.for(['24.0.0', '24.4.9', '22.21.0'])(
    'rejects Node.js %s, which would ignore the proxy',
    (version) => {
      expect(() => createProxyAgent('parked', { HTTPS_PROXY: proxyUrl }, version)).toThrow(
        `HTTPS_PROXY: proxies need Node.js 24.5 or newer, found ${version}; update Node.js, or unset HTTPS_PROXY`,
      );
      expect(createProxyAgent('parked', {}, version)).toBeUndefined();
    },
  );
});

describe('a request to AutoSys', () => {
  let autosys: Emulator;

  beforeEach(async () => {
    autosys = await startEmulator({ user: 'ops', password: 'correct horse' });
  });

  afterEach(() => autosys.stop());

  const send = (env: Readonly<Record<string, string>>, ...more: readonly string[]) =>
    runCli(
      ['sendevent', '-E', 'SET_GLOBAL', '-G', 'X=1', ...more],
      environmentFor(autosys, { env }),
    );

  test('is direct although a proxy is set, and a note is printed', async () => {
    const { code, stderr } = await send({ HTTPS_PROXY: proxyUrl });

    const { hostname } = new URL(autosys.url);
    expect(code).toBe(0);
    expect(proxy.targets()).toEqual([]);
    expect(stderr).toBe(
      `HTTPS_PROXY is used for AWS only; AutoSys is called directly (${autosys.url}). To hide this note, add ${hostname} to NO_PROXY\n`,
    );
  });

  test('has its note as data with --json', async () => {
    const { stderr } = await send({ https_proxy: proxyUrl }, '--json');

    expect(JSON.parse(stderr)).toEqual({
      note: expect.stringMatching(/^https_proxy is used for AWS only; AutoSys is called directly/),
    });
  });

  test.for([
    (url: URL) => url.hostname,
    (url: URL) => `other.example.com, ${url.host}`,
    () => '*',
    (url: URL) => (url.hostname === 'localhost' ? 'LOCALHOST' : '127.0.0.0-127.0.0.255'),
  ])('is direct without a note if NO_PROXY matches it: %s', async (toNoProxy) => {
    const { code, stderr } = await send({
      HTTPS_PROXY: proxyUrl,
      NO_PROXY: toNoProxy(new URL(autosys.url)),
    });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('is direct without a note if no proxy is set', async () => {
    expect((await send({ HTTP_PROXY: proxyUrl })).stderr).toBe('');
  });

  test.for(['.example.test', '*.example.test', '10.0.0.1-10.0.0.9', 'aews.example.test:9443'])(
    'has a note if NO_PROXY does not match: %s',
    async (noProxy) => {
      const { stderr } = await send({ HTTPS_PROXY: proxyUrl, NO_PROXY: noProxy });

      expect(stderr).toContain('AutoSys is called directly');
    },
  );
});
