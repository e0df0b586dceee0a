import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SFN } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseJobName } from '../../autosys/names.ts';
import { buildAgent } from '../../cli/build-agent.ts';
import type { Emulator, ExecuteOptions } from '../../emulator/index.ts';
import type { RunAnswer } from '../../lambda/launch/api.ts';
import type { ExecutionPlan, SynthesizedAssembly } from '../../local/index.ts';
import { RestClient } from '../local/rest/rest-world.ts';
import { MovedTime } from '../support/moved-time.ts';
import {
  type LaunchSystem,
  passwords,
  startLaunchSystem,
  synthesizeLaunchExample,
} from './launch-system.ts';
import { home, project } from './test-system.ts';

let assembly: SynthesizedAssembly;

beforeAll(async () => {
  [assembly] = await Promise.all([synthesizeLaunchExample(), buildAgent(bundle)]);
});

afterAll(() => assembly[Symbol.asyncDispose]());

const jil = 'insert_job: NIGHT_EOD  job_type: CMD  machine: host1  command: sleep 3600';
const bundle = join(project, 'dist/autosys-bridge-agent.mjs');

/** Value of the header `Authorization`. */
function toBasic(name: keyof typeof passwords): string {
  return `Basic ${Buffer.from(`${name}:${passwords[name]}`).toString('base64')}`;
}

function toClient({ url, ca }: LaunchSystem) {
  const client = new RestClient(url, ca);
  const calls = {
    [Symbol.dispose]: () => client[Symbol.dispose](),
    send: async (method: string, path: string, body?: object) => {
      const answer = await client.send(path, {
        method,
        headers: {
          Authorization: toBasic('agents'),
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: answer.json() as RunAnswer };
    },
    /** Waits for the end of a run. */
    untilEnd: async (name: string) => {
      let { body } = await calls.send('GET', `/v1/runs/${name}/wait?after=x&hold=20`);
      for (let wait = 0; wait < 5 && body.exit === undefined; wait += 1) {
        ({ body } = await calls.send('GET', `/v1/runs/${name}/wait?after=${body.rev}&hold=20`));
      }
      return body;
    },
  };
  return calls;
}

test('the shipped functions start an execution once and report its end', async () => {
  await using system = await startLaunchSystem(assembly.directory, () => ({
    jil: [{ name: 'test.jil', text: jil }],
  }));
  const { aws } = system;
  const end = Promise.withResolvers<void>();
  aws.workloads.define({
    stateMachine: 'settlement',
    aliases: { live: 1 },
    versions: [1],
    runs: { steps: [{ kind: 'wait', state: 'Work', for: end.promise }] },
  });
  using client = toClient(system);
  const start = {
    target: 'settlement',
    job: 'NIGHT_EOD',
    run: 1,
    try: 1,
    params: { date: '2026-11-30' },
    launchId: 'one',
  };

  const started = await client.send('POST', '/v1/runs', start);
  const found = await client.send('POST', '/v1/runs', { ...start, launchId: 'two' });

  expect(started).toMatchObject({
    status: 201,
    body: { name: 'NIGHT_EOD-r1t1-ACE', state: 'ACTIVE' },
  });
  expect(found.status).toBe(200);
  expect(aws.workloads.calls).toMatchObject({ StartExecution: 1 });

  end.resolve();
  const ended = await client.untilEnd('NIGHT_EOD-r1t1-ACE');
  expect(ended).toMatchObject({ state: 'ENDED', exit: { code: 0 } });
  expect(aws.workloads.unknownRequests).toEqual([]);
});

test('a failed execution is planned, continued and awaited by the built command', async () => {
  await using system = await startLaunchSystem(assembly.directory, () => ({
    jil: [{ name: 'test.jil', text: jil }],
  }));
  const { aws } = system;
  aws.workloads.define({
    stateMachine: 'settlement',
    aliases: { live: 1 },
    versions: [1],
    runs: ({ redriveCount }) => ({
      steps: [{ kind: 'wait', state: 'Work', for: 200 }],
      ...(redriveCount === 0 && { end: { status: 'FAILED', error: 'Rates.NoData' } }),
    }),
  });
  using client = toClient(system);
  const identity = { target: 'settlement', job: 'NIGHT_EOD', run: 7, try: 1 };
  const params = { date: '2026-11-30' };
  const name = 'NIGHT_EOD-r7t1-ACE';
  await client.send('POST', '/v1/runs', { ...identity, params, launchId: 'one' });
  const failed = await client.untilEnd(name);

  const plan = await runCommand(system, 'restart', name, '--plan');
  const restarted = await runCommand(system, 'restart', name);
  const found = await runCommand(system, 'whois', `${failed.awsId}`);

  expect(failed).toMatchObject({ state: 'ENDED', status: 'FAILED', exit: { code: 4 } });
  expect(plan).toMatchObject({ code: 0 });
  expect(plan.stdout).toContain('kept, not run again: Work\n');
  expect(restarted).toMatchObject({ code: 0 });
  expect(restarted.stdout).toContain(`continues ${name}, which ended as FAILED (redrive 1)`);
  expect(restarted.stdout).toMatch(/exit code 0: status SUCCEEDED\n$/);
  expect(found.stdout).toMatch(new RegExp(`^${name}-a2\n[^]*\n${name}\n`));
  expect(aws.workloads.calls).toMatchObject({ StartExecution: 1, RedriveExecution: 1 });
  expect(aws.workloads.unknownRequests).toEqual([]);
});

/** What AutoSys tells a job in its environment: run 7, try 1 of `NIGHT_EOD`. */
const ofJob = { AUTO_JOB_NAME: 'NIGHT_EOD', AUTORUN: '7/1', AUTOSERV: 'ACE' };
const runOfJob = 'NIGHT_EOD-r7t1-ACE';

/** Runs the built command with the login of the agents. */
function runCommand(system: LaunchSystem, ...argv: readonly string[]) {
  return runWith(system, {}, argv);
}

function runWith(
  system: LaunchSystem,
  further: Readonly<Record<string, string>>,
  argv: readonly string[],
) {
  const env = {
    AUTOSYS_BRIDGE_URL: system.url,
    AUTOSYS_BRIDGE_CA: system.caPath,
    AUTOSYS_BRIDGE_LOGIN_FILE: system.loginPath,
    ...further,
  };
  interface CommandEnd {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }
  return new Promise<CommandEnd>((resolve) => {
    const child = execFile(process.execPath, [bundle, ...argv], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('the command restart', () => {
  const settlement = { stateMachine: 'settlement', aliases: { live: 1 }, versions: [1] } as const;
  const date = ['--param', 'date=2026-11-30'] as const;
  // Without its log, a command does not wait ten seconds for late lines.
  const noLog = ['--logs', 'none'] as const;

  /** Both worlds after the run of a job, whose first execution follows the plan. */
  async function startEnded(first: ExecutionPlan, time?: MovedTime) {
    const system = await startLaunchSystem(
      assembly.directory,
      () => ({ jil: [{ name: 'test.jil', text: jil }] }),
      time && { time },
    );
    const { workloads } = system.aws;
    const inputs: string[] = [];
    workloads.define({
      ...settlement,
      runs: ({ redriveCount, executionName, input }) => {
        inputs.push(input);
        return redriveCount === 0 && executionName === runOfJob
          ? first
          : { steps: [{ kind: 'wait', state: 'Work', for: 200 }] };
      },
    });
    const running = runWith(system, ofJob, ['run', 'settlement', ...date, ...noLog]);
    await until(() => workloads.runs.length > 0);
    if (first.steps?.some((step) => step.kind === 'wait' && step.for === 'untilStopped')) {
      const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
      const states = new SFN({ endpoint: workloads.url, region: home.region, credentials });
      // As an operator does in the console.
      await states.stopExecution({ executionArn: workloads.runs[0]?.run ?? '' });
    }
    return Object.assign(system, { inputs, first: await running });
  }

  test.for([
    { status: 'FAILED', code: 4, plan: { end: { status: 'FAILED', error: 'Rates.NoData' } } },
    { status: 'TIMED_OUT', code: 75, plan: { end: { status: 'TIMED_OUT' } } },
    {
      status: 'ABORTED',
      code: 143,
      plan: { steps: [{ kind: 'wait', state: 'Work', for: 'untilStopped' }] },
    },
  ] as const)('continues an execution that ended as $status', async ({ status, code, plan }) => {
    await using system = await startEnded(plan);

    const restarted = await runCommand(system, 'restart', runOfJob);

    expect(system.first.code).toBe(code);
    expect(restarted.stdout).toContain(
      `continues ${runOfJob}, which ended as ${status} (redrive 1)`,
    );
    expect(restarted.code).toBe(0);
    expect(system.aws.workloads.runs.map((run) => run.status)).toEqual(['SUCCEEDED']);
    expect(system.aws.workloads.calls).toMatchObject({ StartExecution: 1, RedriveExecution: 1 });
  });

  test('refuses a redrive after 15 days, and starts a new run with the same input', async () => {
    using time = new MovedTime();
    await using system = await startEnded({ end: { status: 'FAILED' } }, time);
    const { workloads } = system.aws;
    time.moveBy(15 * 86_400_000);

    const refused = await runCommand(system, 'restart', runOfJob, '--redrive');
    const calls = { ...workloads.calls };
    const restarted = await runCommand(system, 'restart', runOfJob);

    expect(refused.code).toBe(78);
    expect(refused.stderr).toContain('AWS allows a redrive for 14 days');
    expect(calls).toMatchObject({ StartExecution: 1 });
    expect(restarted.code).toBe(0);
    expect(restarted.stdout).toContain(`run ${runOfJob}-a2 `);
    expect(workloads.calls).toMatchObject({ StartExecution: 2 });
    expect(workloads.calls).not.toHaveProperty('RedriveExecution');
    const input = JSON.stringify({ date: '2026-11-30', run: 'NIGHT_EOD/7' });
    expect(system.inputs).toEqual([input, input]);
  });

  test('plans with a changed definition, and continues with that of the first start', async () => {
    await using system = await startEnded({ end: { status: 'FAILED' } });
    let newStarts = 0;
    system.aws.workloads.define({
      ...{ stateMachine: 'settlement', versions: [2], aliases: { live: 2 } },
      runs: () => {
        newStarts += 1;
        return { end: { status: 'FAILED' } };
      },
    });

    const plan = await runCommand(system, 'restart', runOfJob, '--plan');
    const restarted = await runCommand(system, 'restart', runOfJob);

    expect(plan.code).toBe(0);
    expect(plan.stdout).toMatch(/a newer definition exists, .* the redrive does not use it/);
    expect(plan.stdout).toContain('nothing has been started');
    expect(restarted.code).toBe(0);
    expect(newStarts).toBe(0);
    expect(system.aws.workloads.calls).toMatchObject({ StartExecution: 1, RedriveExecution: 1 });
  });

  test('submits an array as a whole, under the next name', async () => {
    await using system = await startLaunchSystem(assembly.directory, () => ({
      jil: [{ name: 'test.jil', text: jil }],
    }));
    const { workloads } = system.aws;
    const params = [...date, '--param', 'parts=3'];
    workloads.define({ jobQueue: 'night' });
    workloads.define({
      ...{ jobDefinition: 'risk', revision: 7 },
      runs: ({ jobName }) => ({
        attempts: [{ runningFor: 200 }],
        children: [{ attempts: [{ runningFor: 200, exitCode: jobName === runOfJob ? 7 : 0 }] }],
      }),
    });

    const first = await runWith(system, ofJob, ['run', 'risk-eod', ...params, ...noLog]);
    const plan = await runCommand(system, 'restart', runOfJob, ...params, '--plan');
    const restarted = await runCommand(system, 'restart', runOfJob, ...params);

    expect(first.code).toBe(7);
    expect(plan.stdout).toMatch(/array job .*all 3 children, also those that have succeeded/);
    expect(restarted.code).toBe(0);
    expect(restarted.stdout).toContain(`run ${runOfJob}-a2 `);
    expect(workloads.calls).toMatchObject({ SubmitJob: 2 });
  });
});

/** Waits until the job has one of the statuses. */
async function untilStatus(
  { instance }: Emulator,
  statuses: readonly string[],
  job = 'NIGHT_EOD',
): Promise<string> {
  for (let check = 0; check < 600; check += 1) {
    const status = instance.job(job)?.status ?? 'INACTIVE';
    if (statuses.includes(status)) return status;
    await sleep(50);
  }
  throw new Error(`${job} is ${instance.job(job)?.status}, expected ${statuses.join(' or ')}`);
}

/** Both worlds with an AutoSys that executes the job, and the text of its spool file. */
async function startJobSystem(
  options: string,
  execute: Partial<ExecuteOptions> = {},
  shape: Shape = 'exec',
) {
  const system = await startLaunchSystem(assembly.directory, ({ folder }) => ({
    jil: [{ name: 'test.jil', text: toJil(folder, options, shape) }],
    execute: { machines: ['agent-1'], ...execute },
  }));
  const { folder, url, caPath, loginPath } = system;
  writeFileSync(
    join(folder, 'profile'),
    `export AUTOSYS_BRIDGE_URL=${url} AUTOSYS_BRIDGE_CA=${caPath} AUTOSYS_BRIDGE_LOGIN_FILE=${loginPath}\n`,
  );
  const readSpool = () => {
    const spool = join(folder, 'NIGHT_EOD.out');
    return existsSync(spool) ? readFileSync(spool, 'utf8') : '';
  };
  const send = (kind: 'STARTJOB' | 'KILLJOB') =>
    system.autosys.instance.queue({ kind, job: parseJobName('NIGHT_EOD') });
  return Object.assign(system, { readSpool, send });
}

describe('a job that runs the built command', () => {
  test('is SUCCESS when the execution has succeeded', async () => {
    await using system = await startJobSystem('settlement --param date=2026-11-30');
    system.aws.workloads.define({
      stateMachine: 'settlement',
      versions: [1],
      aliases: { live: 1 },
    });
    system.send('STARTJOB');

    expect(await untilStatus(system.autosys, ['SUCCESS', 'FAILURE', 'TERMINATED'])).toBe('SUCCESS');
    expect(system.readSpool()).toContain('exit code 0');
    expect(system.aws.workloads.calls).toMatchObject({ StartExecution: 1 });
  });

  test('ends with the exit code of its target', async () => {
    await using system = await startJobSystem('settlement --param date=2026-11-30');
    system.aws.workloads.define({
      stateMachine: 'settlement',
      versions: [1],
      aliases: { live: 1 },
      runs: { end: { status: 'FAILED', error: 'Rates.NoData', cause: 'no rates for 2026-11-30' } },
    });
    system.send('STARTJOB');

    expect(await untilStatus(system.autosys, ['SUCCESS', 'FAILURE', 'TERMINATED'])).toBe('FAILURE');
    expect(system.autosys.instance.job('NIGHT_EOD')?.run.exitCode).toBe(4);
    expect(system.readSpool()).toContain('Rates.NoData');
  });

  test('ends with 65 without a start when a parameter is invalid', async () => {
    await using system = await startJobSystem('settlement --param date=tomorrow');
    system.send('STARTJOB');

    expect(await untilStatus(system.autosys, ['SUCCESS', 'FAILURE', 'TERMINATED'])).toBe('FAILURE');
    expect(system.autosys.instance.job('NIGHT_EOD')?.run.exitCode).toBe(65);
    expect(system.aws.workloads.calls).toEqual({});
  });
});

/** Whether the command replaces the shell of the agent, or is its child. */
type Shape = 'exec' | 'child';

function toJil(folder: string, options: string, shape: Shape): string {
  const command = `"${process.execPath}" "${bundle}" run ${options}`;
  return `
insert_job: NIGHT_EOD  job_type: CMD  machine: agent-1
command: ${shape === 'exec' ? `exec ${command}` : `${command}; exit $?`}
profile: ${folder}/profile
std_out_file: >${folder}/$AUTO_JOB_NAME.out
std_err_file: >>${folder}/$AUTO_JOB_NAME.out
`;
}

describe('KILLJOB', () => {
  const untilStopped = {
    ...{ stateMachine: 'settlement', versions: [1], aliases: { live: 1 } },
    runs: { steps: [{ kind: 'wait', state: 'Work', for: 'untilStopped' }] },
  } as const;

  /** Starts the job, kills it once AWS has the execution, and returns the end of both. */
  async function kill(execute: Partial<ExecuteOptions>, shape: Shape) {
    await using system = await startJobSystem('settlement --param date=2026-11-30', execute, shape);
    const { workloads } = system.aws;
    workloads.define(untilStopped);
    system.send('STARTJOB');
    await until(() => workloads.runs.some(({ status }) => status === 'RUNNING'));
    await until(() => system.readSpool().includes('RUNNING'));
    system.send('KILLJOB');
    await until(() => workloads.runs.every(({ status }) => status !== 'RUNNING'));
    const job = await untilStatus(system.autosys, ['SUCCESS', 'FAILURE', 'TERMINATED']);
    return { job, runs: workloads.runs.map(({ status }) => status), spool: system.readSpool() };
  }

  test.for([
    { when: 'the group gets SIGINT', execute: {}, shape: 'exec' },
    { when: 'the group gets SIGTERM', execute: { killSignals: [15] }, shape: 'exec' },
    {
      when: 'the shell alone dies',
      execute: { killSignals: [9], killTarget: 'shell' },
      shape: 'child',
    },
    {
      when: 'a Windows agent ends the shell',
      execute: { killSignals: 'terminate' },
      shape: 'child',
    },
  ] as const)('stops the execution when $when', async ({ execute, shape }) => {
    const { job, runs, spool } = await kill(execute, shape);

    expect(job).toBe('TERMINATED');
    expect(runs).toEqual(['ABORTED']);
    expect(spool).toContain('asking the bridge to stop run NIGHT_EOD-r1t1-ACE');
  });
});

/** Waits until a condition holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let check = 0; check < 600 && !holds(); check += 1) await sleep(50);
  if (!holds()) throw new Error(`not within 30 s: ${holds}`);
}
