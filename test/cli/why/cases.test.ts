import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseJobName } from '../../../autosys/names.ts';
import { createDynamoTable } from '../../../lambda/ledger/store/dynamo-table.ts';
import { toSecret } from '../../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent, namesOfRun } from '../../support/builders.ts';
import { type EmbeddedAutosys, embedAutosys } from '../../support/emulator.ts';
import { aMemberEvent } from '../../support/groups.ts';
import { type EmbeddedTable, startLedgerTable } from '../../support/ledger-table.ts';
import { openSandbox, readRoutes, type Sandbox } from '../../support/sandbox.ts';
import { environmentFor, runCli } from '../setup.ts';

const jil = `
insert_job: EXTRACT  job_type: CMD  machine: host1  command: true
insert_job: LOAD  job_type: CMD  machine: host1  command: sleep 9000
  condition: s(EXTRACT) & v(AWS_RUN) = "SUCCEEDED"
insert_job: REPORT  job_type: CMD  machine: host1  command: true  condition: s(LOAD)
insert_job: REPAIR  job_type: CMD  machine: host1  command: sleep 9000
insert_job: SECOND  job_type: CMD  machine: host1  command: true
insert_job: RISK_REPORT  job_type: CMD  machine: host1  command: true
  condition: v(AWS_RISK) = "SUCCEEDED"
insert_job: MANUAL  job_type: CMD  machine: host1  command: true  condition: v(GO) = "1"
`;
const names = ['risk-a', 'risk-b', 'risk-c', 'risk-d'];
const routes = `  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }
  - name: repair
    from: { jobQueue: night, jobName: risk-eod }
    events:
      - { on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }
      - { on: SUCCEEDED, event: FORCE_STARTJOB, job: SECOND }
  - name: absent
    from: { jobQueue: night, jobName: absent }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: ABSENT }]
groups:
  - name: risk
    members: { stateMachine: [${names}] }
    day: { timezone: Europe/Zurich, cutoff: "18:00" }
    global: AWS_RISK`;
const window = 'maintenance: [{ from: "2026-11-20T01:00", to: "2026-11-20T06:00" }]';
const run3 = namesOfRun('run-3');

/** Embedded AutoSys, ledger table in the embedded DynamoDB, and the report function. */
interface World {
  readonly autosys: EmbeddedAutosys;
  readonly ledger: EmbeddedTable;
  readonly secrets: Record<string, string>;
  /** Opens an execution environment of the report function. */
  readonly open: (settings?: string) => Sandbox;
}

let world: World;

beforeEach(async () => {
  const autosys = await embedAutosys({ jil, timezone: 'Europe/Zurich' });
  const ledger = await startLedgerTable();
  const { clock, emulator } = autosys;
  const secrets = { 'autosys/ACE': toSecret(emulator) };
  const table = createDynamoTable({ ...ledger, now: () => clock.now() });
  const open = (settings?: string) =>
    openSandbox({ config: readRoutes(routes, [[autosys]], settings), secrets, clock, table });
  world = { autosys, ledger, secrets, open };
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', ledger.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  await autosys.send({ kind: 'STARTJOB', job: parseJobName('EXTRACT') });
  await clock.advance(60_000);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await world.ledger[Symbol.asyncDispose]();
  await world.autosys[Symbol.asyncDispose]();
});

/** The one command. Its output is the exit code, the line of the cause and the lines of the chain. */
async function askFor(name: string, argv: readonly string[] = []) {
  const { autosys } = world;
  const files = { 'jobs.jil': jil };
  const env = { LEDGER_TABLE: 'Ledger', AUTOSYS_TIMEZONE: 'Europe/Zurich' };
  const { code, stdout, stderr } = await runCli(
    ['why', name, '--instance', 'ACE', ...argv],
    environmentFor(autosys.emulator, { files, env, now: autosys.clock.now() }),
  );
  const [cause, ...chain] = stdout.split('\n');
  return { code, stderr, cause, chain: chain.join('\n') };
}

/** Opens the circuit breaker: three events that do not reach AutoSys. */
async function loseAutosys(events: readonly object[]): Promise<void> {
  await world.autosys.emulator.goDown();
  for (const name of ['run-1', 'run-2', 'run-3']) {
    await world.open().take([anExecutionEvent({ ...namesOfRun(name), status: 'RUNNING' })]);
  }
  await world.open().take(events);
  await world.autosys.emulator.comeBack();
}

async function passMinutes(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await world.autosys.clock.advance(60_000);
    await world.open().drain();
  }
}

describe('why did this job start', () => {
  test('it was started by the bridge', async () => {
    await world.open().take([aBatchJobEvent()]);
    await world.autosys.act();

    const { code, cause, chain } = await askFor('REPAIR');

    expect(code).toBe(0);
    expect(cause).toMatch(
      /^REPAIR started at 03:02:\d\d \(run \d+\): the bridge sent FORCE_STARTJOB REPAIR for Batch job risk-eod \(4c7599ae\S+\) SUCCEEDED \(route repair, event c8f9c4b5-\S+\)$/,
    );
    expect(chain).toMatch(/times {3}ended in AWS \S+, received \S+, sent \S+, accepted \S+, shown/);
  });

  test('it was started by a variable', async () => {
    await world.autosys.clock.advance(600_000);
    await world.open().take([anExecutionEvent()]);
    await world.autosys.act();

    const { code, cause } = await askFor('LOAD');

    expect(code).toBe(0);
    expect(cause).toMatch(
      /^LOAD started at \S+ \(run \d+\): value\(AWS_RUN\) = "SUCCEEDED" became true: the bridge set it to "SUCCEEDED" at \S+ for settlement execution run-1 SUCCEEDED \(route settlement, event 315c1398-\S+\)$/,
    );
  });

  test('it was started late, after an outage', async () => {
    await loseAutosys([anExecutionEvent({ ...run3, status: 'SUCCEEDED' })]);
    await passMinutes(10);

    const { code, cause } = await askFor('LOAD');

    expect(code).toBe(0);
    expect(cause).toMatch(
      /^LOAD started at .* the bridge set it to "SUCCEEDED" .*; AutoSys was away from 03:02:\d\d to 03:03:\d\d: .+ was not reached: .+$/,
    );
  });
});

describe('why is this job still waiting', () => {
  test('for AWS', async () => {
    await world.open().take([anExecutionEvent({ status: 'RUNNING' })]);
    await world.autosys.act();

    const { code, cause } = await askFor('LOAD');

    expect(code).toBe(0);
    expect(cause).toMatch(
      /^LOAD waits for value\(AWS_RUN\) = "SUCCEEDED"; it is "RUNNING" since 03:02:\d\d; settlement execution run-1 is still running in AWS, expected by 04:01:00; what ends the wait: the end of the run in AWS \(route settlement\)$/,
    );
  });

  test('for a predecessor, down to the root of the chain', async () => {
    await world.open().take([anExecutionEvent({ status: 'FAILED', error: 'Rates.NoData' })]);
    await world.autosys.act();

    const { code, cause, chain } = await askFor('REPORT');

    expect(code).toBe(0);
    expect(cause).toMatch(
      /^REPORT waits for success\(LOAD\); LOAD waits for value\(AWS_RUN\) = "SUCCEEDED"; it is "FAILED" since .* ended FAILED in AWS at 03:01:00 \(Rates\.NoData\); what ends the wait: a redrive or a new run/,
    );
    expect(chain).toContain('LOAD on ACE');
  });

  test('for an effect that the route sends first', async () => {
    await world.autosys.emulator.goDown();
    await world.open().take([aBatchJobEvent()]);
    await world.autosys.emulator.comeBack();

    const { code, cause } = await askFor('SECOND');

    expect(code).toBe(0);
    expect(cause).toBe(
      'SECOND waits for FORCE_STARTJOB SECOND from the bridge; its route sends another effect first: FORCE_STARTJOB REPAIR is due; it is sent after that effect',
    );
  });

  test('for AutoSys, which is away', async () => {
    await loseAutosys([anExecutionEvent({ ...run3, status: 'SUCCEEDED' })]);

    const { code, cause, chain } = await askFor('LOAD');

    expect(code).toBe(0);
    expect(cause).toMatch(
      /^LOAD waits for value\(AWS_RUN\) = "SUCCEEDED"; it is not set; the bridge has "SUCCEEDED" for it since 03:02:\d\d, and AutoSys does not answer the bridge since 03:02:\d\d \(.+\); .*; what ends the wait: the bridge tries again at 03:02:\d\d, and sends it when AutoSys answers$/,
    );
    expect(chain).toContain("key     'state ACE global AWS_RUN'");
  });

  test('for the end of a maintenance window', async () => {
    await world.open(window).take([anExecutionEvent()]);

    const { code, cause } = await askFor('LOAD');

    expect(code).toBe(0);
    expect(cause).toMatch(
      /and the bridge does not call AutoSys since 01:00:00: declared maintenance until 2026-11-20 06:00 Europe\/Zurich; .*; what ends the wait: the window ends at 06:00:00$/,
    );
  });

  test('for a login, while logins are suspended', async () => {
    world.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password: 'wrong' });
    await world.open().take([anExecutionEvent()]);

    const { code, cause } = await askFor('LOAD');

    expect(code).toBe(0);
    expect(cause).toMatch(
      /and the bridge cannot log in to AutoSys since 03:02:\d\d \(signing in: AutoSys rejected the login \(401\).*\); .*; what ends the wait: the bridge tries again at 03:0\S+, with a new version of the secret if there is one$/,
    );
  });

  test('for an operator: its start is parked', async () => {
    await world.open().take([aBatchJobEvent({ jobName: 'absent' })]);
    await passMinutes(1);

    const { code, cause, chain } = await askFor('ABSENT');

    expect(code).toBe(1);
    expect(cause).toMatch(
      /^ACE has no job ABSENT; names are case-sensitive; the bridge has FORCE_STARTJOB ABSENT for it, and it is parked \(AUTOSYS_JOB_NOT_FOUND\): .*; an operator must act: if the job is missing, load it/,
    );
    expect(chain).toContain('command autosys-bridge autorep -J ABSENT -d');
  });

  test('for two members of a group', async () => {
    const sandbox = world.open();
    await sandbox.take([aMemberEvent({ of: 'risk-a', status: 'RUNNING', after: 0 })]);
    await sandbox.take([aMemberEvent({ of: 'risk-c', status: 'SUCCEEDED' })]);
    await sandbox.take([aMemberEvent({ of: 'risk-d', status: 'SUCCEEDED' })]);
    await world.autosys.act();

    const { code, cause, chain } = await askFor('RISK_REPORT');

    expect(code).toBe(0);
    expect(cause).toMatch(
      /^RISK_REPORT waits for value\(AWS_RISK\) = "SUCCEEDED"; it is "RUNNING" since 03:02:\d\d; group risk is RUNNING on the business day 2026-11-19: 2 of 4 have succeeded; missing risk-a \(RUNNING since 03:00:00\), risk-b \(not started\); what ends the wait: the success of risk-a, risk-b$/,
    );
    expect(chain).toContain('counted risk-c, risk-d');
  });

  test('for an event that has nothing to do with the bridge', async () => {
    const { code, cause } = await askFor('MANUAL');

    expect(code).toBe(0);
    expect(cause).toBe(
      'MANUAL waits for value(GO) = "1"; it is not set; the bridge has not set it in the last 90 days; what ends the wait: an event SET_GLOBAL that makes GO = "1"',
    );
  });
});

describe('what cannot be answered', () => {
  test('an unknown job', async () => {
    const { code, cause } = await askFor('load');

    expect(code).toBe(1);
    expect(cause).toBe('ACE has no job load; names are case-sensitive');
  });

  test('a job whose condition cannot be read (403), with what to do', async () => {
    const { emulator } = world.autosys;
    emulator.permit(emulator.user, ['STARTJOB']);

    const without = await askFor('LOAD');
    const withFile = await askFor('LOAD', ['--jil', 'jobs.jil']);

    expect(without.code).toBe(3);
    expect(without.cause).toMatch(
      /^it is unknown what LOAD waits for, because this could not be read: .*\(403\); check the user's EEM policies .*; give its definition with --jil FILE$/,
    );
    expect(withFile.chain).toContain('(read from jobs.jil)');
  });
});
