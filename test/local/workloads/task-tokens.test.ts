import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import type { DirectInvocation, ExecutionPlan, InvokeStep } from '../../../local/index.ts';
import { executionArn, startPlannedAws, stateMachineArn } from './planned-aws.ts';

const night = executionArn('night', 'run-1');
const role = 'arn:aws:iam::111122223333:role/night';
const requestFunction = 'arn:aws:lambda:eu-west-1:111122223333:function:request:ledger-team';

const load: InvokeStep = {
  kind: 'invoke',
  state: 'Load',
  functionName: requestFunction,
  payload: {
    action: 'runJob',
    'job.$': '$.job',
    'token.$': '$$.Task.Token',
    context: {
      'execution.$': '$$.Execution.Id',
      'redrive.$': '$$.Execution.RedriveCount',
      'state.$': '$$.State.Name',
      'entered.$': '$$.State.EnteredTime',
      'retry.$': '$$.State.RetryCount',
    },
  },
  waitForTaskToken: true,
  heartbeatSeconds: 300,
  timeoutSeconds: 900,
};
const read: InvokeStep = {
  ...{ kind: 'invoke', state: 'Read', functionName: requestFunction },
  payload: { action: 'jobStatus', job: 'LOAD_LEDGER' },
};

type Answer = Awaited<ReturnType<Parameters<Workloads['invokeWith']>[0]>>;
type Workloads = Awaited<ReturnType<typeof startPlannedAws>>['workloads'];
const waiting: Answer = { kind: 'answered', payload: '{"waiting":true}', executedVersion: '1' };
const failed = (errorType: string): Answer => ({
  ...{ kind: 'failed', executedVersion: '1' },
  functionError: { errorType, errorMessage: 'found FAILURE', trace: [] },
});

/** An execution that has called a function, which answers as the test says. */
async function startNight(
  steps: ExecutionPlan['steps'],
  {
    answer = () => waiting,
    ...plan
  }: Partial<ExecutionPlan> & { readonly answer?: (call: number) => Answer } = {},
) {
  const aws = await startPlannedAws();
  const { workloads, sfn, clock } = aws;
  const invocations: (DirectInvocation & { readonly at: number })[] = [];
  workloads.invokeWith((invocation) => {
    invocations.push({ ...invocation, at: clock.now() });
    return Promise.resolve(answer(invocations.length));
  });
  workloads.define({
    stateMachine: 'night',
    roleArn: role,
    runs: { ...(steps && { steps }), end: { status: 'SUCCEEDED', outputOf: 'Load' }, ...plan },
  });
  const start = { stateMachineArn: stateMachineArn('night'), name: 'run-1' };
  await sfn.send(new StartExecutionCommand({ ...start, input: '{"job":"LOAD_LEDGER"}' }));
  await clock.advance(0);
  return {
    ...aws,
    invocations,
    payloads: () => invocations.map(({ payload }) => JSON.parse(payload)),
    token: (at = -1) => workloads.waitingTasks.at(at)?.token ?? '',
    describe: () => sfn.send(new DescribeExecutionCommand({ executionArn: night })),
    types: async () => (await historyOf(aws)).map(({ type }) => type),
    eventsOf: async (...types: string[]) =>
      (await historyOf(aws)).filter(({ type = '' }) => types.includes(type)),
    succeed: (taskToken: string, output = '{"status":"SUCCESS"}') =>
      sfn.send(new SendTaskSuccessCommand({ taskToken, output })),
    fail: (taskToken: string, error?: string, cause?: string) =>
      sfn.send(new SendTaskFailureCommand({ taskToken, error, cause })),
    beat: (taskToken: string) => sfn.send(new SendTaskHeartbeatCommand({ taskToken })),
    stop: () => sfn.send(new StopExecutionCommand({ executionArn: night })),
  };
}

async function historyOf({ sfn }: Pick<Awaited<ReturnType<typeof startPlannedAws>>, 'sfn'>) {
  const command = new GetExecutionHistoryCommand({ executionArn: night, maxResults: 1_000 });
  return (await sfn.send(command)).events ?? [];
}

describe('a task that waits for its token', () => {
  test('gets token and context, and the execution goes on with the answer', async () => {
    await using aws = await startNight([load]);
    const token = aws.token();

    await aws.succeed(token, '{"status":"SUCCESS","exitCode":0}');
    await aws.clock.advance(0);

    expect(aws.invocations).toMatchObject([{ functionName: requestFunction, callerArn: role }]);
    expect(aws.payloads()).toEqual([
      {
        ...{ action: 'runJob', job: 'LOAD_LEDGER', token },
        context: {
          ...{ execution: night, redrive: 0, state: 'Load', retry: 0 },
          entered: '2026-01-15T02:00:00.000Z',
        },
      },
    ]);
    expect(await aws.describe()).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"status":"SUCCESS","exitCode":0}',
    });
    expect(await aws.types()).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    const [scheduled, submitted] = await aws.eventsOf('TaskScheduled', 'TaskSubmitted');
    expect(scheduled?.taskScheduledEventDetails).toMatchObject({
      ...{ resourceType: 'lambda', resource: 'invoke.waitForTaskToken' },
      ...{ timeoutInSeconds: 900, heartbeatInSeconds: 300 },
    });
    expect(JSON.parse(submitted?.taskSubmittedEventDetails?.output ?? '')).toMatchObject({
      ...{ ExecutedVersion: '1', Payload: { waiting: true }, StatusCode: 200 },
    });
  });

  test('fails with the error and the cause of SendTaskFailure', async () => {
    await using aws = await startNight([load]);

    await aws.fail(aws.token(), 'AutoSys.JobFailed', 'exit code 3');
    await aws.clock.advance(0);

    const error = { error: 'AutoSys.JobFailed', cause: 'exit code 3' };
    expect(await aws.describe()).toMatchObject({ status: 'FAILED', ...error });
    const [event] = await aws.eventsOf('TaskFailed');
    expect(event?.taskFailedEventDetails).toMatchObject(error);
  });

  test('fails at once with the name of the function error', async () => {
    await using aws = await startNight([load], { answer: () => failed('AutoSys.Rejected') });

    const { status, error, cause } = await aws.describe();
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'AutoSys.Rejected' });
    expect(JSON.parse(cause ?? '')).toMatchObject({ errorMessage: 'found FAILURE' });
    await expect(aws.succeed(aws.token())).rejects.toThrow('Task Timed Out');
  });

  test('can be answered before the function returns', async () => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    await using aws = await startNight([], { end: { status: 'SUCCEEDED' } });
    aws.workloads.invokeWith(() => promise);
    aws.workloads.define({ stateMachine: 'early', runs: { steps: [load] } });
    const start = {
      stateMachineArn: stateMachineArn('early'),
      name: 'run-1',
      input: '{"job":"A"}',
    };
    await aws.sfn.send(new StartExecutionCommand(start));

    await aws.succeed(aws.token());
    resolve(failed('Sandbox.Timedout'));
    await aws.clock.advance(0);

    const executionArnOfStart = executionArn('early', 'run-1');
    const described = new DescribeExecutionCommand({ executionArn: executionArnOfStart });
    expect(await aws.sfn.send(described)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('times out without heartbeats, and not with them', async () => {
    await using aws = await startNight([{ ...load, retry: [{ ErrorEquals: ['States.Timeout'] }] }]);
    const token = aws.token();

    await aws.clock.advance(299_000);
    await aws.beat(token);
    await aws.clock.advance(299_000);
    expect(await aws.eventsOf('TaskTimedOut')).toEqual([]);
    await aws.clock.advance(2_000);

    const [event] = await aws.eventsOf('TaskTimedOut');
    expect(event?.taskTimedOutEventDetails).toMatchObject({ error: 'States.HeartbeatTimeout' });
    await expect(aws.beat(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    // States.Timeout names missing heartbeats too.
    expect(aws.payloads()).toMatchObject([{ context: { retry: 0 } }, { context: { retry: 1 } }]);
    expect(aws.token()).not.toBe(token);
  });

  test('times out although heartbeats come', async () => {
    await using aws = await startNight([load]);
    const token = aws.token();

    for (let minutes = 0; minutes < 14; minutes += 2) {
      await aws.clock.advance(120_000);
      await aws.beat(token);
    }
    await aws.clock.advance(60_000);

    expect(await aws.describe()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    await expect(aws.succeed(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });
});

describe('a token', () => {
  const gone = {
    name: 'TaskTimedOut',
    message: "Task Timed Out: 'Provided task does not exist anymore'",
  };

  test('works once', async () => {
    await using aws = await startNight([load, { ...load, state: 'Again' }]);
    const token = aws.token();

    await aws.succeed(token);
    await aws.clock.advance(0);

    await expect(aws.succeed(token)).rejects.toMatchObject(gone);
    await expect(aws.fail(token)).rejects.toMatchObject(gone);
    await expect(aws.beat(token)).rejects.toMatchObject(gone);
    expect(aws.workloads.waitingTasks.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });

  test('ends with an execution that is aborted', async () => {
    await using aws = await startNight([load]);

    await aws.stop();

    await expect(aws.succeed(aws.token())).rejects.toMatchObject(gone);
    expect(await aws.types()).toEqual(expect.not.arrayContaining(['TaskFailed', 'TaskTimedOut']));
  });

  test('ends with an execution that times out', async () => {
    await using aws = await startNight([load], { timesOutAfterMs: 60_000 });

    await aws.clock.advance(60_000);

    expect(await aws.describe()).toMatchObject({ status: 'TIMED_OUT' });
    await expect(aws.fail(aws.token())).rejects.toMatchObject(gone);
  });

  test('does not exist after its execution was deleted', async () => {
    await using aws = await startNight([load]);

    aws.workloads.forget(night);

    await expect(aws.beat(aws.token())).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
  });

  test('is invalid if Step Functions has not made it, and is in no message', async () => {
    await using aws = await startNight([load]);
    const invalid = { name: 'InvalidToken', message: "Invalid Token: 'Invalid token'" };

    await expect(aws.succeed('guess')).rejects.toMatchObject(invalid);
    await expect(aws.fail('guess')).rejects.toMatchObject(invalid);
    await expect(aws.beat('guess')).rejects.toMatchObject(invalid);
  });

  test('is part of a request that IAM must allow for the state machine', async () => {
    await using aws = await startNight([load]);
    const asked: string[] = [];
    aws.workloads.configure({
      authorize: (action, resource) => {
        asked.push(`${action} ${resource}`);
        return false;
      },
    });

    await expect(aws.succeed(aws.token())).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(aws.beat('guess')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(asked).toEqual([
      `states:SendTaskSuccess ${stateMachineArn('night')}`,
      'states:SendTaskHeartbeat *',
    ]);
  });
});

describe('requests outside of the API model', () => {
  const long = (length: number) => 'x'.repeat(length);

  test.for([
    [
      'SendTaskSuccess',
      { taskToken: '', output: '{}' },
      /'taskToken' failed .* greater than or equal to 1$/,
    ],
    ['SendTaskSuccess', { taskToken: long(2_049), output: '{}' }, /less than or equal to 2048$/],
    ['SendTaskSuccess', { taskToken: 't' }, /Value null at 'output'/],
    ['SendTaskSuccess', { taskToken: 't', output: `"${long(262_143)}"` }, /262144 bytes/],
    ['SendTaskFailure', { taskToken: 't', error: long(257) }, /'error' .* equal to 256$/],
    ['SendTaskFailure', { taskToken: 't', cause: long(32_769) }, /'cause' .* equal to 32768$/],
    ['SendTaskFailure', {}, /Value null at 'taskToken'/],
    ['SendTaskHeartbeat', {}, /Value null at 'taskToken'/],
  ] as const)('%s is refused: %o', async ([operation, request, message]) => {
    await using aws = await startPlannedAws();

    const { status, body } = await aws.call(`AWSStepFunctions.${operation}`, request);

    expect(status).toBe(400);
    expect(body['__type']).toBe('com.amazon.coral.validate#ValidationException');
    expect(body['message']).toMatch(message);
  });

  test('the largest values are accepted', async () => {
    await using aws = await startNight([load, { ...load, state: 'Again' }]);

    await aws.succeed(aws.token(), `"${long(262_142)}"`);
    await aws.clock.advance(0);
    await aws.fail(aws.token(), long(256), long(32_768));
    await aws.clock.advance(0);

    expect(await aws.describe()).toMatchObject({ status: 'FAILED', error: long(256) });
  });

  test('an output that is no JSON leaves the task open', async () => {
    await using aws = await startNight([load]);

    await expect(aws.succeed(aws.token(), '{')).rejects.toMatchObject({ name: 'InvalidOutput' });

    await aws.succeed(aws.token());
    await aws.clock.advance(0);
    expect(await aws.describe()).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('retries', () => {
  const retry = [
    { ErrorEquals: ['AutoSys.Pending'], IntervalSeconds: 10, MaxDelaySeconds: 15, MaxAttempts: 3 },
    { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 },
  ];

  test('come after the delays of the first retrier that names the error', async () => {
    await using aws = await startNight([{ ...load, retry }], {
      answer: (call) => (call <= 3 ? failed('AutoSys.Pending') : waiting),
    });

    await aws.clock.advance(60_000);
    await aws.succeed(aws.token());
    await aws.clock.advance(0);

    const starts = aws.invocations.map(({ at }) => (at - Date.UTC(2026, 0, 15, 2)) / 1_000);
    expect(starts).toEqual([0, 10, 25, 40]);
    const contexts = aws.payloads().map(({ context }) => context);
    expect(contexts.map((context) => context.retry)).toEqual([0, 1, 2, 3]);
    // A retry does not enter the state again.
    expect(new Set(contexts.map((context) => context.entered)).size).toBe(1);
    expect(await aws.describe()).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('end with the last attempt of the retrier', async () => {
    await using aws = await startNight([{ ...load, retry }], {
      answer: () => failed('AutoSys.JobFailed'),
    });

    await aws.clock.advance(60_000);

    expect(aws.invocations).toHaveLength(2);
    expect(await aws.describe()).toMatchObject({ status: 'FAILED', error: 'AutoSys.JobFailed' });
  });

  test('States.TaskFailed does not name a timeout', async () => {
    await using aws = await startNight([{ ...load, retry: retry.slice(1) }]);

    await aws.clock.advance(900_000);

    expect(aws.invocations).toHaveLength(1);
    expect(await aws.describe()).toMatchObject({ error: 'States.HeartbeatTimeout' });
  });
});

describe('an invoked function without a token', () => {
  const answered: Answer = { kind: 'answered', payload: '{"run":7}', executedVersion: '1' };

  test('answers within the output of lambda:invoke, or as the output itself', async () => {
    await using aws = await startNight(
      [
        { ...read, state: 'Load' },
        { ...read, integration: 'arn' },
      ],
      { answer: () => answered, end: { status: 'SUCCEEDED', outputOf: 'Read' } },
    );

    expect(await aws.describe()).toMatchObject({ status: 'SUCCEEDED', output: '{"run":7}' });
    const [succeeded] = await aws.eventsOf('TaskSucceeded');
    const { output } = succeeded?.taskSucceededEventDetails ?? {};
    expect(JSON.parse(output ?? '')).toMatchObject({ Payload: { run: 7 }, StatusCode: 200 });
    expect(await aws.types()).toContain('LambdaFunctionSucceeded');
  });

  test('fails with the error of a refused call', async () => {
    await using aws = await startNight([read], {
      answer: () => ({
        ...{ kind: 'refused', error: 'AccessDeniedException', status: 403, message: 'denied' },
      }),
    });

    const { error, cause } = await aws.describe();
    expect(error).toBe('Lambda.AWSLambdaException');
    expect(cause).toMatch(
      /^denied \(Service: AWSLambda; Status Code: 403; Error Code: AccessDenied/,
    );
  });

  test('fails if a path of its payload finds nothing', async () => {
    await using aws = await startNight([{ ...read, payload: { 'token.$': '$$.Task.Token' } }]);

    expect(await aws.describe()).toMatchObject({ error: 'States.ParameterPathFailure' });
    expect(aws.invocations).toEqual([]);
  });

  test('can fail without ending the execution', async () => {
    await using aws = await startNight([{ ...load, onFailure: 'continue' }], {
      answer: () => failed('AutoSys.Rejected'),
    });

    expect(await aws.describe()).toMatchObject({
      status: 'SUCCEEDED',
      output: expect.stringContaining('"Error":"AutoSys.Rejected"'),
    });
  });
});

test('a redrive enters the state again, with retry count 0 and a new token', async () => {
  await using aws = await startNight([load], {
    answer: (call) => (call === 1 ? failed('A') : waiting),
  });
  await aws.clock.advance(5_000);

  await aws.sfn.send(new RedriveExecutionCommand({ executionArn: night }));
  await aws.clock.advance(0);
  await aws.succeed(aws.token());
  await aws.clock.advance(0);

  expect(aws.payloads()).toMatchObject([
    { context: { redrive: 0, retry: 0, entered: '2026-01-15T02:00:00.000Z' } },
    { context: { redrive: 1, retry: 0, entered: '2026-01-15T02:00:05.000Z' } },
  ]);
  expect(await aws.describe()).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
});

test('the iterations of an inline Map state enter a state at once, each with its index', async () => {
  const payload = { ...load.payload, 'item.$': '$$.Map.Item.Index' };
  const iteration = [{ ...load, payload }];
  await using aws = await startNight([{ kind: 'map', state: 'Each', items: 3, iteration }]);

  for (const { token } of aws.workloads.waitingTasks) await aws.succeed(token);
  await aws.clock.advance(0);

  expect(aws.payloads().map(({ item }) => item)).toEqual([0, 1, 2]);
  expect(new Set(aws.payloads().map(({ context }) => context.entered)).size).toBe(1);
  expect(await aws.describe()).toMatchObject({ status: 'SUCCEEDED' });
  expect(await aws.eventsOf('MapIterationSucceeded')).toHaveLength(3);
});

test.for([
  ['a heartbeat without a token', { waitForTaskToken: false }, /no waitForTaskToken/],
  [
    'a heartbeat that is not before the timeout',
    { timeoutSeconds: 300 },
    /less than timeoutSeconds/,
  ],
  ['a token of a function ARN', { integration: 'arn' }, /arn with waitForTaskToken/],
  ['half a second', { timeoutSeconds: 0.5 }, /whole number of seconds/],
] as const)('a plan with %s is refused', async ([, over, message]) => {
  const { checkInvokeStep } = await import(
    '../../../local/workloads/step-functions/invoke-plan.ts'
  );

  expect(() => checkInvokeStep({ ...load, ...over })).toThrow(message);
});
