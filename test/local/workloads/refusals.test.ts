import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { executionArn, startPlannedAws, stateMachineArn } from './planned-aws.ts';

const settlement = stateMachineArn('settlement');
const run = executionArn('settlement', 'run-1');
const long = (length: number) => 'x'.repeat(length);

interface Refusal {
  readonly when: string;
  readonly request: object | string;
  readonly code: string;
  readonly message?: string | RegExp;
}

/** Only declared resources exist: a state machine with a running execution, a queue, a definition. */
async function startWithResources() {
  const aws = await startPlannedAws();
  const { workloads, sfn } = aws;
  workloads.define({ stateMachine: 'settlement', versions: [1], aliases: { PROD: 1 } });
  workloads.define({ stateMachine: 'secret', encryption: { callerMayUseKey: false } });
  workloads.define({ stateMachine: 'fast', type: 'EXPRESS' });
  workloads.define({ stateMachine: 'going', status: 'DELETING' });
  workloads.define({ jobQueue: 'night' });
  workloads.define({ jobQueue: 'closed', state: 'DISABLED' });
  workloads.define({ jobDefinition: 'risk' });
  workloads.define({ jobDefinition: 'old', status: 'INACTIVE' });
  workloads.writeLog('/aws/batch/job', 'risk/default/1', ['a']);
  await sfn.send(new StartExecutionCommand({ stateMachineArn: settlement, name: 'run-1' }));
  const secret = { stateMachineArn: stateMachineArn('secret'), name: 'run-1' };
  await sfn.send(new StartExecutionCommand(secret));
  return aws;
}

const invalidArn = (key: string, type: string): readonly Refusal[] => [
  {
    ...{ when: `no ${key}`, request: {}, code: 'ValidationException' },
    message: `1 validation error detected: Value null at '${key}' failed to satisfy constraint: Member must not be null`,
  },
  {
    ...{ when: `a ${key} that is no ARN`, request: { [key]: 'settlement' }, code: 'InvalidArn' },
    message: "Invalid Arn: 'Invalid ARN prefix: settlement'",
  },
  {
    ...{ when: `a ${key} of another type`, request: { [key]: wrongType(type) } },
    ...{ code: 'InvalidArn', message: /^Invalid Arn: 'Resource type not valid in this context: / },
  },
  {
    ...{ when: `a ${key} that is not a text`, request: { [key]: 7 } },
    ...{
      code: 'SerializationException',
      message: `${key}: found a value of type number, allowed: a string`,
    },
  },
  { when: 'a body that is no JSON object', request: '[', code: 'SerializationException' },
];

function wrongType(type: string) {
  return type === 'stateMachine' ? run : settlement;
}

const ofExecution = (over: object = {}): readonly Refusal[] => [
  ...invalidArn('executionArn', 'execution'),
  {
    when: 'an unknown execution',
    request: { executionArn: executionArn('settlement', 'none'), ...over },
    code: 'ExecutionDoesNotExist',
    message: `Execution Does Not Exist: '${executionArn('settlement', 'none')}'`,
  },
];

const ofStateMachine: readonly Refusal[] = [
  ...invalidArn('stateMachineArn', 'stateMachine'),
  ...[stateMachineArn('none'), `${settlement}:TEST`, `${settlement}:2`].map((arn) => ({
    when: `the undeclared ${arn.split(':stateMachine:')[1]}`,
    request: { stateMachineArn: arn },
    code: 'StateMachineDoesNotExist',
    message: `State Machine Does Not Exist: '${arn}'`,
  })),
  {
    when: 'a state of a Distributed Map',
    request: { stateMachineArn: `${settlement}/Each` },
    code: 'ValidationException',
  },
];

const pageSize = (key: string, over: object): Refusal => ({
  ...{ when: 'a page of more than 1,000', request: { ...over, maxResults: 1_001 } },
  ...{ code: 'ValidationException', message: new RegExp(`${key}.* less than or equal to 1000$`) },
});

const token = (over: object): Refusal => ({
  ...{ when: 'an unknown token', request: { ...over, nextToken: 'none' } },
  ...{ code: 'InvalidToken', message: "Invalid Token: 'none'" },
});

const secretRun = { executionArn: executionArn('secret', 'run-1') };

const stepFunctions: Readonly<Record<string, readonly Refusal[]>> = {
  StartExecution: [
    ...ofStateMachine,
    ...['a b', 'a/b', 'a:b', 'a*', 'a#b', 'a"b', 'a\u0007', 'a\u0085', '\ud83d\ude00'].map(
      (name) => ({
        when: `the name ${JSON.stringify(name)}`,
        request: { stateMachineArn: settlement, name },
        code: 'InvalidName',
        message: `Invalid Name: '${name}'`,
      }),
    ),
    ...[long(81), ''].map((name) => ({
      when: `a name of ${name.length} characters`,
      request: { stateMachineArn: settlement, name },
      code: 'ValidationException',
      message: /'name' failed to satisfy constraint: Member must have length/,
    })),
    ...['{', '', 'not json', "{'a':1}"].map((input) => ({
      when: `the input ${JSON.stringify(input)}`,
      request: { stateMachineArn: settlement, input },
      code: 'InvalidExecutionInput',
      message: /^Invalid State Machine Execution Input: /,
    })),
    {
      when: 'an input of more than 262,144 bytes',
      request: { stateMachineArn: settlement, input: JSON.stringify('ä'.repeat(131_072)) },
      code: 'ValidationException',
      message: `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have size less than or equal to 262144 bytes in UTF-8 encoding`,
    },
    {
      when: 'a state machine that is being deleted',
      request: { stateMachineArn: stateMachineArn('going') },
      code: 'StateMachineDeleting',
    },
    {
      when: 'another input for the name of a running execution',
      request: { stateMachineArn: settlement, name: 'run-1', input: '{"a":1}' },
      code: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${run}'`,
    },
    {
      when: 'a bad name of an unknown state machine, the state machine first',
      request: { stateMachineArn: stateMachineArn('none'), name: 'a b', input: '{' },
      code: 'StateMachineDoesNotExist',
    },
  ],
  StopExecution: [
    ...ofExecution(),
    ...[{ error: long(257) }, { cause: long(32_769) }].map((data) => ({
      when: `a long ${Object.keys(data)[0]}`,
      request: { executionArn: run, ...data },
      code: 'ValidationException',
      message: /^1 validation error detected: Value at '(?:error|cause)' failed/,
    })),
    {
      when: 'a cause without the key of the state machine',
      request: { ...secretRun, cause: 'killed' },
      code: 'KmsAccessDeniedException',
    },
  ],
  RedriveExecution: [
    ...ofExecution(),
    {
      when: 'a token of 65 characters',
      request: { executionArn: run, clientToken: long(65) },
      code: 'ValidationException',
    },
    {
      when: 'a token with a space',
      request: { executionArn: run, clientToken: 'a b' },
      code: 'ValidationException',
    },
    {
      when: 'a running execution',
      request: { executionArn: run },
      code: 'ExecutionNotRedrivable',
      message: 'Execution is RUNNING and cannot be redriven',
    },
  ],
  DescribeExecution: [
    ...ofExecution(),
    {
      when: 'an Express execution',
      request: { executionArn: `${settlement.replace('stateMachine', 'express')}:run-1:1` },
      code: 'InvalidArn',
      message: "Invalid Arn: 'Resource type not valid in this context: express'",
    },
    {
      when: 'unknown data to include',
      request: { executionArn: run, includedData: 'SOME' },
      code: 'ValidationException',
      message: /enum value set: \[ALL_DATA, METADATA_ONLY\]$/,
    },
    { when: 'no key for all data', request: secretRun, code: 'KmsAccessDeniedException' },
  ],
  DescribeStateMachine: [
    ...ofStateMachine,
    {
      when: 'no key for the definition',
      request: { stateMachineArn: stateMachineArn('secret') },
      code: 'KmsAccessDeniedException',
    },
  ],
  DescribeStateMachineForExecution: [
    ...ofExecution(),
    {
      when: 'an unknown includedData',
      request: { executionArn: run, includedData: 'NONE' },
      code: 'ValidationException',
      message: /enum value set: \[ALL_DATA, METADATA_ONLY\]$/,
    },
    { when: 'no key for the definition', request: secretRun, code: 'KmsAccessDeniedException' },
  ],
  ListStateMachines: [
    { when: 'a page of 1,001', request: { maxResults: 1_001 }, code: 'ValidationException' },
    { when: 'an unknown token', request: { nextToken: 'none' }, code: 'InvalidToken' },
  ],
  ListExecutions: [
    ...ofStateMachine.filter(({ request }) => JSON.stringify(request) !== '{}'),
    { when: 'neither state machine nor Map Run', request: {}, code: 'ValidationException' },
    {
      when: 'both state machine and Map Run',
      request: { stateMachineArn: settlement, mapRunArn: 'arn' },
      code: 'ValidationException',
    },
    {
      when: 'an unknown Map Run',
      request: { mapRunArn: `${settlement.replace('stateMachine', 'mapRun')}/Each:1` },
      code: 'ResourceNotFound',
    },
    {
      when: 'an Express state machine',
      request: { stateMachineArn: stateMachineArn('fast') },
      code: 'StateMachineTypeNotSupported',
    },
    {
      when: 'PENDING_REDRIVE of a state machine',
      request: { stateMachineArn: settlement, statusFilter: 'PENDING_REDRIVE' },
      code: 'ValidationException',
    },
    {
      when: 'a redrive filter for a state machine',
      request: { stateMachineArn: settlement, redriveFilter: 'REDRIVEN' },
      code: 'ValidationException',
    },
    pageSize('maxResults', { stateMachineArn: settlement }),
    token({ stateMachineArn: settlement }),
  ],
  GetExecutionHistory: [
    ...ofExecution(),
    pageSize('maxResults', { executionArn: run }),
    token({ executionArn: run }),
    { when: 'no key for the data', request: secretRun, code: 'KmsAccessDeniedException' },
  ],
  ListMapRuns: [...ofExecution(), token({ executionArn: run })],
  DescribeMapRun: [
    ...invalidArn('mapRunArn', 'mapRun'),
    {
      when: 'an unknown Map Run',
      request: { mapRunArn: `${settlement.replace('stateMachine', 'mapRun')}/Each:1` },
      code: 'ResourceNotFound',
    },
  ],
};

const toCases = (refusals: Readonly<Record<string, readonly Refusal[]>>) =>
  Object.entries(refusals).flatMap(([operation, cases]) =>
    cases.map((one) => ({ operation, ...one })),
  );

describe('Step Functions', () => {
  test.for(toCases(stepFunctions))('$operation refuses $when with $code', async (refusal) => {
    const { operation, request, code, message = /./ } = refusal;
    await using aws = await startWithResources();

    const { status, body } = await aws.call(`AWSStepFunctions.${operation}`, request);

    expect(status).toBe(400);
    expect(String(body['__type'])).toMatch(new RegExp(`^com\\.amazon[\\w.]+#${code}$`));
    if (typeof message === 'string') expect(body['message']).toBe(message);
    else expect(body['message']).toMatch(message);
    expect(aws.workloads.runs).toHaveLength(2);
  });
});

const job = { jobName: 'risk-eod', jobQueue: 'night', jobDefinition: 'risk' };
const submits = (over: object) => ({ ...job, ...over });
const environment = (name: string) => ({ environment: [{ name, value: '1' }] });

const stops: readonly Refusal[] = [
  { when: 'an unknown job', request: { jobId: 'none', reason: 'killed' }, code: 'ClientException' },
  { when: 'no reason', request: { jobId: 'none' }, code: 'ClientException' },
  {
    when: 'a reason of 1,025 characters',
    request: { jobId: 'none', reason: long(1_025) },
    code: 'ClientException',
    message: /less than or equal to 1024/,
  },
];

const batchRefusals: Readonly<Record<string, readonly Refusal[]>> = {
  submitjob: [
    ...['jobName', 'jobQueue', 'jobDefinition'].map((key) => ({
      when: `no ${key}`,
      request: submits({ [key]: undefined }),
      code: 'ClientException',
      message: new RegExp(`Value null at '${key}'`),
    })),
    ...['a b', 'a.b', '-a', long(129)].map((jobName) => ({
      when: `the job name ${jobName.slice(0, 10)}`,
      request: submits({ jobName }),
      code: 'ClientException',
      message:
        /^Error executing request, Exception : Job name should match valid pattern, RequestId: [\w-]{36}$/,
    })),
    {
      when: 'an unknown queue',
      request: submits({ jobQueue: 'none' }),
      code: 'ClientException',
      message: 'JobQueue none not found.',
    },
    { when: 'a closed queue', request: submits({ jobQueue: 'closed' }), code: 'ClientException' },
    ...['none', 'old', 'risk:2'].map((jobDefinition) => ({
      when: `the job definition ${jobDefinition}`,
      request: submits({ jobDefinition }),
      code: 'ClientException',
      message: `JobDefinition name ${jobDefinition} does not exist or is not in ACTIVE status`,
    })),
    ...[{ size: 1 }, { size: 10_001 }, {}].map((arrayProperties) => ({
      when: `an array with ${JSON.stringify(arrayProperties)}`,
      request: submits({ arrayProperties }),
      code: 'ClientException',
      message: /allowed: 2 to 10000/,
    })),
    {
      when: 'an array size that is not a whole number',
      request: submits({ arrayProperties: { size: 2.5 } }),
      code: 'SerializationException',
    },
    {
      when: '21 dependencies',
      request: submits({ dependsOn: Array(21).fill({ jobId: 'a' }) }),
      code: 'ClientException',
      message: /allowed: at most 20/,
    },
    {
      when: 'an unknown dependency',
      request: submits({ dependsOn: [{ jobId: 'none' }] }),
      code: 'ClientException',
    },
    {
      when: 'SEQUENTIAL without an array',
      request: submits({ dependsOn: [{ type: 'SEQUENTIAL' }] }),
      code: 'ClientException',
    },
    ...['AWS_BATCH_JOB_ID', 'AWS_BATCHX'].map((name) => ({
      when: `the variable ${name}`,
      request: submits({ containerOverrides: environment(name) }),
      code: 'ClientException',
      message: new RegExp(`${name}: names may not start with AWS_BATCH`),
    })),
    {
      when: 'a payload of more than 30 KiB',
      request: submits({ parameters: { a: long(31_000) } }),
      code: 'ClientException',
      message: /Job size must be less than 30 KiB, got 31 KiB/,
    },
    {
      when: 'a retry strategy without attempts',
      request: submits({ retryStrategy: {} }),
      code: 'ClientException',
      message: /RetryAttempts must be provided with retry strategy/,
    },
    ...[0, 11].map((attempts) => ({
      when: `${attempts} attempts`,
      request: submits({ retryStrategy: { attempts } }),
      code: 'ClientException',
      message: /allowed: 1 to 10/,
    })),
    {
      when: 'six conditions',
      request: submits({
        retryStrategy: { attempts: 2, evaluateOnExit: Array(6).fill({ action: 'EXIT' }) },
      }),
      code: 'ClientException',
    },
    {
      when: 'an unknown action of a condition',
      request: submits({ retryStrategy: { attempts: 2, evaluateOnExit: [{ action: 'STOP' }] } }),
      code: 'ClientException',
    },
    {
      when: 'a timeout of 59 seconds',
      request: submits({ timeout: { attemptDurationSeconds: 59 } }),
      code: 'ClientException',
      message: /allowed: at least 60/,
    },
    {
      when: 'an empty text in the command',
      request: submits({ containerOverrides: { command: [''] } }),
      code: 'ClientException',
    },
    {
      when: 'a tag of AWS',
      request: submits({ tags: { 'aws:a': 'b' } }),
      code: 'ClientException',
    },
    {
      when: '51 tags',
      request: submits({ tags: Object.fromEntries([...Array(51).keys()].map((n) => [n, 'x'])) }),
      code: 'ClientException',
    },
  ],
  terminatejob: stops,
  canceljob: stops,
  describejobs: [
    { when: 'no jobs', request: {}, code: 'ClientException' },
    {
      when: '101 jobs',
      request: { jobs: Array(101).fill('a') },
      code: 'ClientException',
      message: /Maximum number of jobs supported is {2}100/,
    },
  ],
  listjobs: [
    { when: 'neither queue nor array', request: {}, code: 'ClientException' },
    {
      when: 'queue and array',
      request: { jobQueue: 'night', arrayJobId: 'a' },
      code: 'ClientException',
    },
    { when: 'an unknown queue', request: { jobQueue: 'none' }, code: 'ClientException' },
    { when: 'an unknown array', request: { arrayJobId: 'none' }, code: 'ClientException' },
    {
      when: 'an unknown status',
      request: { jobQueue: 'night', jobStatus: 'DONE' },
      code: 'ClientException',
    },
    {
      when: 'two filters',
      request: { jobQueue: 'night', filters: Array(2).fill({ name: 'JOB_NAME', values: ['a'] }) },
      code: 'ClientException',
      message: /Only one filter/,
    },
    {
      when: 'an unknown filter',
      request: { jobQueue: 'night', filters: [{ name: 'job_name', values: ['a'] }] },
      code: 'ClientException',
    },
    {
      when: 'a page of 101 with a filter',
      request: {
        ...{ jobQueue: 'night', maxResults: 101 },
        filters: [{ name: 'JOB_NAME', values: ['a'] }],
      },
      code: 'ClientException',
      message: /allowed: 1 to 100/,
    },
    {
      when: 'an unknown token',
      request: { jobQueue: 'night', nextToken: 'none' },
      code: 'ClientException',
    },
  ],
  describejobqueues: [
    { when: 'a page of 101', request: { maxResults: 101 }, code: 'ClientException' },
    {
      when: '101 names',
      request: { jobQueues: Array.from({ length: 101 }, (_, at) => `q${at}`) },
      code: 'ClientException',
      message: /found 101 names, allowed: at most 100/,
    },
  ],
  describejobdefinitions: [
    { when: 'an unknown token', request: { nextToken: 'none' }, code: 'ClientException' },
    {
      when: 'a name without revision in the list',
      request: { jobDefinitions: ['risk'] },
      code: 'ClientException',
      message: /found risk, allowed: NAME:REVISION/,
    },
    {
      when: 'names beside a status',
      request: { jobDefinitions: ['risk:1'], status: 'ACTIVE' },
      code: 'ClientException',
      message: /cannot be used with other parameters/,
    },
    {
      when: '101 names',
      request: { jobDefinitions: Array.from({ length: 101 }, (_, at) => `d:${at}`) },
      code: 'ClientException',
      message: /found 101 names, allowed: at most 100/,
    },
  ],
};

describe('AWS Batch', () => {
  test.for(toCases(batchRefusals))('$operation refuses $when with $code', async (refusal) => {
    const { operation, request, code, message = /./ } = refusal;
    await using aws = await startWithResources();

    const { status, headers, body } = await aws.call(`/v1/${operation}`, request);

    expect(status).toBe(400);
    expect(headers.get('x-amzn-errortype')).toBe(code);
    if (typeof message === 'string') expect(body['message']).toBe(message);
    else expect(body['message']).toMatch(message);
    expect(aws.workloads.runs).toHaveLength(2);
  });
});

const stream = { logGroupName: '/aws/batch/job', logStreamName: 'risk/default/1' };
const logs: Readonly<Record<string, readonly Refusal[]>> = {
  GetLogEvents: [
    {
      when: 'an unknown group',
      request: { ...stream, logGroupName: '/none' },
      code: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    },
    {
      when: 'an unknown stream',
      request: { ...stream, logStreamName: 'none' },
      code: 'ResourceNotFoundException',
      message: 'The specified log stream does not exist.',
    },
    { when: 'no group', request: { logStreamName: 'a' }, code: 'InvalidParameterException' },
    {
      when: 'two ways to name the group',
      request: { ...stream, logGroupIdentifier: '/aws/batch/job' },
      code: 'InvalidParameterException',
    },
    {
      when: 'a limit of 10,001',
      request: { ...stream, limit: 10_001 },
      code: 'InvalidParameterException',
    },
    {
      when: 'an unknown token',
      request: { ...stream, nextToken: 'f/1' },
      code: 'InvalidParameterException',
    },
    {
      when: 'a forward token without startFromHead',
      request: { ...stream, nextToken: `f/${'0'.repeat(56)}/s` },
      code: 'InvalidParameterException',
    },
    {
      when: 'a stream name with a colon',
      request: { ...stream, logStreamName: 'a:b' },
      code: 'InvalidParameterException',
    },
  ],
  DescribeLogStreams: [
    {
      when: 'an unknown group',
      request: { logGroupName: '/none' },
      code: 'ResourceNotFoundException',
    },
    {
      when: 'a prefix with the order of the last event',
      request: {
        ...{ logGroupName: '/aws/batch/job', logStreamNamePrefix: 'a', orderBy: 'LastEventTime' },
      },
      code: 'InvalidParameterException',
    },
    {
      when: 'a limit of 51',
      request: { logGroupName: '/aws/batch/job', limit: 51 },
      code: 'InvalidParameterException',
    },
  ],
};

describe('CloudWatch Logs', () => {
  test.for(toCases(logs))('$operation refuses $when with $code', async (refusal) => {
    const { operation, request, code, message = /./ } = refusal;
    await using aws = await startWithResources();

    const { status, body } = await aws.call(`Logs_20140328.${operation}`, request);

    expect({ status, code: body['__type'] }).toEqual({ status: 400, code });
    if (typeof message === 'string') expect(body['message']).toBe(message);
    else expect(body['message']).toMatch(message);
  });
});

test.for([
  {
    target: '/v1/submitjob',
    request: submits({ nodeOverrides: {} }),
    what: 'SubmitJob, nodeOverrides',
  },
  { target: '/v1/listjobs', request: { multiNodeJobId: 'a' }, what: 'ListJobs, multiNodeJobId' },
])('$what is not emulated, and counted', async ({ target, request, what }) => {
  await using aws = await startWithResources();

  const { status, body } = await aws.call(target, request);

  expect(status).toBe(501);
  expect(body['message']).toBe(`${what} is not emulated by the embedded AWS`);
  expect(aws.workloads.unknownRequests).toEqual([body['message']]);
});

test.for([
  {
    when: 'a name that Step Functions refuses',
    declaration: { stateMachine: 'a b' },
    message: /found the name "a b", allowed: 1 to 80 characters/,
  },
  {
    when: 'an alias of an unknown version',
    declaration: { stateMachine: 'a', versions: [1], aliases: { PROD: 2 } },
    message: 'alias PROD of a: found version 2, allowed: 1',
  },
  {
    when: 'a name that Batch refuses',
    declaration: { jobQueue: 'a b' },
    message: /found the name "a b"/,
  },
])('define rejects $when', async ({ declaration, message }) => {
  await using aws = await startPlannedAws();

  expect(() => aws.workloads.define(declaration as { stateMachine: string })).toThrow(message);
});
