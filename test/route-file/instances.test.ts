import { describe, expect, test } from 'vitest';
import { readRouteFile } from '../../route-file/index.ts';
import { faultsOf, read } from './files.ts';

/** Self-signed, for tests only. The bridge does not check its validity period; TLS does. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUT53qEz0nsG6hPbRN79xumdipAqIwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHdGVzdCBDQTAeFw0yNjExMjIxNzQ5NTdaFw0zNjExMTkxNzQ5
NTdaMBIxEDAOBgNVBAMMB3Rlc3QgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQlF1tGzHV6QxrZyZIEUetlqKY5QAwKBYPOVW2ocPLp0qu2t9ZwigG1RiCcR2hR
P9bWmnvNr50CTctePQlPkEIco1MwUTAdBgNVHQ4EFgQU0GI/nfYRH6NXzexhsWYQ
YkAISowwHwYDVR0jBBgwFoAU0GI/nfYRH6NXzexhsWYQYkAISowwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiA3hnjkCJQHxwLxkCJ4EGsKY8KAIIyD
bf2vcnXFEV0UiwIhAPxXsPKb1IcnoSfeHft6ch0PvFJQc68m68aZJrVjLziI
-----END CERTIFICATE-----
`;

function aFile(...lines: readonly string[]): string {
  return [
    'instances:',
    '  ACE:',
    ...lines.map((line) => `    ${line}`),
    'routes: [{ name: one, from: { stateMachine: x }, global: G }]',
    '',
  ].join('\n');
}

const hourMs = 3_600_000;
const keys =
  'endpoints, secret, ca, profile, timezone, confirmWithin, deadline, oldEvents, drainRate, requestsUnderWay, rereadFor, canaryGlobal, maintenance';
const usual = ['endpoints: [https://a]', 'secret: autosys/ACE'];

function readInstance(...lines: readonly string[]) {
  return read(aFile(...usual, ...lines)).config.instances[0];
}

test('has its defaults', () => {
  expect(readInstance()).toEqual({
    name: 'ACE',
    endpoints: ['https://a'],
    secret: 'autosys/ACE',
    profile: 'standard',
    timezone: 'UTC',
    confirmWithinMs: 10_000,
    deadlineMs: 4 * 86_400_000,
    oldEvents: 'park',
    drainPerSecond: 20,
    requestsUnderWay: 2,
    rereadForMs: 6 * 3_600_000,
    maintenance: [],
  });
});

describe('an instance', () => {
  test.for([
    { line: 'confirmWithin: 1ms', more: { confirmWithinMs: 1 } },
    { line: 'confirmWithin: 60s', more: { confirmWithinMs: 60_000 } },
    { line: 'confirmWithin: 1m', more: { confirmWithinMs: 60_000 } },
    { line: 'deadline: 1h', more: { deadlineMs: hourMs } },
    { line: 'deadline: 90m', more: { deadlineMs: 1.5 * hourMs } },
    { line: 'deadline: 80d', more: { deadlineMs: 80 * 24 * hourMs } },
    { line: 'oldEvents: park', more: { oldEvents: 'park' } },
    { line: 'oldEvents: allow', more: { oldEvents: 'allow' } },
    { line: 'drainRate: 1', more: { drainPerSecond: 1 } },
    { line: 'requestsUnderWay: 1', more: { requestsUnderWay: 1 } },
    { line: 'requestsUnderWay: 50', more: { requestsUnderWay: 50 } },
    { line: 'drainRate: 1000', more: { drainPerSecond: 1_000 } },
    { line: 'rereadFor: 30d', more: { rereadForMs: 30 * 24 * hourMs } },
    { line: 'rereadFor: 1m', more: { rereadForMs: 60_000 } },
    { line: 'rereadFor: never', more: { rereadForMs: 0 } },
    { line: 'canaryGlobal: MY_SCRATCH.1', more: { canaryGlobal: 'MY_SCRATCH.1' } },
    { line: 'timezone: America/New_York', more: { timezone: 'America/New_York' } },
    { line: 'profile: api-prefix', more: { profile: 'api-prefix' } },
    { line: 'profile: { base: standard }', more: { profile: { base: 'standard' } } },
  ])('accepts $line', ({ line, more }) => {
    expect(readInstance(line)).toMatchObject(more);
  });

  test.for([
    'arn:aws:secretsmanager:eu-west-1:111122223333:secret:autosys/ACE-a1B2c3',
    'arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:x',
    'autosys/ACE_bridge+1=.@-',
  ])('accepts the secret %s', (secret) => {
    const text = aFile('endpoints: [https://a]', `secret: ${secret}`);

    expect(read(text).config.instances[0]?.secret).toBe(secret);
  });

  const durations = 'allowed: from 1ms to 60s, such as 500ms or 10s';
  test.for([
    { line: 'confirmWithin: 61s', expected: `5:20 confirmWithin: found "61s", ${durations}` },
    { line: 'confirmWithin: 2m', expected: `5:20 confirmWithin: found "2m", ${durations}` },
    { line: 'confirmWithin: 0s', expected: `5:20 confirmWithin: found "0s", ${durations}` },
    { line: 'confirmWithin: soon', expected: `5:20 confirmWithin: found "soon", ${durations}` },
    {
      line: 'confirmWithin: 10',
      expected: `5:20 confirmWithin: found a number, ${durations}; put it in quotes`,
    },
    ...['59m', '81d', '2w', '1', 'never'].map((text) => ({
      line: `deadline: "${text}"`,
      expected: `5:15 deadline: found "${text}", allowed: from 1h to 80d, such as 12h or 4d`,
    })),
    ...['0', '1001', '2.5', '-1'].map((text) => ({
      line: `drainRate: ${text}`,
      expected: `5:16 drainRate: found "${text}", allowed: a whole number from 1 to 1000`,
    })),
    {
      line: 'drainRate: fast',
      expected: '5:16 drainRate: found "fast", allowed: a whole number from 1 to 1000',
    },
    ...['59s', '31d', 'always'].map((text) => ({
      line: `rereadFor: ${text}`,
      expected: `5:16 rereadFor: found "${text}", allowed: never, or from 1m to 30d, such as 6h`,
    })),
    {
      line: 'rereadFor: 0',
      expected:
        '5:16 rereadFor: found a number, allowed: never, or from 1m to 30d, such as 6h; put it in quotes',
    },
    {
      line: 'canaryGlobal: my scratch',
      expected:
        '5:19 canaryGlobal: found "my scratch", allowed: the name of a global variable that no job waits for: letters, digits and . _ -, up to 64 characters',
    },
    {
      line: 'oldEvents: drop',
      expected: '5:16 oldEvents: found "drop", allowed: park, allow',
    },
    {
      line: 'dedline: 4d',
      expected: `5:5 unknown key "dedline" in an instance; did you mean deadline?; allowed: ${keys}`,
    },
    {
      line: 'timezone: Europe/Zurick',
      expected: '5:15 timezone: found "Europe/Zurick", allowed: an IANA name such as Europe/Zurich',
    },
    {
      line: 'timezone: "+01:00"',
      expected: '5:15 timezone: found "+01:00", allowed: an IANA name such as Europe/Zurich',
    },
    {
      line: 'profile: 7',
      expected:
        '5:14 profile: found a number, allowed: the name of a profile, or a mapping with base and events',
    },
    {
      line: 'ca: ""',
      expected:
        '5:9 ca: found "", allowed: the path of a PEM file, relative to this file, or { secret: NAME } with the name of a secret that contains the PEM text',
    },
    {
      line: 'endpoint: x',
      expected: `5:5 unknown key "endpoint" in an instance; did you mean endpoints?; allowed: ${keys}`,
    },
  ])('is rejected with $line', ({ line, expected }) => {
    expect(faultsOf(aFile(...usual, line))).toEqual([expected]);
  });

  const allowed = 'allowed: https://host:port, such as https://autosys.example.com:9443';
  test.for([
    {
      endpoint: 'http://a:9080',
      expected: `endpoint: found http://a:9080, ${allowed}; without TLS the login would be sent unencrypted`,
    },
    {
      endpoint: 'https://u@a',
      expected: `endpoint: found a login in the URL of a, ${allowed}; the login comes from the secret`,
    },
    {
      endpoint: 'a:9443',
      expected: `endpoint: found text that does not begin with https://, ${allowed}`,
    },
    { endpoint: 'autosys', expected: `endpoint: found text that is not a URL, ${allowed}` },
    {
      endpoint: 'https://a?x',
      expected: `endpoint: found a query or fragment behind a, ${allowed}`,
    },
    {
      endpoint: 'https://[2001:db8::1]:9443',
      expected: `endpoint: found the IPv6 address [2001:db8::1]:9443, ${allowed}; the functions use IPv4 only, so give a host name or an IPv4 address`,
    },
    {
      endpoint: 'https://a#x',
      expected: `endpoint: found a query or fragment behind a, ${allowed}`,
    },
  ])('is rejected with the endpoint $endpoint', ({ endpoint, expected }) => {
    const text = aFile(`endpoints: ["${endpoint}"]`, 'secret: s');

    expect(faultsOf(text)).toEqual([`3:17 ${expected}`]);
  });

  test('requires endpoints and a secret', () => {
    expect(faultsOf(aFile('timezone: UTC'))).toEqual([
      '2:3 endpoints is missing; allowed: a list of one or more',
      '2:3 secret is missing; allowed: the name or ARN of a secret in AWS Secrets Manager, not the login itself',
    ]);
    expect(faultsOf(aFile('endpoints: []', 'secret:'))).toEqual([
      '3:16 endpoints: found an empty list, allowed: a list of one or more',
      '4:5 secret: found nothing, allowed: the name or ARN of a secret in AWS Secrets Manager, not the login itself',
    ]);
  });

  test.for(['ace', 'AC', 'ACEX', 'A-E'])('is rejected with the name %s', (name) => {
    const text = aFile(...usual, 'timezone: x').replace('ACE:', `${name}:`);

    expect(faultsOf(text)).toEqual([
      `2:3 AutoSys instance: found "${name}", allowed: exactly three upper-case letters or digits`,
      '5:15 timezone: found "x", allowed: an IANA name such as Europe/Zurich',
    ]);
  });
});

describe('a CA file', () => {
  const withCa = (ca: string) => aFile(...usual, `ca: ${ca}`);

  test.for([
    { file: 'conf/bridge.yaml', ca: 'ca.pem', path: 'conf/ca.pem' },
    { file: 'bridge.yaml', ca: 'pki/ca.pem', path: 'pki/ca.pem' },
    { file: '/etc/bridge.yaml', ca: '../ca.pem', path: '/ca.pem' },
    { file: 'conf/bridge.yaml', ca: '/pki/ca.pem', path: '/pki/ca.pem' },
  ])('named $ca in $file is read from $path', ({ file, ca, path }) => {
    const files: Readonly<Record<string, string>> = { [path]: certificate };

    const { config } = readRouteFile({ name: file, text: withCa(ca) }, (name) => files[name]);

    expect(config.instances[0]?.certificateAuthority).toBe(certificate);
  });

  const allowed = 'allowed: a PEM file with certificates; its path is relative to the route file';
  test.for([
    { holds: undefined, expected: `found no file ca.pem, ${allowed}` },
    { holds: 'hello', expected: `found no certificate in ca.pem, ${allowed}` },
    {
      holds: `${certificate}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      expected: `found a damaged certificate (number 2) in ca.pem, ${allowed}`,
    },
    {
      holds: `-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n${certificate}`,
      expected: `found a private key in ca.pem, ${allowed}; remove it`,
    },
  ])('is rejected: $expected', ({ holds, expected }) => {
    expect(faultsOf(withCa('ca.pem'), () => holds)).toEqual([`5:9 ca: ${expected}`]);
  });
});

describe('a CA in a secret', () => {
  test.for([
    { ca: '{ secret: autosys/ca }', compiled: { secret: 'autosys/ca' } },
    {
      ca: '{ secret: autosys/ca, key: certificates }',
      compiled: { secret: 'autosys/ca', key: 'certificates' },
    },
  ])('is accepted: $ca', ({ ca, compiled }) => {
    const instance = readInstance(`ca: ${ca}`);

    expect(instance).toMatchObject({ authoritySecret: compiled });
    expect(instance).not.toHaveProperty('certificateAuthority');
  });

  test.for([
    { ca: '{}', expected: '5:9 secret is missing; allowed: the name or ARN of a secret' },
    {
      ca: '{ secret: "-----BEGIN CERTIFICATE-----" }',
      expected: '5:19 secret: found an invalid text of 27 characters (not shown)',
    },
    { ca: '{ secret: a, key: "" }', expected: '5:27 key: found ""' },
    { ca: '{ file: ca.pem, secret: a }', expected: '5:11 unknown key "file" in ca' },
    { ca: '7', expected: '5:9 ca: found a number, allowed: the path of a PEM file' },
    { ca: '[a.pem]', expected: '5:5 ca: found a list, allowed: the path of a PEM file' },
  ])('is rejected: $ca', ({ ca, expected }) => {
    const [fault, ...others] = faultsOf(aFile(...usual, `ca: ${ca}`));

    expect(fault).toContain(expected);
    expect(others).toEqual([]);
  });
});

describe('a profile', () => {
  test('is rejected with the faults of the profile check', () => {
    const text = aFile(...usual, 'profile: { base: standart }');
    const checked: unknown[] = [];
    const checkProfile = (profile: unknown) => {
      checked.push(profile);
      return ['base: found "standart"', 'events: found none'];
    };

    expect(() => readRouteFile({ name: 'b', text }, () => undefined, checkProfile)).toThrow(
      /^b:5:5: profile: base: found "standart"\n[\s\S]*b:5:5: profile: events: found none\n/,
    );
    expect(checked).toEqual([{ base: 'standart' }]);
  });

  test('is checked even if it is the default', () => {
    const checked: unknown[] = [];

    readRouteFile(
      { name: 'b', text: aFile(...usual) },
      () => undefined,
      (profile) => {
        checked.push(profile);
        return [];
      },
    );

    expect(checked).toEqual(['standard']);
  });

  test('is rejected together with all other faults of its instance', () => {
    const text = aFile(
      'endpoints: [http://a]',
      'profile: standart',
      'ca: ca.pem',
      'confirmWithin: soon',
    ).replace('ACE:', 'ace:');
    const checkProfile = () => ['found "standart"'];

    const check = () => readRouteFile({ name: 'b', text }, () => undefined, checkProfile);

    for (const expected of [
      /^b:2:3: AutoSys instance: found "ace"/m,
      /^b:3:17: endpoint: /m,
      /^b:2:3: secret is missing/m,
      /^b:4:14: profile: found "standart"/m,
      /^b:5:9: ca: found no file/m,
      /^b:6:20: confirmWithin: found "soon"/m,
    ]) {
      expect(check).toThrow(expected);
    }
  });
});
