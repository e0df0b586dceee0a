import { strict as assert } from 'node:assert';
import { findBridge } from './bridge.ts';
import { describeStack } from './cloud.ts';
import { createDefinedMachine } from './executions.ts';
import { home } from './ministack.ts';
import {
  asking,
  dayVariable,
  type RequestJob,
  readDefinition,
  requestEntry,
  successExitCode,
} from './request-site.ts';
import type { TestSystem } from './test-system.ts';
import { healsWithinMs, until } from './until.ts';

const day = '20261130';

/** The executions that ask, by the job that each of them runs. */
const executions = {
  LOAD_LEDGER: { machine: asking.jsonPath, input: { day } },
  LOAD_RATES: { machine: asking.jsonata, input: { job: 'LOAD_RATES' } },
  LOAD_BAD: { machine: asking.jsonata, input: { job: 'LOAD_BAD' } },
} as const satisfies Partial<Record<RequestJob, { machine: string; input: object }>>;

type AwaitedJob = keyof typeof executions;

/**
 * Executions of the documented state machines ask AutoSys to run jobs (`.waitForTaskToken`), and the
 * jobs run. The executions continue later: {@link continueExecutions}.
 */
export async function askAutosys(system: TestSystem): Promise<void> {
  const { autosys, cloud } = system;
  const aliasArn = `${await findRequestFunction(system)}:${requestEntry}`;
  for (const [language, machine] of [
    ['jsonPath', asking.jsonPath],
    ['jsonata', asking.jsonata],
  ] as const) {
    await createDefinedMachine(system, machine, readDefinition(language, aliasArn));
  }
  for (const [job, { machine, input }] of Object.entries(executions)) {
    await start(system, { machine, name: toName(job), input });
  }
  const hasRun = (job: RequestJob, status: string) =>
    until(`${job} to end`, () => autosys.instance.job(job)?.status === status, healsWithinMs);
  await Promise.all([
    hasRun('LOAD_LEDGER', 'SUCCESS'),
    hasRun('LOAD_RATES', 'SUCCESS'),
    hasRun('LOAD_BAD', 'FAILURE'),
  ]);
  assert.equal(autosys.instance.globalVariable(dayVariable)?.value, day);
  // As the schedule does within a minute: two readings, 30 s apart, which the failure needs.
  const { wait } = await findBridge(cloud);
  await cloud.lambda.invoke({ FunctionName: wait, InvocationType: 'Event', Payload: encode({}) });
}

/** The executions continue with the exit codes of their jobs; the one whose job failed, fails. */
export async function continueExecutions(system: TestSystem): Promise<void> {
  const { autosys } = system;
  const [ledger, rates, bad] = await Promise.all([
    untilEnded(system, 'LOAD_LEDGER'),
    untilEnded(system, 'LOAD_RATES'),
    untilEnded(system, 'LOAD_BAD'),
  ]);

  const { run: number } = autosys.instance.job('LOAD_LEDGER')?.run ?? {};
  const run = { status: 'SUCCESS', exitCode: successExitCode, run: number, try: 1 };
  const { load, ...input } = readOutput(ledger);
  assert.deepEqual(input, { day });
  assert.deepEqual({ ...load, startedAt: '', endedAt: '' }, { ...run, startedAt: '', endedAt: '' });
  // The state Read asks for the job of the documentation, whichever job Load has run.
  assert.partialDeepStrictEqual(readOutput(rates), { job: 'LOAD_LEDGER', ...run });
  assert.equal(await readExit(system, 'LOAD_RATES', 'Load'), String(successExitCode));
  assert.deepEqual([bad.status, bad.error], ['FAILED', 'AutoSys.JobFailed']);
  assert.match(bad.cause ?? '', /LOAD_BAD.*exit code 7/);
  for (const job of Object.keys(executions)) {
    assert.equal(autosys.instance.job(job)?.history.length, 1, `${job} ran once`);
  }
  assert.equal(autosys.unsupported(), 0);
}

/**
 * The function refuses what the entry does not allow, and an invocation without an alias. With
 * `lambda:invoke`, because MiniStack ignores an error under a token. There is no policy that refuses
 * the caller before the function does (`gaps.ts`).
 */
export async function refuseCallers(system: TestSystem): Promise<void> {
  const { autosys } = system;
  const functionArn = await findRequestFunction(system);
  const ask = {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { 'FunctionName.$': '$.function', 'Payload.$': '$.payload' },
    End: true,
  };
  await createDefinedMachine(system, 'stranger', { StartAt: 'Ask', States: { Ask: ask } });
  const refused = {
    otherJob: {
      input: {
        function: `${functionArn}:${requestEntry}`,
        payload: { action: 'runJob', job: 'PAY_OUT', key: 'stranger' },
      },
      cause: /AutoSys\.NotAllowed.*PAY_OUT/,
    },
    noAlias: {
      input: { function: functionArn, payload: { action: 'jobStatus', job: 'LOAD_LEDGER' } },
      cause: /AutoSys\.NotAllowed.*without an alias/,
    },
  };
  for (const [name, { input, cause }] of Object.entries(refused)) {
    await start(system, { machine: 'stranger', name, input });
    const ended = await untilOver(system, toExecutionArn('stranger', name));
    assert.equal(ended.status, 'FAILED');
    assert.match(ended.cause ?? '', cause);
  }
  assert.equal(autosys.instance.job('PAY_OUT')?.history.length, 0);
}

async function findRequestFunction({ cloud }: TestSystem): Promise<string> {
  const { outputs } = await describeStack(cloud);
  const arn = outputs.get('RequestFunctionArn');
  if (arn === undefined) throw new Error('the stack has no output RequestFunctionArn');
  return arn;
}

async function start(
  { cloud }: TestSystem,
  of: { readonly machine: string; readonly name: string; readonly input: object },
): Promise<void> {
  await cloud.states.startExecution({
    stateMachineArn: `arn:aws:states:${home.region}:${home.account}:stateMachine:${of.machine}`,
    name: of.name,
    input: JSON.stringify(of.input),
  });
}

async function untilEnded(system: TestSystem, job: AwaitedJob) {
  return await untilOver(system, toExecutionArn(executions[job].machine, toName(job)));
}

async function untilOver({ cloud }: TestSystem, executionArn: string) {
  return await until(
    `${executionArn} to end`,
    async () => {
      const execution = await cloud.states.describeExecution({ executionArn });
      return execution.status !== 'RUNNING' && execution;
    },
    healsWithinMs,
  );
}

/** Output of a state, as the history has it. */
async function readExit({ cloud }: TestSystem, job: AwaitedJob, state: string) {
  const executionArn = toExecutionArn(executions[job].machine, toName(job));
  const { events = [] } = await cloud.states.getExecutionHistory({ executionArn });
  const exits = events.map(({ stateExitedEventDetails }) => stateExitedEventDetails);
  return exits.find((exit) => exit?.name === state)?.output;
}

function readOutput(execution: Awaited<ReturnType<typeof untilOver>>) {
  const { status, output = '{}', error, cause } = execution;
  assert.equal(status, 'SUCCEEDED', `${error}: ${cause}`);
  return JSON.parse(output);
}

function toExecutionArn(machine: string, name: string): string {
  return `arn:aws:states:${home.region}:${home.account}:execution:${machine}:${name}`;
}

function toName(job: string): string {
  return job.toLowerCase();
}

function encode(payload: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(payload));
}
