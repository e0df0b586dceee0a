import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LocalSecrets } from '../../local/index.ts';
import { makeAuthority } from '../support/certificates.ts';
import { freePort } from '../support/servers.ts';
import { runCli } from './setup.ts';

const { certificate, server } = await makeAuthority();
/** Part of every secret in these tests. It must never be printed. */
const password = 'correct-horse-battery';
const login = JSON.stringify({ username: 'bridge', password });
const yaml = `instances:
  ACE: { endpoints: [https://a.example.com:9443], secret: autosys/ACE, ca: { secret: pki, key: pem } }
  PRD:
    endpoints: [https://b.example.com:9443]
    secret: autosys/ACE
routes:
  - { name: one, to: ACE, from: { stateMachine: one }, global: ONE }
`;

let secrets: LocalSecrets;

beforeEach(async () => {
  secrets = await LocalSecrets.start();
  secrets.put('autosys/ACE', login);
  secrets.put('pki', JSON.stringify({ pem: certificate, password }));
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await secrets.stop();
});

/** Output of the command without and with --json. Checks that neither contains a secret. */
async function validate(text = yaml) {
  const files = { 'bridge.yaml': text };
  const printed = await runCli(['validate', 'bridge.yaml', '--secrets'], { files });
  const reads = secrets.reads;
  const data = await runCli(['validate', 'bridge.yaml', '--secrets', '--json'], { files });
  const written = [printed.stdout, printed.stderr, data.stdout, data.stderr].join('\n');
  expect(written).not.toMatch(/correct-horse|battery|BEGIN|PRIVATE KEY-/);
  expect(data.code).toBe(printed.code);
  expect(data.stderr).toBe('');
  return { ...printed, reads, document: JSON.parse(data.stdout) };
}

describe('the secrets of a route file', () => {
  test('are listed if they are valid, and each is read once', async () => {
    const { code, stdout, stderr, reads, document } = await validate();

    expect({ code, stderr, reads }).toEqual({ code: 0, stderr: '', reads: 2 });
    expect(stdout).toContain('bridge.yaml: no faults; 2 instances, 1 route, 1 AutoSys target\n');
    expect(stdout).toContain(
      'valid secrets: autosys/ACE (login of ACE), pki (CA of ACE), autosys/ACE (login of PRD)\n',
    );
    expect(document).toMatchObject({
      ok: true,
      secrets: [
        { instance: 'ACE', holds: 'login', secret: 'autosys/ACE' },
        { instance: 'ACE', holds: 'authorities', secret: 'pki', key: 'pem' },
        { instance: 'PRD', holds: 'login', secret: 'autosys/ACE' },
      ],
    });
    expect(secrets.unknownRequests).toEqual([]);
  });

  test.for([
    { login: { username: 'jürg', password }, fields: 'the username' },
    {
      login: { username: 'jürg', password: `${password}é` },
      fields: 'the username and the password',
    },
  ])('cause a warning for non-ASCII characters in $fields', async ({ login: nonAscii, fields }) => {
    secrets.put('autosys/ACE', JSON.stringify(nonAscii));

    const { code, stderr, document } = await validate();

    const says = `secret: found non-ASCII characters in ${fields} of the secret autosys/ACE;`;
    expect(code).toBe(0);
    expect(stderr).toContain(`warning: bridge.yaml:2:59: ${says}`);
    expect(document.warnings).toMatchObject([
      { line: 2, message: expect.stringContaining(says) },
      { line: 5, message: expect.stringContaining(says) },
    ]);
  });

  test('with a control character are a fault of the line that names them', async () => {
    secrets.put('autosys/ACE', JSON.stringify({ username: 'bridge', password: `${password}\r\n` }));

    const { code, stderr } = await validate();

    expect(code).toBe(1);
    expect(stderr).toContain('found a password with a control character (U+000D)');
  });

  test('are not read without --secrets', async () => {
    const files = { 'bridge.yaml': yaml };

    const { stdout } = await runCli(['validate', 'bridge.yaml', '--json'], { files });

    expect(secrets.reads).toBe(0);
    expect(JSON.parse(stdout)).not.toHaveProperty('secrets');
  });

  const put =
    'correct it with aws secretsmanager put-secret-value --secret-id autosys/ACE --secret-string file://secret.json, where secret.json holds {"username": "…", "password": "…"}';
  const loginFault = (found: string) =>
    `secret: found ${found} in the secret autosys/ACE, allowed: JSON with the two texts username and password; ${put}`;

  test.for([
    { text: password, found: 'a text that is not JSON' },
    { text: '', found: 'an empty text' },
    { text: JSON.stringify([password]), found: 'JSON that is not an object' },
    { text: JSON.stringify(password), found: 'JSON that is not an object' },
    { text: JSON.stringify({ password }), found: 'no username' },
    { text: JSON.stringify({ username: '', password }), found: 'an empty username' },
    { text: JSON.stringify({ username: password }), found: 'no password' },
    { text: JSON.stringify({ username: password, password: '' }), found: 'an empty password' },
    { text: JSON.stringify({ [password]: 1 }), found: 'no username and no password' },
    {
      text: JSON.stringify({ username: `a:${password}`, password }),
      found: 'a username with a colon, which HTTP Basic does not allow',
    },
    {
      text: JSON.stringify({ username: 'a', password: [password] }),
      found: 'a password that is not a text',
    },
  ])(
    'with a login that contains $found are reported where the file names them',
    async ({ text, found }) => {
      secrets.put('autosys/ACE', text);

      const { code, stdout, stderr, document } = await validate();

      const [ace, prd] = [
        { line: 2, column: 59 },
        { line: 5, column: 13 },
      ];
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(`bridge.yaml:2:59: ${loginFault(found)}\n  1 | instances:\n`);
      expect(stderr).toContain(
        `bridge.yaml:5:13: ${loginFault(found)}\n  4 |     endpoints: [https://b.example.com:9443]\n  5 |     secret: autosys/ACE\n    |             ^^^^^^^^^^^\n`,
      );
      expect(stderr).toMatch(/\nbridge\.yaml: 2 faults\n$/);
      expect(document).toEqual({
        file: 'bridge.yaml',
        ok: false,
        faults: [ace, prd].map((place) => {
          return { file: 'bridge.yaml', ...place, message: loginFault(found) };
        }),
        unread: [],
      });
    },
  );

  const underPem = 'JSON with certificates in PEM under pem';
  const putPem =
    'correct it with aws secretsmanager put-secret-value --secret-id pki --secret-string file://ca.json, where ca.json holds the certificates as {"pem": "…"}';

  test.for([
    { text: certificate, found: 'a text that is not JSON' },
    { text: 'null', found: 'JSON that is not an object' },
    { text: JSON.stringify({ certificate, password }), found: 'no pem' },
    { text: JSON.stringify({ pem: password }), found: 'no certificate' },
    {
      text: JSON.stringify({ pem: `${certificate}${server.privateKey}` }),
      found: 'a private key; remove it',
    },
  ])('with certificates are reported if they contain $found', async ({ text, found }) => {
    secrets.put('pki', text);

    const { code, stderr } = await validate();

    expect(code).toBe(1);
    expect(stderr).toContain(
      `bridge.yaml:2:86: ca: found ${found} in the secret pki, allowed: ${underPem}; ${putPem}\n`,
    );
  });

  test('without a key must contain only certificates', async () => {
    secrets.put('pki', password);

    const { stderr } = await validate(yaml.replace(', key: pem', ''));

    expect(stderr).toContain(
      'ca: found no certificate in the secret pki, allowed: certificates in PEM; correct it with aws secretsmanager put-secret-value --secret-id pki --secret-string file://ca.pem, where ca.pem holds the certificates\n',
    );
  });

  test('with bytes are reported', async () => {
    secrets.put('autosys/ACE', Buffer.from(login));

    const { code, stderr } = await validate();

    expect(code).toBe(1);
    expect(stderr).toContain(
      `secret: found bytes in the secret autosys/ACE, allowed: a text; ${put}\n`,
    );
  });

  test('that do not exist are reported, with the command that creates them', async () => {
    secrets.delete('autosys/ACE');

    const { code, stderr } = await validate();

    expect(code).toBe(1);
    expect(stderr).toContain(
      'bridge.yaml:5:13: secret: secret autosys/ACE not found, or it has no value, in this account and Region',
    );
    expect(stderr).toContain(
      'create it with aws secretsmanager create-secret --name autosys/ACE --secret-string file://secret.json, where secret.json holds {"username": "…", "password": "…"}',
    );
  });

  test('that do not exist are reported without a create command for an ARN', async () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:pki';

    const { stderr } = await validate(yaml.replace('secret: pki', `secret: "${arn}"`));

    expect(stderr).toContain(`ca: secret ${arn} not found, or it has no value`);
    expect(stderr).toContain('correct the ARN');
    expect(stderr).not.toContain('create-secret');
  });

  test.for([
    {
      type: 'AccessDeniedException',
      says: 'needed: secretsmanager:GetSecretValue on the secret, and kms:Decrypt',
    },
    {
      type: 'InvalidRequestException',
      says: 'aws secretsmanager restore-secret --secret-id autosys/ACE',
    },
    { type: 'DecryptionFailure', says: 'check that the key is enabled' },
    { type: 'InvalidParameterException', says: 'correct this line' },
  ])('that are denied are reported: $type, with what to do', async ({ type, says }) => {
    secrets.deny('autosys/ACE', type);

    const { code, stderr } = await validate();

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^bridge\.yaml:2:59: secret: (?:access to the secret|the secret|secret|found) autosys\/ACE/,
    );
    expect(stderr).toContain(says);
  });

  test('are reported together with all other faults, in the order of the file', async () => {
    secrets.put('autosys/ACE', JSON.stringify({ password }));
    secrets.put('pki', password);

    const { code, document } = await validate(
      yaml.replace('global: ONE', 'glbal: ONE').replace('  PRD:', '  prd:'),
    );

    expect(code).toBe(1);
    expect(
      document.faults.map(({ line, message }: { line: number; message: string }) => {
        return `${line} ${message.replace(/[,;"].*/, '')}`;
      }),
    ).toEqual([
      '2 secret: found no username in the secret autosys/ACE',
      '2 ca: found a text that is not JSON in the secret pki',
      expect.stringMatching(/^3 /),
      '5 secret: found no username in the secret autosys/ACE',
      expect.stringMatching(/^7 /),
      expect.stringMatching(/^7 /),
    ]);
  });

  test('are not read if the file is not YAML', async () => {
    const { code, document } = await validate(`${yaml}"`);

    expect(code).toBe(1);
    expect(document.faults).not.toEqual([]);
    expect(secrets.reads).toBe(0);
  });
});

describe('a Secrets Manager that does not answer', () => {
  const unread = (secret: string, reason: string) =>
    `the secret ${secret} could not be read: ${reason}; check AWS_REGION, AWS_PROFILE and the network`;

  test('leaves the secrets unchecked', async () => {
    secrets.fail('InternalServiceError');

    const { code, stdout, stderr, document } = await validate();

    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`bridge.yaml:2:86: ca: ${unread('pki', 'InternalServiceError')}`);
    expect(stderr).toMatch(/\nbridge\.yaml: 3 not checked\n$/);
    expect(document).toMatchObject({
      ok: false,
      faults: [],
      unread: [{ line: 2 }, { line: 2 }, { line: 5 }],
    });
  });

  test('is reported with the error code of the system', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', `http://127.0.0.1:${await freePort()}`);

    const { code, stderr } = await validate();

    expect(code).toBe(3);
    expect(stderr).toContain(unread('autosys/ACE', 'ECONNREFUSED'));
  });

  test('is reported if the Region is missing', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');

    const { code, stderr } = await validate();

    expect(code).toBe(3);
    expect(stderr).toContain(unread('autosys/ACE', 'no Region is set'));
  });

  test('does not hide other faults', async () => {
    secrets.put('autosys/ACE', JSON.stringify({ password }));
    secrets.deny('pki', 'ThrottlingException');

    const { code, stderr, document } = await validate();

    expect(code).toBe(1);
    expect(stderr).toMatch(/\nbridge\.yaml: 2 faults, 1 not checked\n$/);
    expect(document).toMatchObject({ faults: [{ line: 2 }, { line: 5 }], unread: [{ line: 2 }] });
  });
});

describe('the secret of a caller', () => {
  const file = `${yaml}targets: { settlement: { stateMachine: settlement } }
callers:
  agents: { secret: autosys/agents, targets: [settlement], jobs: ["PAY_*"] }
`;

  test.for([{ password }, { token: password }, { password, token: password }])(
    'is listed if it holds %o',
    async (content) => {
      secrets.put('autosys/agents', JSON.stringify(content));

      const { code, stdout, stderr, document } = await validate(file);

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('autosys/agents (login of the caller agents)\n');
      expect(document.secrets).toContainEqual({
        caller: 'agents',
        holds: 'callerLogin',
        secret: 'autosys/agents',
      });
    },
  );

  test('causes a warning for non-ASCII characters in the password', async () => {
    secrets.put('autosys/agents', JSON.stringify({ password: `${password}é` }));

    const { code, stderr } = await validate(file);

    expect(code).toBe(0);
    expect(stderr).toContain(
      'warning: bridge.yaml:10:21: secret: found non-ASCII characters in the password of the secret autosys/agents; clients differ in the encoding of such a password, so the bridge may refuse the login. Use ASCII only',
    );
  });

  test('is reported if it holds no login, with what to do', async () => {
    secrets.put('autosys/agents', login.replace('password', 'pass'));

    const { code, stderr } = await validate(file);

    expect(code).toBe(1);
    expect(stderr).toContain(
      'bridge.yaml:10:21: secret: found neither password nor token in the secret autosys/agents, allowed: JSON with the text password, or the text token, or both; correct it with aws secretsmanager put-secret-value --secret-id autosys/agents --secret-string file://secret.json, where secret.json holds {"password": "…"} or {"token": "…"}\n',
    );
  });

  test('is reported if it is missing', async () => {
    const { code, stderr } = await validate(file);

    expect(code).toBe(1);
    expect(stderr).toContain('bridge.yaml:10:21: secret: secret autosys/agents not found');
  });
});
