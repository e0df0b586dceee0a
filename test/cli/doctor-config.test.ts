import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseAutosysInstance } from '../../autosys/names.ts';
import { type Emulator, makeAuthority, startEmulator } from '../../emulator/index.ts';
import type { Finding } from '../../lambda/canary/finding.ts';
import { toRow } from '../../lambda/ledger/entry-row.ts';
import { createRecordInstance } from '../../lambda/ledger/instance-names.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { readLoginState } from '../../lambda/login/state.ts';
import { LocalSecrets } from '../../local/index.ts';
import { aStateRequest } from '../lambda/ledger/requests.ts';
import { type EmbeddedTable, startLedgerTable } from '../support/ledger-table.ts';
import { type CliEnvironment, runCli } from './setup.ts';

const authority = await makeAuthority();
const password = 'correct horse battery';
const now = () => new Date();

let autosys: Emulator;
let secrets: LocalSecrets;
let embedded: EmbeddedTable;
let table: Table;

beforeEach(async () => {
  autosys = await startEmulator({ authority, user: 'ops', password, eventDelayMs: 5 });
  secrets = await LocalSecrets.start();
  secrets.put('autosys/ACE', JSON.stringify({ username: 'ops', password }));
  embedded = await startLedgerTable();
  table = createDynamoTable({ ...embedded, now });
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.url);
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', embedded.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await autosys.stop();
  await secrets.stop();
  await embedded[Symbol.asyncDispose]();
});

/** A route file with this AutoSys; `more` is inserted before its closing brace. */
const yaml = (more = '', others = '') => `instances:
  ACE: { endpoints: ['${autosys.url}'], secret: autosys/ACE, ca: ca.pem, confirmWithin: 2s${more} }
${others}routes:
  - { name: one, from: { stateMachine: one }, global: ONE, to: ACE }
`;

async function doctor(
  text: string,
  argv: readonly string[] = [],
  { env = {} }: CliEnvironment = {},
) {
  const files = { 'bridge.yaml': text, 'ca.pem': autosys.certificateAuthority };
  const command = ['doctor', '--config', 'bridge.yaml', ...argv, '--json'];
  const { code, stdout, stderr } = await runCli(command, { files, env });
  expect(stdout + stderr).not.toContain(password);
  const examined: readonly { instance: string; findings: readonly Finding[] }[] =
    stdout === '' ? [] : JSON.parse(stdout).doctor;
  const findings = examined.flatMap((one) => one.findings);
  return { code, stderr, examined, findings, verdicts: findings.map(({ verdict }) => verdict) };
}

const healthy = ['trusted', 'secretRead', 'signedIn', 'accepted', 'applied'];

describe('instances that have entries in the ledger and are missing in the file', () => {
  const env = { LEDGER_TABLE: 'Ledger' };
  const entry = {
    format: 1 as const,
    ...aStateRequest(),
    to: parseAutosysInstance('OLD'),
    stage: 'due' as const,
    dueMs: Date.now(),
    tries: 0,
    history: [],
  };

  test('are listed with their open entries', async () => {
    const recordInstance = createRecordInstance({ table, now });
    for (const name of ['ACE', 'OLD', 'IDL']) await recordInstance(name);
    await table.put(toRow(entry, Date.now()), undefined);
    const files = { 'bridge.yaml': yaml(), 'ca.pem': autosys.certificateAuthority };
    const argv = ['doctor', '--config', 'bridge.yaml'];

    const { code, stdout } = await runCli(argv, { files, env });
    const asData = await runCli([...argv, '--json'], { files, env });

    expect(code).toBe(0);
    expect(stdout).toContain('  ! OLD: 1 entry is not settled; if this file is deployed');
    expect(stdout).toContain('  - IDL: no open entry\n');
    expect(stdout).not.toMatch(/[!-] ACE:/);
    expect(JSON.parse(asData.stdout).unknownInstances).toEqual([
      { instance: 'IDL', openEntries: 0 },
      { instance: 'OLD', openEntries: 1 },
    ]);
  });

  test('are unknown if the ledger cannot be read, which ends with 3', async () => {
    const { code } = await doctor(yaml(), [], { env: { LEDGER_TABLE: 'Missing' } });

    expect(code).toBe(3);
  });
});

describe('doctor with a route file', () => {
  test('reads the login from Secrets Manager and prints its age', async () => {
    const { code, verdicts, findings } = await doctor(yaml());

    expect(verdicts).toEqual(healthy);
    expect(findings).toContainEqual(expect.objectContaining({ secretAgeDays: 0 }));
    expect(code).toBe(0);
    expect(secrets.unknownRequests).toEqual([]);
  });

  test('prefers the login of the environment, and then reads no secret', async () => {
    const env = { AUTOSYS_USER: 'ops', AUTOSYS_PASSWORD: password };

    const { verdicts } = await doctor(yaml(), [], { env });

    expect(verdicts).toEqual(['trusted', 'signedIn', 'accepted', 'applied']);
    expect(secrets.reads).toBe(0);
  });

  test('reads the CA from its secret', async () => {
    secrets.put('ca', autosys.certificateAuthority);

    const { verdicts } = await doctor(yaml().replace('ca: ca.pem', 'ca: { secret: ca }'));

    expect(verdicts).toEqual(healthy);
  });

  test('reports that the secret of the CA cannot be read', async () => {
    const { code, verdicts } = await doctor(yaml().replace('ca: ca.pem', 'ca: { secret: none }'));

    expect(verdicts).toEqual(['authoritiesUnreadable', 'secretRead', 'unreachable']);
    expect(code).toBe(3);
  });

  test('sets the scratch variable of the file', async () => {
    await doctor(yaml(', canaryGlobal: MY_SCRATCH'));

    expect(autosys.instance.globalVariable('MY_SCRATCH')).toBeDefined();
  });

  test.for([
    { verdict: 'secretUnreadable', type: 'AccessDeniedException', code: 1 },
    { verdict: 'secretUnavailable', type: 'InternalServiceError', code: 3 },
  ] as const)('reports $verdict and does not sign in', async ({ verdict, type, code }) => {
    secrets.deny('autosys/ACE', type);

    const ran = await doctor(yaml());

    expect(ran.verdicts).toEqual(['trusted', verdict]);
    expect(ran.code).toBe(code);
    expect(autosys.requests()).toEqual([]);
  });

  test('sends nothing during a declared maintenance window', async () => {
    const day = (ahead: number) =>
      new Date(now().getTime() + ahead * 86_400_000).toISOString().slice(0, 10);
    const window = `, maintenance: [{ from: '${day(-1)}T00:00', to: '${day(1)}T00:00' }]`;

    const { code, verdicts } = await doctor(yaml(window));

    expect(verdicts).toEqual(['maintenance']);
    expect(code).toBe(3);
    expect(autosys.requests()).toEqual([]);
  });

  test('does not sign in while the circuit breaker is open, but checks the network', async () => {
    const openedMs = now().getTime() - 1_000;
    const body = {
      format: 1,
      failures: 3,
      openUntilMs: openedMs + 60_000,
      openedMs,
      reason: 'x',
    };
    const expiresAt = new Date(openedMs + 90 * 86_400_000);
    await table.put({ key: 'circuit ACE', body, expiresAt }, undefined);

    const { code, verdicts } = await doctor(yaml(), ['--table', 'Ledger']);

    expect(verdicts).toEqual(['circuitOpen', 'trusted']);
    expect(code).toBe(3);
    expect(autosys.requests()).toEqual([]);
  });

  test('records a rejected login in the ledger, and does not send it again', async () => {
    autosys.setPassword('changed');

    const first = await doctor(yaml(), ['--table', 'Ledger']);
    const second = await doctor(yaml(), ['--table', 'Ledger']);

    expect(first.verdicts).toEqual(['trusted', 'secretRead', 'loginRefused']);
    expect(second.verdicts).toEqual(['trusted', 'secretRead', 'loginSuspended']);
    expect(second.code).toBe(1);
    expect(autosys.requests()).toHaveLength(1);
    // By its ARN, because route files may name one secret differently.
    const row = await table.get(`login ${secrets.arnOf('autosys/ACE')}`);
    expect(readLoginState(row?.body).refusedMs).toHaveLength(1);
  });

  test('counts rejected logins in the command without a ledger, and prints that', async () => {
    autosys.setPassword('changed');
    const same = (name: string) => yaml().split('\n')[1]?.replace('ACE:', `${name}:`) ?? '';

    const { examined, findings } = await doctor(yaml('', `${same('PRD')}\n${same('TST')}\n`));

    expect(examined.map(({ findings: [, , last] }) => last?.verdict)).toEqual([
      'loginRefused',
      'loginRefused',
      'loginSuspended',
    ]);
    expect(findings).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('within this command only') }),
    );
    expect(autosys.requests()).toHaveLength(2);
  });

  test('uses the previous version of the secret if the current one was rejected', async () => {
    secrets.put('autosys/ACE', JSON.stringify({ username: 'ops', password: 'not yet' }));
    await doctor(yaml(), ['--table', 'Ledger']);

    const { code, verdicts } = await doctor(yaml(), ['--table', 'Ledger']);

    expect(verdicts).toEqual(['trusted', 'secretRead', 'previousInUse', 'accepted', 'applied']);
    expect(code).toBe(0);
  });
});

describe('doctor', () => {
  const other = "  PRD: { endpoints: ['https://localhost:1'], secret: autosys/ACE, ca: ca.pem }\n";

  test('checks every instance, or only the named one', async () => {
    const all = await doctor(yaml('', other));
    const one = await doctor(yaml('', other), ['--instance', 'ACE']);

    expect(all.examined.map(({ instance }) => instance)).toEqual(['ACE', 'PRD']);
    expect(one.examined.map(({ instance }) => instance)).toEqual(['ACE']);
  });

  test.for([
    { argv: ['--instance', 'ACF'], says: 'did you mean ACE?' },
    { argv: ['--url', 'https://x:1'], says: '--url: not allowed with --config' },
    { argv: ['--job', 'LOAD'], says: '--job applies to one instance only' },
    { argv: ['--user', 'ops'], says: '--password-file: missing' },
  ])('rejects $argv', async ({ argv, says }) => {
    const { code, stderr } = await doctor(yaml('', other), argv);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(autosys.requests()).toEqual([]);
  });

  test('rejects one login for two instances', async () => {
    const env = { AUTOSYS_USER: 'ops', AUTOSYS_PASSWORD: password };

    const { code, stderr } = await doctor(yaml('', other), [], { env });

    expect(code).toBe(2);
    expect(stderr).toContain('--instance: missing, expected one of ACE, PRD');
    expect(autosys.requests()).toEqual([]);
  });

  test('rejects --instance without a route file', async () => {
    const { code, stderr } = await runCli(['doctor', '--instance', 'ACE']);

    expect(code).toBe(2);
    expect(stderr).toContain('--instance: requires --config');
  });
});
