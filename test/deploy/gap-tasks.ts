import type { Cloud } from './cloud.ts';
import { home } from './ministack.ts';
import { until } from './until.ts';

/** True when a state fails at once if its function fails, although it waits under a token. */
export async function failsUnderTokens(cloud: Cloud): Promise<boolean> {
  const executionArn = await run(cloud, 'gap-token-error', {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: { FunctionName: toFunctionArn('gap-none'), Payload: {} },
    TimeoutSeconds: 3,
    End: true,
  });
  return (await untilOver(cloud, executionArn)).error !== 'States.Timeout';
}

/** True when a token is of no use after its execution was stopped. */
export async function endsTokens(cloud: Cloud): Promise<boolean> {
  const { executionArn, taskToken } = await waitUnderToken(cloud, 'gap-token-stop');
  await cloud.states.stopExecution({ executionArn });
  return (await nameError(cloud.states.sendTaskHeartbeat({ taskToken }))) !== undefined;
}

/** True when the answer to a state whose time is over is TaskTimedOut. */
export async function namesTimedOutTasks(cloud: Cloud): Promise<boolean> {
  const task = await waitUnderToken(cloud, 'gap-token-late', { TimeoutSeconds: 1 });
  await untilOver(cloud, task.executionArn);
  const { taskToken } = task;
  return (await nameError(cloud.states.sendTaskHeartbeat({ taskToken }))) === 'TaskTimedOut';
}

/** True when a text that is no token is refused as invalid. */
export async function rejectsInvalidTokens({ states }: Cloud): Promise<boolean> {
  const name = await nameError(states.sendTaskHeartbeat({ taskToken: 'no token' }));
  return name === 'InvalidToken';
}

/** True when an output that is no JSON is refused. */
export async function rejectsInvalidOutputs(cloud: Cloud): Promise<boolean> {
  const { taskToken } = await waitUnderToken(cloud, 'gap-token-output');
  const call = cloud.states.sendTaskSuccess({ taskToken, output: 'no JSON' });
  return (await nameError(call)) !== undefined;
}

/** True when a state without heartbeats fails before its time is over. */
export async function missesHeartbeats(cloud: Cloud): Promise<boolean> {
  const limits = { HeartbeatSeconds: 1, TimeoutSeconds: 4 };
  const { executionArn } = await waitUnderToken(cloud, 'gap-token-heartbeat', limits);
  return (await untilOver(cloud, executionArn)).error !== 'States.Timeout';
}

/** True when the second attempt of a state has another token than the first. */
export async function renewsTokens(cloud: Cloud): Promise<boolean> {
  const error = 'Gap.Again';
  const Retry = [{ ErrorEquals: [error], IntervalSeconds: 1, MaxAttempts: 1 }];
  const first = await waitUnderToken(cloud, 'gap-token-retry', { Retry });
  const { taskToken, QueueUrl } = first;
  await cloud.states.sendTaskFailure({ taskToken, error });
  return (await receive(cloud, QueueUrl)) !== taskToken;
}

/** True when the context object has `$$.Execution.RedriveCount`. */
export async function countsRedrives(cloud: Cloud): Promise<boolean> {
  const executionArn = await run(cloud, 'gap-redrive-count', {
    Type: 'Pass',
    Parameters: { 'count.$': '$$.Execution.RedriveCount' },
    End: true,
  });
  const { output } = await untilOver(cloud, executionArn);
  return output !== undefined && JSON.parse(output).count === 0;
}

/** Starts an execution whose state sends its token to a queue and waits. */
async function waitUnderToken(cloud: Cloud, name: string, fields: object = {}) {
  const { QueueUrl } = await cloud.sqs.createQueue({ QueueName: name });
  const executionArn = await run(cloud, name, {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: { QueueUrl, 'MessageBody.$': '$$.Task.Token' },
    TimeoutSeconds: 60,
    ...fields,
    End: true,
  });
  return { executionArn, QueueUrl, taskToken: await receive(cloud, QueueUrl) };
}

/** Receives a token once. */
async function receive({ sqs }: Cloud, QueueUrl: string | undefined): Promise<string> {
  const message = await until(
    'a token',
    async () => (await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 1 })).Messages?.[0],
    20_000,
  );
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: message.ReceiptHandle });
  return message.Body ?? '';
}

/** Starts an execution of one state. @returns its ARN */
async function run({ states }: Cloud, name: string, state: object): Promise<string> {
  const { stateMachineArn } = await states.createStateMachine({
    name,
    roleArn: `arn:aws:iam::${home.account}:role/gap`,
    definition: JSON.stringify({ StartAt: 'Only', States: { Only: state } }),
  });
  const { executionArn = '' } = await states.startExecution({ stateMachineArn });
  return executionArn;
}

async function untilOver({ states }: Cloud, executionArn: string) {
  return await until(
    `${executionArn} to end`,
    async () => {
      const execution = await states.describeExecution({ executionArn });
      return execution.status !== 'RUNNING' && execution;
    },
    30_000,
  );
}

/** Name of the error of a call. `undefined` if it succeeds. */
async function nameError(call: Promise<unknown>): Promise<string | undefined> {
  return await call.then(
    () => undefined,
    (error) => (error instanceof Error ? error.name : String(error)),
  );
}

function toFunctionArn(name: string): string {
  return `arn:aws:lambda:${home.region}:${home.account}:function:${name}`;
}
