import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LiveCounts, LiveRow } from '../../../cli/live/live-row.ts';
import { createDynamoTable } from '../../../lambda/ledger/store/dynamo-table.ts';
import { toSecret } from '../../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent } from '../../support/builders.ts';
import { openSandbox, readRoutes } from '../../support/sandbox.ts';
import { type EmbeddedLive, embedLive, liveAccount, putStack, roleOf } from './embedded-live.ts';

const jil = `insert_job: LOAD  job_type: CMD  machine: host1  command: true
  condition: v(AWS_SETTLEMENT) = "SUCCEEDED"
insert_job: REPORT  job_type: CMD  machine: host1  command: echo $$AWS_RISK
insert_job: RISK_IN_AWS  job_type: BOX`;

const routes = `  - { name: settlement, from: { stateMachine: settlement }, global: AWS_SETTLEMENT }
  - name: risk
    from: { jobQueue: night, jobDefinition: risk, jobName: risk-eod }
    global: AWS_RISK
    job: RISK_IN_AWS
`;
const head = `instances:
  ACE: { endpoints: [AEWS], secret: autosys/ACE, ca: ca.pem }
routes:
`;
const all = ['--live', '--stack', 'AutosysBridge'] as const;

let live: EmbeddedLive;

beforeEach(async () => {
  live = await embedLive(jil);
  live.workloads.define({ stateMachine: 'settlement' });
  live.workloads.define({ jobQueue: 'night' });
  live.workloads.define({ jobDefinition: 'risk' });
});

afterEach(async () => {
  expect(live.workloads.unknownRequests).toEqual([]);
  expect(live.secrets.unknownRequests).toEqual([]);
  expect(live.iam.server.unknownRequests).toEqual([]);
  expect(live.stacks.server.unknownRequests).toEqual([]);
  await live[Symbol.asyncDispose]();
});

interface LiveResult {
  readonly code: number;
  readonly counts: LiveCounts;
  readonly rows: readonly LiveRow[];
}

/** Runs the command with --json, and returns its rows. */
async function check(yaml: string, argv: readonly string[] = all): Promise<LiveResult> {
  const { code, stdout } = await live.validate(yaml, [...argv, '--json']);
  const { counts, rows } = JSON.parse(stdout).live;
  return { code, counts, rows };
}

/** The rows with a verdict, as `SUBJECT: FOUND`. */
function linesOf({ rows }: LiveResult, verdict: LiveRow['verdict']): readonly string[] {
  return rows
    .filter((row) => row.verdict === verdict)
    .map(({ subject, found }) => `${subject}: ${found}`);
}

/** Lets both routes match an event, in the ledger of the stack. */
async function matchBoth(): Promise<void> {
  const { autosys, ledger } = live;
  const sandbox = openSandbox({
    config: readRoutes(routes, [[autosys]]),
    secrets: { 'autosys/ACE': toSecret(autosys.emulator) },
    clock: autosys.clock,
    table: createDynamoTable({ ...ledger, now: () => autosys.clock.now() }),
  });
  await sandbox.take([anExecutionEvent(), aBatchJobEvent({ jobName: 'risk-eod' })]);
  await autosys.act();
}

describe('validate --live', () => {
  test('passes what is as the file says, and says what no read can check', async () => {
    await matchBoth();

    const result = await check(`${head}${routes}`);

    expect(linesOf(result, 'finding')).toEqual([]);
    expect(linesOf(result, 'notChecked')).toEqual([]);
    expect(linesOf(result, 'notCheckable')).toEqual([
      'permission of the login to send to the jobs (ACE): only a send shows it; AutoSys shows no time of the canary in AWS_BRIDGE_CANARY',
    ]);
    expect(linesOf(result, 'passed')).toEqual(
      expect.arrayContaining([
        `state machine settlement (${liveAccount} eu-west-1): ACTIVE, STANDARD`,
        `job queue night (${liveAccount} eu-west-1): ENABLED, VALID`,
        `job definition risk (${liveAccount} eu-west-1): ACTIVE, newest revision 1`,
        'secret autosys/ACE: it exists, with the key of the service',
        'job RISK_IN_AWS (ACE): BOX job of ACE',
        'condition of LOAD (ACE): can become true: v(AWS_SETTLEMENT) = "SUCCEEDED"',
        'variable AWS_RISK (ACE): read by REPORT (ACE)',
        'route risk: last matched 2026-11-20T02:01:00Z',
      ]),
    );
    expect(result.code).toBe(0);
  });

  test('finds what AWS does not have, or has in another state', async () => {
    live.workloads.define({ stateMachine: 'quick', type: 'EXPRESS' });
    live.workloads.define({ stateMachine: 'old', status: 'DELETING' });
    live.workloads.define({ jobQueue: 'off', state: 'DISABLED' });
    live.workloads.define({ jobQueue: 'broken', status: 'INVALID' });
    live.workloads.define({ jobDefinition: 'gone', status: 'INACTIVE' });
    const origins = [
      '{ stateMachine: quick }',
      '{ stateMachine: old }',
      '{ stateMachine: missing }',
      '{ stateMachine: "none-*" }',
      '{ jobQueue: off, jobName: a }',
      '{ jobQueue: broken, jobName: b }',
      '{ jobDefinition: gone, jobName: c }',
      '{ jobDefinition: "risk:9", jobName: d }',
      '{ jobDefinition: "risk:1", jobName: e }',
    ];
    const named = origins.map(
      (from, at) => `  - { name: r${at}, from: ${from}, job: RISK_IN_AWS, combine: latest }`,
    );

    const result = await check(`${head}${named.join('\n')}\n`, [...all, '--unmatched-days', '0']);

    const place = `(${liveAccount} eu-west-1)`;
    expect(linesOf(result, 'finding')).toEqual([
      `state machine quick ${place}: it is EXPRESS, and Step Functions emits no status changes of EXPRESS executions`,
      `state machine old ${place}: it is DELETING`,
      `state machine missing ${place}: there is no such state machine`,
      `state machine none-* ${place}: no name matches`,
      `job queue off ${place}: it is DISABLED`,
      `job queue broken ${place}: it is INVALID: JobQueue INVALID`,
      `job definition gone ${place}: revision 1 of gone is INACTIVE`,
      `job definition risk:9 ${place}: there is no such job definition`,
    ]);
    expect(result.code).toBe(1);
  });

  test('finds jobs, values and variables that AutoSys does not have', async () => {
    const wrong = `${head}  - { name: settlement, from: { stateMachine: settlement }, global: { name: AWS_SETTLEMENT, values: { SUCCEEDED: OK, FAILED: "KO \${error:20|none}" } } }
  - { name: night, from: { stateMachine: settlement }, global: AWS_NIGHT, job: RISK_IN_AW }
`;

    const result = await check(wrong, [...all, '--unmatched-days', '0']);

    expect(linesOf(result, 'finding')).toEqual([
      'job RISK_IN_AW (ACE): AutoSys shows no such job; did you mean RISK_IN_AWS?',
      `condition of LOAD (ACE): waits for v(AWS_SETTLEMENT) = "SUCCEEDED"; route settlement can set: "OK", "KO \${error:20|none}"`,
      'variable AWS_NIGHT (ACE): no condition and no command reads it',
    ]);
    expect(result.rows.every(({ advice, verdict }) => verdict !== 'finding' || advice)).toBe(true);
  });

  test('finds roles that may not read, secrets that are gone, and keys', async () => {
    const key = `arn:aws:kms:eu-west-1:${liveAccount}:key/0f3a`;
    live.secrets.encryptWith('autosys/ACE', key);
    live.iam.putRole(roleOf('Sweep'), {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
    });
    live.iam.putRole(roleOf('Canary'), {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Resource: key,
          Condition: {
            StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
          },
        },
      ],
    });

    const result = await check(`${head}${routes}`, [...all, '--unmatched-days', '0']);

    const note = '(simulated, without the policies of the secret and of the key)';
    expect(linesOf(result, 'finding')).toEqual([
      `role Bridge-ReportRole of report reads autosys/ACE: kms:Decrypt: implicitDeny ${note}`,
      `role Bridge-SweepRole of sweep reads autosys/ACE: secretsmanager:GetSecretValue: explicitDeny, kms:Decrypt: explicitDeny ${note}`,
    ]);
    live.secrets.markDeleted('autosys/ACE');
    const deleted = await check(`${head}${routes}`, [...all, '--unmatched-days', '0']);
    expect(linesOf(deleted, 'finding')[0]).toBe('secret autosys/ACE: it is marked for deletion');
  });

  test('names the routes that matched nothing, unless the stack is younger', async () => {
    const old = await check(`${head}${routes}`, [...all, '--unmatched-days', '2']);
    putStack(live.stacks, new Date(live.autosys.clock.now().getTime() - 86_400_000));
    const young = await check(`${head}${routes}`, [...all, '--unmatched-days', '2']);

    expect(linesOf(old, 'finding')).toEqual([
      'route settlement: nothing matched in 2 days',
      'route risk: nothing matched in 2 days',
    ]);
    expect(linesOf(young, 'finding')).toEqual([]);
    expect(linesOf(young, 'notChecked')).toEqual([
      expect.stringContaining(
        'route settlement: nothing matched, and the ledger exists only since',
      ),
      expect.stringContaining('route risk: nothing matched, and the ledger exists only since'),
    ]);
    expect([old.code, young.code]).toEqual([1, 3]);
  });
});

describe('a check that cannot be made', () => {
  const quick = [...all, '--unmatched-days', '0'] as const;

  test('is a row with the missing permission, never a pass', async () => {
    live.workloads.configure({ authorize: (action) => !action.startsWith('batch:') });
    live.iam.server.deny('SimulatePrincipalPolicy');

    const result = await check(`${head}${routes}`, quick);

    expect(linesOf(result, 'notChecked')).toEqual([
      `job queue night (${liveAccount} eu-west-1): AccessDeniedException for batch:DescribeJobQueues`,
      `job definition risk (${liveAccount} eu-west-1): AccessDeniedException for batch:DescribeJobDefinitions`,
      ...['Report', 'Sweep', 'Canary'].map(
        (name) =>
          `role Bridge-${name}Role of ${name.toLowerCase()} reads autosys/ACE: AccessDenied for iam:SimulatePrincipalPolicy`,
      ),
    ]);
    expect(result.rows.find(({ check: of }) => of === 'jobQueue')?.advice).toBe(
      'needed: batch:DescribeJobQueues',
    );
    expect(result.code).toBe(3);
  });

  test('names both accounts if the file means another one', async () => {
    const other = `${head}  - { name: far, from: { stateMachine: settlement, account: "444455556666" }, job: RISK_IN_AWS }\n`;

    const result = await check(other, quick);

    expect(linesOf(result, 'notChecked')).toEqual([
      `state machine settlement (444455556666 eu-west-1): it is in account 444455556666; the credentials are of account ${liveAccount}`,
    ]);
    expect(result.code).toBe(3);
    expect(live.workloads.calls).not.toHaveProperty('DescribeStateMachine');
  });

  test('says that credentials are not valid, and still checks AutoSys', async () => {
    const { emulator } = live.autosys;
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIAUNKNOWN';
    const argv = [...quick, '--json', '--user', emulator.user, '--password-file', 'pw'];

    const { code, stdout } = await live.validate(`${head}${routes}`, argv, {
      pw: emulator.password,
    });

    const { rows } = JSON.parse(stdout).live as LiveResult;
    const machine = rows.find(({ check: of }) => of === 'stateMachine');
    expect(machine).toMatchObject({
      verdict: 'notChecked',
      found: expect.stringContaining('the credentials of AWS are not valid: InvalidClientTokenId'),
      advice: 'sign in to AWS again, or check AWS_PROFILE',
    });
    expect(rows.find(({ check: of }) => of === 'autosysJob')?.verdict).toBe('passed');
    expect(code).toBe(3);
  });

  test('sends a rejected login once, and no further request', async () => {
    const { emulator } = live.autosys;
    emulator.setPassword('changed');

    const first = await check(`${head}${routes}`, quick);
    const second = await check(`${head}${routes}`, quick);

    expect(emulator.requests()).toHaveLength(1);
    for (const { rows, code } of [first, second]) {
      const ofAutosys = rows.filter(({ check: of }) => of === 'autosysJob');
      expect(ofAutosys).toMatchObject([{ verdict: 'notChecked' }]);
      expect(code).toBe(3);
    }
    expect(JSON.stringify([first, second])).not.toContain(emulator.password);
  });

  test('says that AutoSys was not reached', async () => {
    await live.autosys.emulator.stop();

    const result = await check(`${head}${routes}`, quick);

    expect(linesOf(result, 'notChecked')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^job RISK_IN_AWS \(ACE\): /)]),
    );
    expect(linesOf(result, 'finding')).toEqual([]);
    expect(result.code).toBe(3);
  });

  test('ends at the time limit', async () => {
    live.workloads.injectFault('DescribeStateMachine', { kind: 'delay', ms: 60_000 });
    const begun = performance.now();

    const result = await check(`${head}${routes}`, [...quick, '--timeout', '3']);

    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(linesOf(result, 'notChecked')[0]).toContain('states:DescribeStateMachine');
  });

  test('lists what needs a stack or a table without one', async () => {
    const result = await check(`${head}${routes}`, ['--live']);

    expect(linesOf(result, 'notChecked')).toEqual([
      'roles of the functions read the secrets: the stack is not known',
      'routes that match nothing: the ledger table is not known',
    ]);
  });

  test('names a stack that does not exist with account and Region', async () => {
    const result = await check(`${head}${routes}`, [
      '--live',
      '--stack',
      'Other',
      '--unmatched-days',
      '0',
    ]);

    expect(linesOf(result, 'notChecked')).toEqual([
      `roles of the functions read the secrets: account ${liveAccount}, Region eu-west-1 has no stack Other`,
    ]);
  });
});

describe('many names', () => {
  test('are each asked for once, and lists are read page by page', async () => {
    for (let at = 0; at < 1_150; at += 1) live.workloads.define({ stateMachine: `many-${at}` });
    live.workloads.injectFault('DescribeStateMachine', {
      kind: 'refuse',
      error: 'ThrottlingException',
    });
    const named = [
      ...Array.from({ length: 300 }, (_, at) => {
        const from = `{ stateMachine: many-${at % 150}, mapChildren: ${at < 150 ? 'ignore' : 'only'} }`;
        return `  - { name: r${at}, from: ${from}, global: V${at} }`;
      }),
      '  - { name: all, from: { stateMachine: "many-1*" }, job: RISK_IN_AWS, combine: latest }',
    ];

    const result = await check(`${head}${named.join('\n')}\n`, ['--live', '--unmatched-days', '0']);

    // One more: the throttled call is repeated.
    expect(live.workloads.calls).toEqual({ DescribeStateMachine: 151, ListStateMachines: 2 });
    expect(linesOf(result, 'passed')).toContain(
      `state machine many-1* (${liveAccount} eu-west-1): 261 match; not Express`,
    );
  });
});
