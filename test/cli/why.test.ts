import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseJobName } from '../../autosys/names.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import { toSecret } from '../support/bridge.ts';
import { anExecutionEvent } from '../support/builders.ts';
import { type EmbeddedAutosys, embedAutosys } from '../support/emulator.ts';
import { type EmbeddedTable, startLedgerTable } from '../support/ledger-table.ts';
import { openSandbox, readRoutes } from '../support/sandbox.ts';
import { environmentFor, runCli } from './setup.ts';

const jil = `insert_job: EXTRACT  job_type: CMD  machine: host1  command: true
insert_job: LOAD  job_type: CMD  machine: host1  command: true
  condition: s(EXTRACT) & v(AWS_RUN) = "SUCCEEDED"
insert_job: REPORT  job_type: CMD  machine: host1  command: true  condition: s(LOAD)`;
const routes = '  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }';
const bridgeYaml = `instances:
  ACE:
    endpoints: [https://autosys.example.com:9443]
    secret: autosys/ACE/bridge
    timezone: Europe/Zurich
routes:
${routes}
`;

let autosys: EmbeddedAutosys;
let ledger: EmbeddedTable;

beforeEach(async () => {
  autosys = await embedAutosys({ jil, timezone: 'Europe/Zurich' });
  ledger = await startLedgerTable();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', ledger.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const { clock, emulator } = autosys;
  const sandbox = openSandbox({
    config: readRoutes(routes, [[autosys]]),
    secrets: { 'autosys/ACE': toSecret(emulator) },
    clock,
    table: createDynamoTable({ ...ledger, now: () => clock.now() }),
  });
  await autosys.send({ kind: 'STARTJOB', job: parseJobName('EXTRACT') });
  await clock.advance(60_000);
  await sandbox.take([anExecutionEvent({ status: 'RUNNING' })]);
  await autosys.act();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await ledger[Symbol.asyncDispose]();
  await autosys[Symbol.asyncDispose]();
});

const ask = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCli(
    ['why', ...argv],
    environmentFor(autosys.emulator, {
      files: { 'bridge.yaml': bridgeYaml, 'jobs.jil': jil },
      env: { LEDGER_TABLE: 'Ledger', AUTOSYS_TIMEZONE: 'Europe/Zurich', ...env },
      now: autosys.clock.now(),
    }),
  );

describe('why', () => {
  test('prints the cause first, then the chain, within three seconds', async () => {
    // Loads the modules of the command: the test runner transforms each of them at its first import.
    await ask(['--help']);
    const begun = performance.now();

    const { code, stdout, stderr } = await ask(['REPORT', '--instance', 'ACE']);

    expect(performance.now() - begun).toBeLessThan(3_000);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [cause, ...chain] = stdout.split('\n');
    expect(cause).toBe(
      'REPORT waits for success(LOAD); LOAD waits for value(AWS_RUN) = "SUCCEEDED"; it is "RUNNING" since 03:02:06; settlement execution run-1 is still running in AWS, expected by 04:01:00; what ends the wait: the end of the run in AWS (route settlement)',
    );
    expect(chain).toContain('REPORT on ACE');
    expect(chain).toContain('LOAD on ACE');
    expect(chain.at(-2)).toBe('times in Europe/Zurich; 6 reads of AutoSys, 9 of the ledger');
  });

  test('prints data with --json, with instants in UTC', async () => {
    const { code, stdout } = await ask(['LOAD', '--instance', 'ACE', '--json']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      instance: 'ACE',
      job: 'LOAD',
      outcome: 'waits',
      timezone: 'Europe/Zurich',
      chain: [
        {
          job: 'LOAD',
          status: 'INACTIVE',
          condition: { truth: 'false', source: 'AutoSys' },
          terms: [
            { text: 'success(EXTRACT)', truth: 'true' },
            {
              text: 'value(AWS_RUN) = "SUCCEEDED"',
              truth: 'false',
              blocks: true,
              entry: {
                key: 'state ACE global AWS_RUN',
                route: 'settlement',
                event: '315c1398-40ff-a850-213b-158f73e60175',
                times: { changedInAwsAt: '2026-11-20T02:00:00.000Z' },
                awsRun: { status: 'RUNNING', expectedEndAt: '2026-11-20T03:01:00.000Z' },
              },
            },
          ],
        },
      ],
      calls: { autosys: 4, ledger: 7 },
    });
  });

  test('takes the timezone, the routes and the expected end from the route file', async () => {
    const { code, stdout } = await ask(
      ['LOAD', '--instance', 'ACE', '--config', 'bridge.yaml', '--jil', 'jobs.jil'],
      { AUTOSYS_TIMEZONE: 'UTC' },
    );

    expect(code).toBe(0);
    expect(stdout).toContain('expected by 04:00:00');
    expect(stdout).toContain('(read from jobs.jil)');
    expect(stdout).toContain('times in Europe/Zurich');
  });

  test('answers from AutoSys alone without a ledger table, and says so', async () => {
    const { code, stdout } = await ask(['LOAD', '--instance', 'ACE'], { LEDGER_TABLE: '' });

    expect(code).toBe(3);
    expect(stdout).toMatch(/^LOAD waits for value\(AWS_RUN\) = "SUCCEEDED"; it is "RUNNING" since/);
    expect(stdout).toContain(
      'not read   ledger: no ledger table was given (--table, $LEDGER_TABLE)',
    );
  });

  test('ends with 1 for a job that AutoSys does not have', async () => {
    const { code, stdout } = await ask(['load', '--instance', 'ACE']);

    expect(code).toBe(1);
    expect(stdout).toContain('ACE has no job load; names are case-sensitive');
  });

  test.for([
    { argv: ['LOAD'], says: '--instance: missing' },
    { argv: ['--instance', 'ACE'], says: 'expected one JOB, found none' },
    { argv: ['A', 'B', '--instance', 'ACE'], says: 'expected one JOB, found 2' },
    {
      argv: ['LOAD', '--instance', 'DR1', '--config', 'bridge.yaml'],
      says: '--instance: the route file has no instance DR1, allowed: ACE',
    },
  ])('rejects $argv', async ({ argv, says }) => {
    const { code, stderr } = await ask(argv);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});
