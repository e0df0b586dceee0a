import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRedate } from '../../cli/demo/redate.ts';
import { metrics } from '../../lambda/contract.ts';
import { type SynthesizedAssembly, synthesize } from '../../local/index.ts';
import { toExecutionDescription } from '../../local/workloads/step-functions/execution-description.ts';
import { runCli } from '../cli/setup.ts';
import { batchSecret } from '../support/builders.ts';
import { openSourceAccount } from '../support/source-account.ts';
import { exampleEvent, project, startTestSystem, wiringOf } from './test-system.ts';

let assembly: SynthesizedAssembly;

beforeAll(async () => {
  assembly = await synthesize({ project, environment: process.env });
});

afterAll(() => assembly[Symbol.asyncDispose]());

const jil = `
insert_job: LOAD  job_type: CMD  machine: host1  command: sleep 3600
condition: value(AWS_SETTLEMENT) = "SUCCEEDED"
insert_job: RISK_IN_AWS  job_type: CMD  machine: host1  command: true
`;

// Equal times in two events of a run stay equal: another start time would be another run.
const redate = createRedate();

/**
 * An example event as AWS would have emitted it two hours ago: longer than the expected duration of
 * any route.
 */
function longAgo(id: string, over: object = {}) {
  const event = exampleEvent(id);
  const changed = { ...event, detail: { ...event.detail, ...over } };
  // The functions use real time.
  return redate(changed, new Date(Date.now() - 2 * 3_600_000)) as Parameters<
    Awaited<ReturnType<typeof startTestSystem>>['aws']['workloads']['put']
  >[0];
}

const settlementRunning = () => longAgo('1c0ffee1');
const settlementSucceeded = () => longAgo('1c0ffee6');

describe('the shipped sweep', () => {
  test('recovers an execution without an end event, and the job that waits for it starts', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });
    const { autosys, aws } = system;
    aws.bus.put(settlementRunning());
    await aws.idle();
    aws.workloads.put(settlementSucceeded());

    const ticks = await aws.tick('Sweep');

    expect(ticks).toMatchObject([{ result: { kind: 'answered' } }]);
    expect(autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
    expect(autosys.instance.job('LOAD')?.run.run).toBe(1);
    const run = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:settlement-2026-11-20';
    expect(aws.workloads.lookups).toEqual([run]);
    expect(aws.workloads.unknownRequests).toEqual([]);
    const eventId = expect.stringMatching(/^recovered-[0-9a-f]{26}$/);
    expect(system.lines()).toContainEqual(
      expect.objectContaining({ message: 'event recovered', run, status: 'SUCCEEDED', eventId }),
    );
    expect(system.lines()).toContainEqual(
      expect.objectContaining({ message: 'effect confirmed', messageId: eventId, eventId }),
    );
    expect(system.lines()).toContainEqual(expect.objectContaining({ [metrics.recovered]: 1 }));
  });

  test('asks AWS now if an operator runs ask, and sends what has changed', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });
    const { autosys, aws } = system;
    aws.bus.put(settlementRunning());
    await aws.idle();
    await aws.tick('Sweep');
    aws.workloads.put(settlementSucceeded());
    const { endpoint, credentials } = aws.lambda.settingsFor(
      'arn:aws:iam::111122223333:role/Operators',
    );
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', aws.tables.url);
    vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', endpoint);
    vi.stubEnv('AWS_ENDPOINT_URL_STS', aws.sts.url);
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    onTestFinished(() => void vi.unstubAllEnvs());
    const wiring = wiringOf(assembly.directory);
    const [sweep] = wiring.functions.filter(({ id }) => id.includes('Sweep'));
    const run = 'arn:aws:states:eu-west-1:111122223333:execution:settlement:settlement-2026-11-20';
    const env = { LEDGER_TABLE: wiring.tables[0]?.name ?? '', SWEEP_FUNCTION: sweep?.name ?? '' };

    const { code, stdout, stderr } = await runCli(['ask', run], { env });

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}before {3}RUNNING of/m);
    expect(stdout).toMatch(/^ {2}now {6}SUCCEEDED of/m);
    expect(stdout).toMatch(/SUCCEEDED \(found by the sweep, event recovered-\w+\): /);
    expect(autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
    const status = await runCli(['status', run], { env });
    expect(status.stdout).toContain(
      'AWS lookup requested by arn:aws:sts::111122223333:assumed-role/Operators/local',
    );
  });

  test('asks about a Batch job without any output of its environment', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });
    const { autosys, aws } = system;
    const container = { environment: [{ name: 'DB_PASSWORD', value: batchSecret }], exitCode: 0 };
    aws.bus.put(longAgo('1c0ffee4', { container }));
    await aws.idle();
    aws.workloads.put(longAgo('1c0ffee9', { container }));

    await aws.tick('Sweep');

    expect(autosys.instance.globalVariable('AWS_RISK')?.value).toBe('SUCCEEDED');
    expect(system.lines()).toContainEqual(expect.objectContaining({ message: 'event recovered' }));
    expect(JSON.stringify(aws.logs())).not.toContain(batchSecret);
  });

  test('logs an error when AWS does not know a run, and does not ask again', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });
    const { aws } = system;
    aws.bus.put(settlementRunning());
    await aws.idle();
    aws.workloads.forget(
      'arn:aws:states:eu-west-1:111122223333:execution:settlement:settlement-2026-11-20',
    );

    await aws.tick('Sweep');
    await aws.tick('Sweep');

    expect(aws.workloads.lookups).toHaveLength(1);
    expect(system.lines()).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'run lost',
        reason: expect.stringContaining('AWS no longer knows'),
      }),
    );
  });

  const other = '444455556666';
  const there = (event: object) =>
    JSON.parse(JSON.stringify(event).replaceAll('111122223333', other)) as typeof event;

  /** Sets up a run of another account, whose AWS is at the given address. */
  async function startTestSystemFor(url: string) {
    const system = await startTestSystem(assembly.directory, {
      jil,
      // The routes of the examples are for the account of the bridge.
      change: (config) => ({
        ...config,
        accounts: [other],
        routes: config.routes.map((route) => ({
          ...route,
          from: { ...route.from, accounts: [other] },
        })),
      }),
      variables: { AWS_ENDPOINT_URL_STS: url, AWS_ENDPOINT_URL_SFN: url },
    });
    const queue = [...system.aws.queues.values()].find(({ name }) =>
      /ReportQueue\w{8}$/.test(name),
    );
    queue?.send(JSON.stringify(there(settlementRunning())));
    await system.aws.idle();
    return system;
  }

  test('recovers an execution of another account with the role of the source', async () => {
    const { detail } = there(settlementSucceeded()) as ReturnType<typeof settlementSucceeded>;
    await using account = await openSourceAccount({
      assume: () => ({ accessKeyId: 'ASIATHERE', endsAt: new Date(Date.now() + 900_000) }),
      answer: () => ({ status: 200, body: toExecutionDescription(detail, 'ALL_DATA') }),
    });
    await using system = await startTestSystemFor(account.url);

    await system.aws.tick('Sweep');

    expect(system.autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
    expect(account.assumed.map((form) => form.get('RoleArn'))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^arn:aws:iam::${other}:role/AutosysBridge-eu-west-1-111122223333-eu-west-1-[0-9a-f]{5}$`,
        ),
      ),
    ]);
    expect(account.questions.map(({ accessKeyId }) => accessKeyId)).toEqual(['ASIATHERE']);
    expect(system.lines()).toContainEqual(expect.objectContaining({ message: 'event recovered' }));
  });

  test('logs that another account has no role for it, and does not ask again for some minutes', async () => {
    await using account = await openSourceAccount({
      assume: () => ({ refused: 'AccessDenied', status: 403 }),
      answer: () => ({ status: 500, body: {} }),
    });
    await using system = await startTestSystemFor(account.url);

    await system.aws.tick('Sweep');
    await system.aws.tick('Sweep');

    expect(account.assumed).toHaveLength(1);
    expect(account.questions).toEqual([]);
    expect(system.lines()).toContainEqual(
      expect.objectContaining({
        level: 'WARN',
        message: 'run lookup failed',
        account: other,
        region: 'eu-west-1',
        why: 'noRole',
        reason: expect.stringContaining('deploy the source there'),
      }),
    );
    expect(system.lines()).toContainEqual(expect.objectContaining({ [metrics.lookupsFailed]: 1 }));
  });

  test('emits its health metrics each minute, also when nothing is due', async () => {
    await using system = await startTestSystem(assembly.directory, { jil });

    await system.aws.tick('Sweep');

    const lines = Object.assign({}, ...system.lines());
    expect(lines).toMatchObject({
      [metrics.openRuns]: 0,
      [metrics.sweepLagSeconds]: 0,
      [metrics.oldestDueSeconds]: 0,
      [metrics.circuitIsOpen]: 0,
    });
    expect(system.aws.secrets.unknownRequests).toEqual([]);
  });
});

describe('the clients of Step Functions, AWS Batch and AWS STS', () => {
  const bundleOf = (room: 'Report' | 'Sweep') => {
    const { functions } = wiringOf(assembly.directory);
    const taskRoot = functions.find(({ id }) => id.includes(room))?.taskRoot ?? '';
    return readFileSync(join(taskRoot, 'index.js'), 'utf8');
  };

  test('are in the bundle of the sweep and not in that of the report', () => {
    const words = ['AWSStepFunctions', '/v1/describejobs', 'AssumeRole'];

    expect(words.map((word) => bundleOf('Sweep').includes(word))).toEqual([true, true, true]);
    expect(words.map((word) => bundleOf('Report').includes(word))).toEqual([false, false, false]);
  });

  test('leave the bundle of the sweep below 800 KB', () => {
    expect(bundleOf('Sweep').length).toBeLessThan(800_000);
  });
});
