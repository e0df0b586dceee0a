import { type InvocationResponse, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { type ExecutionPlan, type Local, readWiring, startLocal } from '../../local/index.ts';
import { type Resources, writeAssembly } from './assembly-builder.ts';

const location = { account: '111122223333', region: 'eu-west-1' };
const role = (name: string, account = location.account) => `arn:aws:iam::${account}:role/${name}`;
const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:request';

type Json = Readonly<Record<string, unknown>>;

/** A policy as the stack of the bridge has it: these roles, and no other principal. */
function aliasPolicy(resourceArn: Json, ...roles: readonly string[]): Json {
  const accounts = roles.map((arn) => `arn:aws:iam::${arn.split(':')[4]}:root`);
  const condition = (operator: string) => ({ [operator]: { 'aws:PrincipalArn': roles } });
  const shared = { Action: 'lambda:InvokeFunction', Resource: resourceArn };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Sid: 'AllowCallers', Effect: 'Allow', ...shared },
        ...{ Principal: { AWS: accounts }, Condition: condition('StringEquals') },
      },
      {
        ...{ Sid: 'DenyOthers', Effect: 'Deny', ...shared },
        ...{ Principal: '*', Condition: condition('StringNotEquals') },
      },
    ],
  };
}

const closed = (resourceArn: Json): Json => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Deny', Principal: '*', Action: 'lambda:InvokeFunction', Resource: resourceArn },
  ],
});

const policy = (arn: Json, document: Json) => ({
  Type: 'AWS::Lambda::ResourcePolicy',
  Properties: { ResourceArn: arn, PolicyDocument: document },
});

const arnOf = { 'Fn::GetAtt': ['Request', 'Arn'] };

/** A function with a version, two aliases, and a policy of each. */
function requestResources(over: Resources = {}): Resources {
  return {
    Request: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: { Ref: 'Nowhere' }, S3Key: 'abc.zip' },
        FunctionName: 'request',
        Handler: 'index.handler',
        ReservedConcurrentExecutions: 1,
        Runtime: 'nodejs24.x',
        Timeout: 10,
      },
    },
    Version: {
      Type: 'AWS::Lambda::Version',
      Properties: { FunctionName: { Ref: 'Request' }, Description: 'first' },
    },
    Ledger: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        FunctionName: { Ref: 'Request' },
        FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
        Name: 'ledger-team',
      },
    },
    Open: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        FunctionName: arnOf,
        FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
        Name: 'open',
      },
    },
    LedgerPolicy: policy(
      { Ref: 'Ledger' },
      aliasPolicy({ Ref: 'Ledger' }, role('ledger'), role('theirs', '444455556666')),
    ),
    FunctionPolicy: policy(arnOf, closed(arnOf)),
    VersionPolicy: policy({ Ref: 'Version' }, closed({ Ref: 'Version' })),
    ...over,
  };
}

const handler = `
export const handler = async (event, context) => {
  if (event.fail) {
    const error = new Error('a reason');
    error.name = 'AutoSys.Rejected';
    throw error;
  }
  if (event.untilMs) await new Promise((resolve) => setTimeout(resolve, event.untilMs));
  return { event, arn: context.invokedFunctionArn };
};`;

async function startRequest() {
  await using stack = new AsyncDisposableStack();
  const assembly = stack.use(await writeAssembly(requestResources(), handler));
  const aws = stack.use(await startLocal({ ...location, cloudAssembly: assembly.directory }));
  const held = stack.move();
  return {
    aws,
    as: (callerArn: string) => createCaller(aws, callerArn),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function createCaller({ lambda }: Local, callerArn: string) {
  const settings = lambda.settingsFor(callerArn);
  const client = new LambdaClient({ ...settings, region: location.region, maxAttempts: 1 });
  return {
    invoke: async (FunctionName: string, event: object = {}, Qualifier?: string) =>
      read(
        await client.send(
          new InvokeCommand({ FunctionName, Qualifier, Payload: JSON.stringify(event) }),
        ),
      ),
    [Symbol.dispose]: () => client.destroy(),
  };
}

function read({ Payload, FunctionError, ExecutedVersion, StatusCode }: InvocationResponse) {
  const payload = JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
  return { payload, FunctionError, ExecutedVersion, StatusCode };
}

describe('an invocation by alias', () => {
  test('reaches the function with the ARN of the alias, as a caller that the policy names', async () => {
    await using system = await startRequest();
    using ledger = system.as(role('ledger'));
    using theirs = system.as(role('theirs', '444455556666'));

    const answer = await ledger.invoke(`${functionArn}:ledger-team`, { a: 1 });

    expect(answer).toEqual({
      payload: { event: { a: 1 }, arn: `${functionArn}:ledger-team` },
      ...{ FunctionError: undefined, ExecutedVersion: '1', StatusCode: 200 },
    });
    expect(await ledger.invoke('request', {}, 'ledger-team')).toMatchObject({
      payload: { arn: `${functionArn}:ledger-team` },
    });
    expect(await theirs.invoke(`${functionArn}:ledger-team`)).toMatchObject({ StatusCode: 200 });
  });

  test.for([
    ['another role', role('ledger-2'), 'with an explicit deny'],
    [
      'a role that the condition of a pattern would match',
      role('ledger*'),
      'with an explicit deny',
    ],
    ['the administrator', 'arn:aws:iam::111122223333:root', 'with an explicit deny'],
    ['the role of this name in another account', role('ledger', '444455556666'), 'explicit deny'],
  ] as const)('refuses %s', async ([, callerArn, why]) => {
    await using system = await startRequest();
    using caller = system.as(callerArn);

    await expect(caller.invoke('request:ledger-team')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(why),
      $metadata: { httpStatusCode: 403 },
    });
    expect(system.aws.functions.get('request')?.pids()).toEqual([]);
  });

  test('without a policy is for principals of the own account only', async () => {
    await using system = await startRequest();
    using own = system.as(role('any'));
    using other = system.as(role('any', '444455556666'));

    expect(await own.invoke('request:open')).toMatchObject({ StatusCode: 200 });
    await expect(other.invoke(`${functionArn}:open`)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('because no resource-based policy allows'),
    });
  });

  test('refuses a caller without an ARN', async () => {
    await using system = await startRequest();
    const { invoke } = system.aws.lambda;
    const call = { callerArn: undefined, payload: '{}' };

    for (const functionName of ['request:ledger-team', 'request:open']) {
      expect(await invoke({ ...call, functionName })).toMatchObject({
        ...{ kind: 'refused', error: 'AccessDeniedException' },
      });
    }
  });
});

test.for(['request', 'request:$LATEST', 'request:1', functionArn])(
  'the closed policy denies %s to everyone',
  async (functionName) => {
    await using system = await startRequest();
    using caller = system.as(role('ledger'));

    await expect(caller.invoke(functionName)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  },
);

test.for([
  ['request:other', `Function not found: ${functionArn}:other`],
  ['request:2', `Function not found: ${functionArn}:2`],
  ['none', 'Function not found: arn:aws:lambda:eu-west-1:111122223333:function:none'],
] as const)('%s does not exist', async ([functionName, message]) => {
  await using system = await startRequest();
  using caller = system.as(role('ledger'));

  const refusal = { name: 'ResourceNotFoundException', message };
  await expect(caller.invoke(functionName)).rejects.toMatchObject(refusal);
});

test('a function error keeps its name', async () => {
  await using system = await startRequest();
  using caller = system.as(role('ledger'));

  expect(await caller.invoke('request:ledger-team', { fail: true })).toMatchObject({
    ...{ FunctionError: 'Unhandled', StatusCode: 200 },
    payload: { errorType: 'AutoSys.Rejected', errorMessage: 'a reason' },
  });
});

test('an invocation beyond the reserved concurrency is throttled', async () => {
  await using system = await startRequest();
  using caller = system.as(role('ledger'));

  const first = caller.invoke('request:ledger-team', { untilMs: 500 });
  const second = caller.invoke('request:ledger-team', { untilMs: 500 });

  const ends = await Promise.allSettled([first, second]);
  expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { name: 'TooManyRequestsException' },
  });
});

test('a request that is not emulated is refused and counted', async () => {
  await using system = await startRequest();
  const { endpoint } = system.aws.lambda.settingsFor(role('ledger'));

  const path = '/2015-03-31/functions/request:open/invocations';
  const headers = { 'x-amz-invocation-type': 'Event' };
  const answer = await fetch(`${endpoint}${path}`, { method: 'POST', headers });
  const unsigned = await fetch(`${endpoint}${path}`, { method: 'POST' });

  expect(answer.status).toBe(501);
  expect(unsigned.headers.get('x-amzn-errortype')).toBe('UnrecognizedClientException');
  expect(system.aws.lambda.unknownRequests).toEqual([`POST ${path} Event`]);
});

test('a state machine invokes the alias as its execution role', async () => {
  await using system = await startRequest();
  const { workloads } = system.aws;
  const ends: unknown[] = [];
  const ended = Promise.withResolvers<void>();
  workloads.emitTo({
    put: (event) => {
      const { status, output, error } = (event as { detail: Record<string, unknown> }).detail;
      if (status === 'RUNNING') return;
      ends.push({ status, ...(error ? { error } : { output }) });
      if (ends.length === 2) ended.resolve();
    },
  });
  const runs: ExecutionPlan = {
    steps: [
      {
        kind: 'invoke',
        state: 'Ask',
        functionName: 'request:ledger-team',
        payload: { 'state.$': '$$.State.Name' },
        integration: 'arn',
      },
    ],
    end: { status: 'SUCCEEDED', outputOf: 'Ask' },
  };

  for (const name of ['ledger', 'others']) {
    const stateMachineArn = workloads.define({ stateMachine: name, roleArn: role(name), runs });
    await fetch(workloads.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' },
      body: JSON.stringify({ stateMachineArn }),
    });
  }
  await ended.promise;

  const arn = `${functionArn}:ledger-team`;
  expect(ends).toHaveLength(2);
  expect(ends).toContainEqual({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
  expect(ends).toContainEqual({
    status: 'SUCCEEDED',
    output: JSON.stringify({ event: { state: 'Ask' }, arn }),
  });
});

describe('a template is refused with', () => {
  const ledger = { Ref: 'Ledger' };
  const statement = { ...closed(ledger), Statement: [] };
  const withStatement = (over: Json) => ({
    LedgerPolicy: policy(ledger, {
      ...statement,
      Statement: [
        {
          ...{ Effect: 'Deny', Principal: '*', Action: 'lambda:InvokeFunction' },
          ...{ Resource: ledger, ...over },
        },
      ],
    }),
  });
  const condition = (value: Json) => withStatement({ Condition: value });
  const alias = (over: Json) => ({
    Open: {
      Type: 'AWS::Lambda::Alias',
      Properties: { FunctionName: arnOf, FunctionVersion: '1', Name: 'open', ...over },
    },
  });

  test.for<readonly [string, Resources, RegExp]>([
    ['no statement', { LedgerPolicy: policy(ledger, statement) }, /Statement: found none/],
    ['NotPrincipal', withStatement({ NotPrincipal: '*' }), /the field NotPrincipal/],
    ['another action', withStatement({ Action: 'lambda:*' }), /allowed: lambda:InvokeFunction/],
    ['another resource', withStatement({ Resource: '*' }), /found "\*", allowed: arn:aws:lambda/],
    ['a service', withStatement({ Principal: { Service: 'events.amazonaws.com' } }), /Principal: /],
    ['a role as principal', withStatement({ Principal: { AWS: role('a') } }), /ARN of the root/],
    [
      'another condition key',
      condition({ StringEquals: { 'aws:SourceArn': 'a' } }),
      /found StringEquals of aws:sourcearn, allowed: StringEquals, StringNotEquals of aws:Princ/,
    ],
    [
      'another operator',
      condition({ ArnLike: { 'aws:PrincipalArn': 'a' } }),
      /found ArnLike of aws:principalarn/,
    ],
    [
      'IfExists',
      condition({ StringEqualsIfExists: { 'aws:PrincipalArn': 'a' } }),
      /StringEqualsIfExists/,
    ],
    [
      'a large policy',
      condition({ StringEquals: { 'aws:PrincipalArn': 'a'.repeat(20_480) } }),
      /allowed: 20480 bytes/,
    ],
    [
      'a policy of an unknown alias',
      {
        LedgerPolicy: policy(
          `${functionArn}:none` as never,
          closed(`${functionArn}:none` as never),
        ),
      },
      /found a policy of .*:none/,
    ],
    ['two policies', { More: policy(ledger, closed(ledger)) }, /one policy for each ARN/],
    ['weighted versions', alias({ RoutingConfig: { a: 1 } }), /RoutingConfig/],
    ['an alias of digits', alias({ Name: '7' }), /not only digits/],
    ['an alias twice', alias({ Name: 'ledger-team' }), /ledger-team twice/],
  ])('%s', async ([, over, message]) => {
    await using assembly = await writeAssembly(requestResources(over));

    expect(() => readWiring(assembly.directory, location)).toThrow(message);
  });
});
