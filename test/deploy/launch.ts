import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJobName } from '../../autosys/names.ts';
import type { ApiErrorBody, RunAnswer } from '../../lambda/launch/api.ts';
import { findBridge } from './bridge.ts';
import { createDefinedMachine } from './executions.ts';
import { findLaunchUrl, toLoginHeaders } from './launch-api.ts';
import { agents, type LaunchJob, posting, toPostingDefinitions } from './launch-site.ts';
import { home } from './ministack.ts';
import { run } from './process.ts';
import type { TestSystem } from './test-system.ts';
import { healsWithinMs, until } from './until.ts';

/** Puts the front before the deployed launch API, and stores the login of its caller. */
export async function openLaunchApi(system: TestSystem): Promise<void> {
  const { cloud, front } = system;
  front.forwardTo(await findLaunchUrl(system.cloud, system.ministack.url));
  const { username, password } = agents;
  await cloud.secrets.createSecret({
    Name: agents.secret,
    SecretString: JSON.stringify({ username, password }),
  });
  for (const [name, definition] of Object.entries(toPostingDefinitions())) {
    await createDefinedMachine(system, name, definition);
  }
}

/**
 * AutoSys jobs run the command. The executions end them with their exit codes; a wrong login is
 * refused by the authorizer, and nothing is started.
 */
export async function runLaunchJobs(system: TestSystem): Promise<void> {
  const { agentHost } = system;
  const jobs = ['POSTING_GOOD', 'POSTING_BAD', 'POSTING_STRANGER'] as const;
  for (const job of jobs) await send(system, 'STARTJOB', job);
  const [good, bad, stranger] = await Promise.all(jobs.map((job) => untilEnded(system, job)));

  assert.deepEqual(good, { status: 'SUCCESS', exitCode: 0 }, agentHost.readSpool('POSTING_GOOD'));
  assert.deepEqual(bad, { status: 'FAILURE', exitCode: 4 }, agentHost.readSpool('POSTING_BAD'));
  assert.match(agentHost.readSpool('POSTING_BAD'), /Posting\.NotBalanced/);
  assert.match(agentHost.readSpool('POSTING_BAD'), /the books differ by 0\.01/);
  assert.deepEqual(
    stranger,
    { status: 'FAILURE', exitCode: 77 },
    agentHost.readSpool('POSTING_STRANGER'),
  );
  const executions = await listExecutions(system, posting.machine);
  assert.deepEqual(executions.map(({ status }) => status).sort(), ['FAILED', 'SUCCEEDED']);
}

/** API Gateway refuses requests itself, in the form of the launch API. No function is asked. */
export async function refuseRequests(system: TestSystem): Promise<void> {
  const url = await findLaunchUrl(system.cloud, system.ministack.url);
  const noLogin = await fetch(`${url}/v1/runs/none`);
  assert.equal(noLogin.status, 401);
  assert.equal(noLogin.headers.get('www-authenticate'), 'Basic realm="autosys-bridge"');
  assert.equal(((await noLogin.json()) as ApiErrorBody).code, 'WRONG_LOGIN');

  const noCall = await fetch(`${url}/v2/runs`, { headers: toLoginHeaders() });
  assert.equal(noCall.status, 404);
  assert.equal(((await noCall.json()) as ApiErrorBody).code, 'UNKNOWN_CALL');
}

/**
 * The built command plans the restart of the failed run, which starts nothing, and restarts it under
 * the next name. The state machine fails again, and the command ends with its exit code.
 */
export async function restartLaunch(system: TestSystem): Promise<void> {
  const spool = system.agentHost.readSpool('POSTING_BAD');
  const name = /POSTING_BAD-r\d+t1-ACE/.exec(spool)?.[0] ?? '';
  const before = await listExecutions(system, posting.machine);

  const plan = await runCommand(system, ['restart', name, '--again', '--plan']);
  const planned = await listExecutions(system, posting.machine);
  const restarted = await runCommand(system, ['restart', name, '--again']);

  assert.equal(plan.code, 0, plan.output);
  assert.match(plan.output, /nothing has been started/);
  assert.equal(planned.length, before.length);
  assert.equal(restarted.code, 4, restarted.output);
  assert.match(restarted.output, new RegExp(`${name}-a2[^]*Posting\\.NotBalanced`));
  const executions = await listExecutions(system, posting.machine);
  assert.equal(executions.length, before.length + 1);
  assert.ok(executions.some((one) => one.name === `${name}-a2`));
}

/** Runs the built command with the settings of the agents. */
async function runCommand({ agentHost }: TestSystem, argv: readonly string[]) {
  const { profile, directory } = agentHost;
  const script = '. "$0" && exec autosys-bridge "$@"';
  return await run('sh', ['-c', script, profile, ...argv], {
    ...{ cwd: directory, withinMs: healsWithinMs },
    env: { PATH: '/usr/bin:/bin' },
  });
}

/**
 * AutoSys kills a job. Its run is stopped, and the execution that the run has started with a plain
 * `startExecution` is found in the history and stopped too, by the sweep.
 */
export async function killLaunchJob(system: TestSystem): Promise<void> {
  const { cloud, agentHost } = system;
  await send(system, 'STARTJOB', 'POSTING_LONG');
  const leg = await until(
    'the run to start its child',
    async () => (await listExecutions(system, posting.leg))[0],
    healsWithinMs,
  );
  const parent = await until(
    'the command to print the name of the run',
    () => /POSTING_LONG-r\d+t1-ACE/.exec(agentHost.readSpool('POSTING_LONG'))?.[0],
    30_000,
  );
  assert.equal(leg.status, 'RUNNING');

  await send(system, 'KILLJOB', 'POSTING_LONG');
  assert.equal((await untilEnded(system, 'POSTING_LONG')).status, 'TERMINATED');
  const stop = await untilProven(system, parent);

  assert.deepEqual(stop.remaining, []);
  const execution = `arn:aws:states:${home.region}:${home.account}:execution:${posting.machine}:${parent}`;
  for (const executionArn of [execution, leg.executionArn]) {
    const { status, error, cause } = await cloud.states.describeExecution({ executionArn });
    assert.deepEqual({ status, error }, { status: 'ABORTED', error: 'AutoSys.Stopped' });
    assert.match(cause ?? '', /^stopped for agents \(kill\): SIGINT received$/);
  }
}

/** Invokes the sweep until the stop is proven. The schedule would do it within two minutes. */
async function untilProven(system: TestSystem, run: string) {
  const { cloud } = system;
  const { sweep } = await findBridge(cloud);
  return await until(
    `the stop of ${run} to be proven`,
    async () => {
      await cloud.lambda.invoke({ FunctionName: sweep, Payload: new TextEncoder().encode('{}') });
      const { stop } = await readRun(system, run);
      // Ten seconds pass before the sweep asks AWS.
      await sleep(1_000);
      return stop?.state === 'proven' ? stop : undefined;
    },
    healsWithinMs,
  );
}

/** Reads a run through the launch API, as a person does with `curl`. */
async function readRun(system: TestSystem, run: string): Promise<RunAnswer> {
  const response = await fetch(
    `${await findLaunchUrl(system.cloud, system.ministack.url)}/v1/runs/${run}`,
    {
      headers: { ...toLoginHeaders(), accept: 'application/json' },
    },
  );
  if (!response.ok) throw new Error(`GET /v1/runs/${run} answered ${response.status}`);
  return (await response.json()) as RunAnswer;
}

async function listExecutions({ cloud }: TestSystem, machine: string) {
  const { executions = [] } = await cloud.states.listExecutions({
    stateMachineArn: `arn:aws:states:${home.region}:${home.account}:stateMachine:${machine}`,
  });
  return executions;
}

async function send({ operator }: TestSystem, kind: 'STARTJOB' | 'KILLJOB', job: LaunchJob) {
  await operator.sendEvent({ kind, job: parseJobName(job) });
}

async function untilEnded({ autosys }: TestSystem, name: LaunchJob) {
  return await until(
    `${name} to end`,
    () => {
      const job = autosys.instance.job(name);
      const status = job?.status ?? 'INACTIVE';
      const hasEnded = ['SUCCESS', 'FAILURE', 'TERMINATED'].includes(status);
      return hasEnded ? { status, exitCode: job?.run.exitCode } : undefined;
    },
    healsWithinMs,
  );
}
