import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { AutosysBridge } from '../../infra/autosys-bridge.ts';
import type { LaunchApiOptions } from '../../infra/launch-api-props.ts';
import { launchTag } from '../../lambda/contract.ts';
import { nothingStarted } from '../../lambda/launch/api.ts';
import { launchEndpoints } from '../../lambda/launch/endpoints.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';
import { aCaller } from '../lambda/launch/rig.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { actionsOf, allowing, type IamStatement } from '../support/iam.ts';
import { aBatchJobTarget, anExecutionTarget } from '../support/launch-targets.ts';

const vpcEndpointIds = ['vpce-0a1b2c3d'];

interface Given {
  readonly launchApi?: LaunchApiOptions;
  readonly targets?: readonly LaunchTarget[];
  readonly reservedConcurrency?: number;
  readonly tracing?: boolean;
  readonly inVpc?: boolean;
}

function toStack(given: Given = {}): Stack {
  const { launchApi = { vpcEndpointIds }, targets = [anExecutionTarget()] } = given;
  const { inVpc = false, tracing, reservedConcurrency } = given;
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs');
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0a1b2c3d',
    availabilityZones: ['eu-west-1a'],
    privateSubnetIds: ['subnet-0a'],
  });
  const config = { ...aBridgeConfig(), targets, callers: [aCaller({ targets: ['settlement'] })] };
  new AutosysBridge(stack, 'Bridge', {
    config,
    launchApi,
    ...(tracing !== undefined && { tracing }),
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    ...(inVpc && { vpc }),
  });
  return stack;
}

const synthesize = (given?: Given) => Template.fromStack(toStack(given));

// biome-ignore lint/suspicious/noExplicitAny: a template is any JSON
function propertiesOf(template: Template, type: string): readonly any[] {
  return Object.values(template.findResources(type)).map(({ Properties }) => Properties);
}

/** The statements of the role of a function, by the beginning of the id of its policy. */
function statementsOf(template: Template, id: string): readonly IamStatement[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  return policies
    .filter(([logicalId]) => logicalId.startsWith(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

/** A resource as text, with the parts of an ARN that CloudFormation fills in left out. */
function toText(resource: unknown): string {
  return JSON.stringify(resource)
    .replaceAll(/\{"Ref":"AWS::[A-Za-z]+"\}/g, '')
    .replaceAll(/","",?"?|"?,"","/g, '')
    .replaceAll(/[^A-Za-z0-9:/*_?-]/g, '');
}

/** The resources that a role may use an action on. */
function resourcesOf(template: Template, id: string, action: string): readonly string[] {
  return allowing(statementsOf(template, id), action)
    .flatMap(({ Resource }) => [Resource].flat())
    .map((one) => toText(one).replace(/^Fn::Join/, ''));
}

const launchRole = 'BridgeLaunchApiLaunchRole';

describe('the resource policy', () => {
  const allow = {
    Action: 'execute-api:Invoke',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Resource: 'execute-api:/*',
  };
  const deny = (Condition: object) => ({ ...allow, Effect: 'Deny', Condition });

  test.for([
    {
      launchApi: { vpcEndpointIds },
      denied: [deny({ StringNotEquals: { 'aws:SourceVpce': vpcEndpointIds } })],
    },
    {
      launchApi: { sourceNetworks: ['10.20.0.0/16'] },
      denied: [deny({ NotIpAddress: { 'aws:VpcSourceIp': ['10.20.0.0/16'] } })],
    },
    {
      launchApi: { vpcEndpointIds, sourceNetworks: ['10.20.0.0/16', 'fd00::/8'] },
      denied: [
        deny({ StringNotEquals: { 'aws:SourceVpce': vpcEndpointIds } }),
        deny({ NotIpAddress: { 'aws:VpcSourceIp': ['10.20.0.0/16', 'fd00::/8'] } }),
      ],
    },
    {
      launchApi: { access: 'regional' as const, sourceNetworks: ['203.0.113.7'] },
      denied: [deny({ NotIpAddress: { 'aws:SourceIp': ['203.0.113.7'] } })],
    },
  ])('denies all but $launchApi', ({ launchApi, denied }) => {
    const [api] = propertiesOf(synthesize({ launchApi }), 'AWS::ApiGateway::RestApi');

    expect(api.Policy.Statement).toEqual([allow, ...denied]);
  });
});

describe('the REST API', () => {
  test('is private, with an alias for each endpoint', () => {
    const [api] = propertiesOf(synthesize(), 'AWS::ApiGateway::RestApi');

    expect(api.EndpointConfiguration).toEqual({
      Types: ['PRIVATE'],
      VpcEndpointIds: vpcEndpointIds,
    });
    expect(api.DisableExecuteApiEndpoint).toBeUndefined();
  });

  test('is regional on request', () => {
    const launchApi = { access: 'regional', sourceNetworks: ['203.0.113.0/24'] } as const;

    const [api] = propertiesOf(synthesize({ launchApi }), 'AWS::ApiGateway::RestApi');

    expect(api.EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
  });

  test('accepts an endpoint and a network that are known at deployment only', () => {
    const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs');
    const value = (id: string) => new CfnParameter(stack, id).valueAsString;
    const launchApi = { vpcEndpointIds: [value('Id')], sourceNetworks: [value('Network')] };
    const config = { ...aBridgeConfig(), targets: [anExecutionTarget()], callers: [aCaller()] };

    new AutosysBridge(stack, 'Bridge', { config, launchApi });

    const [api] = propertiesOf(Template.fromStack(stack), 'AWS::ApiGateway::RestApi');
    expect(api.EndpointConfiguration.VpcEndpointIds).toEqual([{ Ref: 'Id' }]);
  });

  test('has a method for every endpoint, behind the authorizer and the validator', () => {
    const methods = propertiesOf(synthesize(), 'AWS::ApiGateway::Method');

    expect(methods).toHaveLength(
      launchEndpoints.filter(({ handledBy }) => handledBy !== 'wait').length,
    );
    for (const method of methods) {
      expect(method).toMatchObject({
        AuthorizationType: 'CUSTOM',
        AuthorizerId: { Ref: expect.stringMatching(/Authorizer/) },
        RequestValidatorId: { Ref: expect.stringMatching(/Validator/) },
        Integration: { Type: 'AWS_PROXY' },
      });
    }
  });

  test('validates the body of a start, and only that it has the text target', () => {
    const [model] = propertiesOf(synthesize(), 'AWS::ApiGateway::Model');

    expect(model).toMatchObject({
      ContentType: 'application/json',
      Schema: { type: 'object', required: ['target'], properties: { target: { type: 'string' } } },
    });
  });

  test('is throttled, and traced with the functions', () => {
    const template = synthesize({
      tracing: true,
      launchApi: { vpcEndpointIds, throttle: { rate: 50, burst: 80 } },
    });

    const [stage] = propertiesOf(template, 'AWS::ApiGateway::Stage');
    expect(stage.TracingEnabled).toBe(true);
    expect(stage.MethodSettings).toEqual([
      {
        DataTraceEnabled: false,
        HttpMethod: '*',
        ResourcePath: '/*',
        ThrottlingBurstLimit: 80,
        ThrottlingRateLimit: 50,
      },
    ]);
  });

  test('writes an access log without headers, query and body, which is kept', () => {
    const template = synthesize();
    const [stage] = propertiesOf(template, 'AWS::ApiGateway::Stage');
    const { Format, DestinationArn } = stage.AccessLogSetting;

    expect(Object.values(JSON.parse(Format))).toEqual([
      '$context.requestId',
      '$context.requestTime',
      '$context.authorizer.principalId',
      '$context.identity.sourceIp',
      '$context.identity.vpceId',
      '$context.httpMethod',
      '$context.resourcePath',
      '$context.status',
      '$context.responseLatency',
      '$context.error.responseType',
    ]);
    const [logicalId] = DestinationArn['Fn::GetAtt'];
    expect(template.findResources('AWS::Logs::LogGroup')[logicalId]).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { RetentionInDays: 90, KmsKeyId: expect.anything() },
    });
  });

  test.for([
    { setsLogRole: true, accounts: 1 },
    { setsLogRole: false, accounts: 0 },
  ])('sets the log role of the account: $setsLogRole', ({ setsLogRole, accounts }) => {
    const template = synthesize({ launchApi: { vpcEndpointIds, setsLogRole } });

    const found = Object.values(template.findResources('AWS::ApiGateway::Account'));
    expect(found).toHaveLength(accounts);
    for (const { DeletionPolicy } of found) expect(DeletionPolicy).toBe('Retain');
  });
});

describe('the authorizer', () => {
  const [authorizer] = propertiesOf(synthesize(), 'AWS::ApiGateway::Authorizer');
  const accepts = new RegExp(authorizer.IdentityValidationExpression);

  test('reads the header Authorization, and is asked again after five minutes', () => {
    expect(authorizer).toMatchObject({
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 300,
    });
  });

  test.for(['Basic YWdlbnRzOmh1bnRlcjI=', 'bearer a.b-c_d~e+f/g==', 'BASIC  eA=='])(
    'is asked about %s',
    (header) => expect(header).toMatch(accepts),
  );

  test.for([
    'Digest username="agents"',
    'AWS4-HMAC-SHA256 Credential=x',
    'Basic',
    'Basic ',
    'Bearer a b',
    `Bearer ${'x'.repeat(2_001)}`,
  ])('is not asked about %.40s', (header) => expect(header).not.toMatch(accepts));

  test('can read the secrets of the callers, and nothing else', () => {
    const template = synthesize();
    const actions = actionsOf(statementsOf(template, 'BridgeLaunchApiAuthorizerRole'));

    expect([...new Set(actions)].toSorted()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
    ]);
    expect(
      resourcesOf(template, 'BridgeLaunchApiAuthorizerRole', 'secretsmanager:GetSecretValue'),
    ).toEqual([expect.stringMatching(/secret:autosys\/launch\/agents-\?\?\?\?\?\?$/)]);
  });
});

describe('the gateway responses', () => {
  const responses = propertiesOf(synthesize(), 'AWS::ApiGateway::GatewayResponse');
  const ofType = (type: string) => responses.find(({ ResponseType }) => ResponseType === type);

  test('cover every refusal of API Gateway that can be changed', () => {
    expect(responses.map(({ ResponseType, StatusCode }) => [ResponseType, StatusCode])).toEqual(
      expect.arrayContaining([
        ['UNAUTHORIZED', '401'],
        ['ACCESS_DENIED', '403'],
        ['MISSING_AUTHENTICATION_TOKEN', '404'],
        ['INVALID_SIGNATURE', '404'],
        ['BAD_REQUEST_BODY', '400'],
        ['THROTTLED', '429'],
        ['DEFAULT_4XX', undefined],
        ['DEFAULT_5XX', '503'],
      ]),
    );
    expect(ofType('REQUEST_TOO_LARGE')).toBeUndefined();
  });

  test.for(responses.map((one) => [one.ResponseType, one] as const))(
    'are JSON in the form of the API, or three lines of text: %s',
    ([, { ResponseTemplates, ResponseParameters }]) => {
      expect(JSON.parse(ResponseTemplates['application/json'])).toEqual({
        version: '1.0',
        code: expect.stringMatching(/^[A-Z_]+$/),
        message: expect.any(String),
        fix: expect.any(String),
        exit: expect.toSatisfy((exit) => Object.values(nothingStarted).includes(exit)),
      });
      expect(ResponseTemplates['text/plain'].trimEnd().split('\n')).toHaveLength(3);
      expect(ResponseParameters).toMatchObject({
        'gatewayresponse.header.autosys-bridge-version': "'1.0'",
        'gatewayresponse.header.cache-control': "'no-store'",
      });
    },
  );

  test('ask for a Basic login with 401', () => {
    expect(ofType('UNAUTHORIZED').ResponseParameters).toMatchObject({
      'gatewayresponse.header.WWW-Authenticate': '\'Basic realm="autosys-bridge"\'',
    });
  });

  test.for(['THROTTLED', 'DEFAULT_5XX'])('say when to repeat the request: %s', (type) => {
    expect(ofType(type).ResponseParameters['gatewayresponse.header.retry-after']).toBe("'5'");
  });
});

describe('the launch function', () => {
  test('can start exactly the named state machines, with their alias', () => {
    const targets = [
      anExecutionTarget(),
      anExecutionTarget({ name: 'rates', stateMachine: 'rates', qualifier: 'live' }),
    ];

    expect(resourcesOf(synthesize({ targets }), launchRole, 'states:StartExecution')).toEqual([
      expect.stringMatching(/stateMachine:settlement$/),
      expect.stringMatching(/stateMachine:rates$/),
      expect.stringMatching(/stateMachine:rates:live$/),
    ]);
  });

  test('can submit to the named queue with the named definition, and set the tag of the bridge', () => {
    const targets = [aBatchJobTarget(), aBatchJobTarget({ name: 'b', jobDefinition: 'eod:7' })];
    const template = synthesize({ targets });

    expect(resourcesOf(template, launchRole, 'batch:SubmitJob')).toEqual([
      expect.stringMatching(/job-queue\/night$/),
      expect.stringMatching(/job-definition\/risk-calc$/),
      expect.stringMatching(/job-definition\/risk-calc:\*$/),
      expect.stringMatching(/job-definition\/eod:7$/),
    ]);
    expect(allowing(statementsOf(template, launchRole), 'batch:TagResource')).toMatchObject([
      { Condition: { StringEquals: { [`aws:RequestTag/${launchTag.key}`]: launchTag.value } } },
    ]);
  });

  test.for([
    { role: launchRole, stops: [/execution:settlement:\*$/] },
    {
      role: 'BridgeSweepRole',
      stops: [
        /execution:settlement:\*$/,
        /execution:leg-\*:\*$/,
        /execution:settlement\/\*$/,
        /execution:leg-\*\/\*$/,
      ],
    },
  ])('stops runs of the targets, and only the sweep their children: $role', ({ role, stops }) => {
    const children = { stateMachines: ['leg-*'], jobQueues: [], jobDefinitions: [] };
    const template = synthesize({
      targets: [anExecutionTarget({ children }), aBatchJobTarget()],
    });

    expect(resourcesOf(template, role, 'states:StopExecution')).toEqual(
      stops.map((pattern) => expect.stringMatching(pattern)),
    );
    expect(allowing(statementsOf(template, role), 'batch:TerminateJob')).toMatchObject([
      { Condition: { StringEquals: { [`aws:ResourceTag/${launchTag.key}`]: launchTag.value } } },
    ]);
  });

  test('cannot end other Batch jobs, which only the sweep can if children name them', () => {
    const children = { stateMachines: [], jobQueues: ['night'], jobDefinitions: [] };
    const template = synthesize({ targets: [anExecutionTarget({ children })] });

    const [statement] = allowing(statementsOf(template, 'BridgeSweepRole'), 'batch:TerminateJob');
    expect(statement?.Condition).toBeUndefined();
    expect(allowing(statementsOf(template, launchRole), 'batch:TerminateJob')).toEqual([]);
    expect(allowing(statementsOf(template, launchRole), 'batch:SubmitJob')).toEqual([]);
  });

  test.for([
    { of: 'an execution', targets: [anExecutionTarget()], logGroups: [] },
    { of: 'a Batch job', targets: [aBatchJobTarget()], logGroups: ['/aws/batch/job'] },
  ])('reads the log groups of $of by default', ({ targets, logGroups }) => {
    expect(resourcesOf(synthesize({ targets }), launchRole, 'logs:GetLogEvents')).toEqual(
      logGroups.map((name) => expect.stringMatching(new RegExp(`log-group:${name}:\\*$`))),
    );
  });

  test('reads the given log groups', () => {
    const launchApi = { vpcEndpointIds, logGroups: ['/aws/lambda/settle-*'] };

    expect(resourcesOf(synthesize({ launchApi }), launchRole, 'logs:GetLogEvents')).toEqual([
      expect.stringMatching(/log-group:\/aws\/lambda\/settle-\*:\*$/),
    ]);
  });

  test('reserves concurrency if the other functions do', () => {
    const reserved = (given: Given) =>
      Object.entries(synthesize(given).findResources('AWS::Lambda::Function')).find(([id]) =>
        id.startsWith('BridgeLaunchApiLaunch'),
      )?.[1]['Properties'].ReservedConcurrentExecutions;

    expect(reserved({})).toBeUndefined();
    expect(reserved({ reservedConcurrency: 5 })).toBe(20);
  });
});

describe('the hold function', () => {
  test('can read and write rows of the ledger, and nothing else', () => {
    const actions = actionsOf(statementsOf(synthesize(), 'BridgeLaunchApiHoldRole'));

    expect([...new Set(actions)].filter((one) => !one.startsWith('kms:')).toSorted()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
  });

  test('reserves the concurrency that synth names', () => {
    const stack = toStack({ launchApi: { vpcEndpointIds, heldWaits: 7 } });

    expect(() =>
      Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
        ReservedConcurrentExecutions: 7,
      }),
    ).not.toThrow();
    Annotations.fromStack(stack).hasInfo('*', Match.stringLikeRegexp('reserves 7 .*at least 100'));
    expect(
      Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('autosys-bridge:')),
    ).toEqual([]);
  });

  test('is not created with heldWaits 0, nor is its call', () => {
    const template = synthesize({ launchApi: { vpcEndpointIds, heldWaits: 0 } });

    const functions = Object.keys(template.findResources('AWS::Lambda::Function'));
    expect(functions.filter((id) => id.includes('Hold'))).toEqual([]);
    expect(propertiesOf(template, 'AWS::ApiGateway::Method')).toHaveLength(
      launchEndpoints.filter(({ handledBy }) => handledBy === 'launch').length,
    );
  });
});

describe('in a VPC', () => {
  test('each function is called every ten minutes, so that its network interface stays', () => {
    const kept = propertiesOf(synthesize({ inVpc: true }), 'AWS::Scheduler::Schedule').filter(
      ({ Target }) => Target.Input === '{"keepWarm":true}',
    );

    expect(kept.map(({ ScheduleExpression }) => ScheduleExpression)).toEqual(
      Array.from({ length: 3 }, () => 'rate(10 minutes)'),
    );
  });

  test('outside of one, no function is', () => {
    const schedules = propertiesOf(synthesize(), 'AWS::Scheduler::Schedule');

    expect(schedules.filter(({ Target }) => Target.Input !== undefined)).toEqual([]);
  });
});

describe('the alarms', () => {
  const alarmsOf = (given: Given) =>
    propertiesOf(synthesize(given), 'AWS::CloudWatch::Alarm').filter(({ AlarmName }) =>
      /-(Launch|Authorizer)/.test(AlarmName),
    );

  test('fire for failures of the functions and the API, without throttled waits', () => {
    const alarms = alarmsOf({});

    expect(alarms.map(({ AlarmName, Threshold }) => [AlarmName, Threshold])).toEqual([
      ['AutosysBridge-LaunchApiErrors', 5],
      ['AutosysBridge-LaunchErrors', 1],
      ['AutosysBridge-LaunchThrottles', 1],
      ['AutosysBridge-AuthorizerErrors', 3],
      ['AutosysBridge-AuthorizerThrottles', 1],
    ]);
    expect(alarms[0].Metrics).toContainEqual(
      expect.objectContaining({ Expression: 'FILL(errors, 0) - FILL(throttles, 0)' }),
    );
  });

  test('count all errors of the API if no request is held', () => {
    const [alarm] = alarmsOf({ launchApi: { vpcEndpointIds, heldWaits: 0 } });

    expect(alarm).toMatchObject({ Namespace: 'AWS/ApiGateway', MetricName: '5XXError' });
  });
});

describe('a setting', () => {
  test.for<{ launchApi: LaunchApiOptions; fault: string }>([
    {
      launchApi: {},
      fault:
        'found neither vpcEndpointIds nor sourceNetworks, allowed: one or both; they say from where the launch API can be called',
    },
    {
      launchApi: { vpcEndpointIds, access: 'regional' },
      fault:
        'found vpcEndpointIds with access regional, allowed: sourceNetworks; a regional API is not called through a VPC endpoint',
    },
    {
      launchApi: { vpcEndpointIds: ['vpc-1'] },
      fault: 'found vpc-1 in vpcEndpointIds, allowed: ids such as vpce-0a1b2c3d',
    },
    ...['10.20.0.0/33', '10.20.0', 'fd00::/129', '10.0.0.0/8/8', 'bank', ''].map((network) => ({
      launchApi: { sourceNetworks: [network] },
      fault: `found ${network} in sourceNetworks, allowed: networks such as 10.20.0.0/16`,
    })),
    ...['0.0.0.0/0', '::/0'].map((network) => ({
      launchApi: { sourceNetworks: [network] },
      fault: `found ${network} in sourceNetworks, which is every address, allowed: the networks of the hosts that call the launch API`,
    })),
    ...['10.20.0.0/16', 'fd00::/8'].map((network) => ({
      launchApi: { access: 'regional' as const, sourceNetworks: [network] },
      fault: `found ${network} in sourceNetworks with access regional, allowed: public addresses, such as that of your NAT; a regional API never sees a private one`,
    })),
    ...[-1, 1.5, Number.NaN].map((heldWaits) => ({
      launchApi: { vpcEndpointIds, heldWaits },
      fault: `found heldWaits ${heldWaits}, allowed: a whole number, 0 or more`,
    })),
    {
      launchApi: { vpcEndpointIds, throttle: { rate: 0, burst: 1 } },
      fault: 'found throttle.rate 0, allowed: a whole number, 1 or more',
    },
    ...['/aws/*/job', 'a b', ''].map((name) => ({
      launchApi: { vpcEndpointIds, logGroups: [name] },
      fault: `found ${name} in logGroups, allowed: names of log groups such as /aws/batch/job, with * at the end only`,
    })),
  ])('is rejected: $fault', ({ launchApi, fault }) => {
    expect(() => toStack({ launchApi })).toThrow(new Error(`launchApi: ${fault}`));
  });

  test('is missing for a route file with targets', () => {
    const stack = new Stack(new App(), 'Theirs');
    const config = { ...aBridgeConfig(), targets: [anExecutionTarget()] };

    expect(() => new AutosysBridge(stack, 'Bridge', { config })).toThrow(
      new Error(
        'launchApi: not set, but the route file has 1 targets that AutoSys starts through it; set from where it can be called: vpcEndpointIds or sourceNetworks',
      ),
    );
  });

  test('is rejected for a route file without targets', () => {
    expect(() => toStack({ targets: [] })).toThrow(
      new Error(
        'launchApi: found without targets in the route file, allowed: only together with targets',
      ),
    );
  });

  test('of networks alone is allowed for a private API, with a warning', () => {
    const stack = toStack({ launchApi: { sourceNetworks: ['10.20.0.0/16'] } });

    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('name the endpoints'));
    expect(Template.fromStack(stack).findResources('AWS::ApiGateway::RestApi')).not.toEqual({});
  });
});

describe('two bridges in one app', () => {
  test('have two APIs with different names, and one of them sets the log role', () => {
    const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs');
    const config = { ...aBridgeConfig(), targets: [anExecutionTarget()], callers: [aCaller()] };
    new AutosysBridge(stack, 'One', { config, launchApi: { vpcEndpointIds } });
    const other = { vpcEndpointIds, setsLogRole: false };
    new AutosysBridge(stack, 'Other', { config, launchApi: other, alarmPrefix: 'Other' });

    const template = Template.fromStack(stack);
    const names = propertiesOf(template, 'AWS::ApiGateway::RestApi').map(({ Name }) => Name);
    expect(new Set(names).size).toBe(2);
    expect(propertiesOf(template, 'AWS::ApiGateway::Account')).toHaveLength(1);
  });

  test('cannot both set the log role of one account', () => {
    const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs');
    const config = { ...aBridgeConfig(), targets: [anExecutionTarget()], callers: [aCaller()] };
    const launchApi = { vpcEndpointIds };
    new AutosysBridge(stack, 'One', { config, launchApi });

    expect(
      () => new AutosysBridge(stack, 'Other', { config, launchApi, alarmPrefix: 'Other' }),
    ).toThrow(
      'launchApi: found a second launch API that sets the log role of API Gateway, beside Theirs/One, allowed: one in an account and Region; set setsLogRole: false for the other',
    );
  });
});

test('the launch API adds few resources to the stack, whatever the number of targets', () => {
  const countOf = (count: number) =>
    Object.keys(
      synthesize({
        inVpc: true,
        targets: Array.from({ length: count }, (_, at) =>
          anExecutionTarget({ name: `t${at}`, stateMachine: `machine-${at}` }),
        ),
      }).toJSON()['Resources'],
    ).length;

  // 500 is the quota of CloudFormation, 350 of them are left to rules.
  expect(countOf(1)).toBeLessThan(150);
  expect(countOf(200) - countOf(1)).toBeLessThan(60);
});
