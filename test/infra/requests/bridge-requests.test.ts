import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { AutosysBridge } from '../../../infra/autosys-bridge.ts';
import type { AutosysBridgeProps } from '../../../infra/autosys-bridge-props.ts';
import { BridgeStack } from '../../../infra/bridge-stack.ts';
import type { RequestEntry } from '../../../lambda/routing/requests.ts';
import type { LaunchTarget } from '../../../lambda/routing/targets.ts';
import { aBridgeConfig } from '../../support/bridge-config.ts';
import { allowing, type IamStatement } from '../../support/iam.ts';
import { anExecutionTarget } from '../../support/launch-targets.ts';
import { aRequestEntry, callerRole } from '../../support/request-entries.ts';

const home = { account: '111122223333', region: 'eu-west-1' };

type Given = Omit<Partial<AutosysBridgeProps>, 'config'> & {
  readonly entries?: readonly RequestEntry[];
  readonly targets?: readonly LaunchTarget[];
};

function createStack({ entries = [aRequestEntry()], targets = [], ...props }: Given = {}): Stack {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs', {
    env: home,
  });
  const config = { ...aBridgeConfig(), requests: entries, targets };
  new AutosysBridge(stack, 'Bridge', { config, ...props });
  return stack;
}

const synthesize = (given?: Given) => Template.fromStack(createStack(given));

// biome-ignore lint/suspicious/noExplicitAny: a template is any JSON
type Resource = any;

function byType(template: Template, type: string): Readonly<Record<string, Resource>> {
  return template.findResources(type);
}

/** The logical id of the only resource of a type whose id begins with a text. */
function idOf(template: Template, type: string, begin: string): string {
  const found = Object.keys(byType(template, type)).filter((id) => id.startsWith(begin));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
}

/** The document of the only policy of an ARN. */
function policyOf(template: Template, resourceArn: object): Resource {
  const found = Object.values(byType(template, 'AWS::Lambda::ResourcePolicy')).filter(
    ({ Properties }) => JSON.stringify(Properties.ResourceArn) === JSON.stringify(resourceArn),
  );
  expect(found).toHaveLength(1);
  return found[0].Properties.PolicyDocument;
}

function statementsOf(template: Template, begin: string): readonly IamStatement[] {
  return Object.entries(byType(template, 'AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(begin))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

const waitRole = 'BridgeRequestsWaitRole';
const requestRole = 'BridgeRequestsRequestRole';

describe('a route file without requests', () => {
  const template = synthesize({ entries: [] });

  test('creates no version, alias, policy or wait function', () => {
    for (const type of ['Version', 'Alias', 'ResourcePolicy']) {
      expect(byType(template, `AWS::Lambda::${type}`)).toEqual({});
    }
    expect(Object.keys(byType(template, 'AWS::Lambda::Function')).join()).not.toContain('Wait');
  });

  test('rejects settings of requests', () => {
    expect(() => synthesize({ entries: [], requests: {} })).toThrow(
      'requests: found without requests in the route file',
    );
  });
});

describe('the alias of an entry', () => {
  const other = 'arn:aws:iam::444455556666:role/jobs/settlement';
  const template = synthesize({ entries: [aRequestEntry({ roles: [callerRole, other] })] });
  const alias = { Ref: idOf(template, 'AWS::Lambda::Alias', 'BridgeRequestsAlias') };

  test('has the name of the entry, and leads to the published version', () => {
    const version = idOf(template, 'AWS::Lambda::Version', 'BridgeRequests');

    expect(byType(template, 'AWS::Lambda::Alias')[alias.Ref].Properties).toMatchObject({
      Name: 'ledger-team',
      FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
    });
  });

  test('can be invoked by its roles, and is denied to every other principal', () => {
    const roles = [callerRole, other];

    expect(policyOf(template, alias)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AllowCallers',
          Effect: 'Allow',
          Principal: {
            AWS: ['arn:aws:iam::111122223333:root', 'arn:aws:iam::444455556666:root'],
          },
          Action: 'lambda:InvokeFunction',
          Resource: alias,
          Condition: { StringEquals: { 'aws:PrincipalArn': roles } },
        },
        {
          Sid: 'DenyOthers',
          Effect: 'Deny',
          Principal: '*',
          Action: 'lambda:InvokeFunction',
          Resource: alias,
          Condition: { StringNotEquals: { 'aws:PrincipalArn': roles } },
        },
      ],
    });
  });
});

describe('the request function', () => {
  const template = synthesize();
  const logicalId = idOf(template, 'AWS::Lambda::Function', 'BridgeRequestsRequest');
  const closed = (Resource: object) => ({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyAll',
        Effect: 'Deny',
        Principal: '*',
        Action: 'lambda:InvokeFunction',
        Resource,
      },
    ],
  });

  test('cannot be invoked without an alias, nor by its version', () => {
    const arn = { 'Fn::GetAtt': [logicalId, 'Arn'] };
    const version = { Ref: idOf(template, 'AWS::Lambda::Version', 'BridgeRequests') };

    expect(policyOf(template, arn)).toEqual(closed(arn));
    expect(policyOf(template, version)).toEqual(closed(version));
  });

  test('has no permission of the other kind, which a policy would overwrite', () => {
    const permissions = Object.values(byType(template, 'AWS::Lambda::Permission'));

    expect(JSON.stringify(permissions)).not.toContain(logicalId);
  });

  test.for([
    { requests: undefined, reserved: 10 },
    { requests: { reservedConcurrency: 3 }, reserved: 3 },
  ])('reserves $reserved concurrent executions', ({ requests, reserved }) => {
    const functions = byType(synthesize(requests && { requests }), 'AWS::Lambda::Function');

    expect(functions[logicalId].Properties.ReservedConcurrentExecutions).toBe(reserved);
  });

  test('can read the secrets and the ledger, and answer a task that asks again', () => {
    const statements = statementsOf(template, requestRole);

    expect(allowing(statements, 'secretsmanager:GetSecretValue')).toHaveLength(1);
    expect(allowing(statements, 'dynamodb:PutItem')).toHaveLength(1);
    expect(allowing(statements, 'states:SendTaskSuccess')).toHaveLength(1);
    expect(allowing(statements, 'states:SendTaskFailure')).toHaveLength(1);
    expect(allowing(statements, 'states:SendTaskHeartbeat')).toEqual([]);
    expect(allowing(statements, 'sts:AssumeRole')).toEqual([]);
  });

  test('runs in the VPC of the bridge', () => {
    const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs');
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-0a'],
    });
    const config = { ...aBridgeConfig(), requests: [aRequestEntry()] };
    new AutosysBridge(stack, 'Bridge', { config, vpc });

    const functions = byType(Template.fromStack(stack), 'AWS::Lambda::Function');
    expect(functions[logicalId].Properties.VpcConfig).toMatchObject({ SubnetIds: ['subnet-0a'] });
  });
});

describe('the wait function', () => {
  const answering = (entries: readonly RequestEntry[]) =>
    allowing(statementsOf(synthesize({ entries }), waitRole), 'states:SendTaskSuccess');

  test('runs every minute', () => {
    const template = synthesize();
    const wait = idOf(template, 'AWS::Lambda::Function', 'BridgeRequestsWait');

    const schedules = Object.values(byType(template, 'AWS::Scheduler::Schedule'));
    expect(schedules.map(({ Properties }) => Properties)).toContainEqual(
      expect.objectContaining({
        ScheduleExpression: 'rate(1 minute)',
        Target: expect.objectContaining({ Arn: { 'Fn::GetAtt': [wait, 'Arn'] } }),
      }),
    );
  });

  test('finds the waits of a job by the index by target, which no other function needs', () => {
    const template = synthesize();
    const indexes = (role: string) =>
      JSON.stringify(allowing(statementsOf(template, role), 'dynamodb:Query'));

    expect(indexes(waitRole)).toContain('/index/target');
    expect(indexes(requestRole)).not.toContain('/index/target');
  });

  test('answers hints of the launch API', () => {
    const template = synthesize({
      targets: [anExecutionTarget()],
      launchApi: { vpcEndpointIds: ['vpce-0a1b2c3d'] },
      reservedConcurrency: 20,
    });
    const wait = idOf(template, 'AWS::Lambda::Function', 'BridgeRequestsWait');

    const posts = Object.values(byType(template, 'AWS::ApiGateway::Method'));
    const hints = posts.filter(({ Properties }) => JSON.stringify(Properties).includes(wait));
    expect(hints.map(({ Properties }) => Properties.HttpMethod)).toEqual(['POST']);
    expect(byType(template, 'AWS::Lambda::Function')[wait].Properties).toMatchObject({
      ReservedConcurrentExecutions: 10,
    });
  });

  test('answers every state machine if a caller is named by its role alone', () => {
    const [statement, ...others] = answering([aRequestEntry()]);

    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      Action: ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
    });
    expect(JSON.stringify(statement?.Resource)).toContain(':stateMachine:*');
  });

  test('answers only the named state machines if each entry names them', () => {
    const stateMachines = ['arn:aws:states:eu-west-1:111122223333:stateMachine:settlement'];

    const [statement] = answering([
      aRequestEntry({ stateMachines }),
      aRequestEntry({ name: 'reader', actions: ['jobStatus'] }),
    ]);

    expect(statement?.Resource).toHaveLength(2);
    expect(JSON.stringify(statement?.Resource)).toMatch(
      /:stateMachine:settlement"\S+:stateMachine:settlement:\*"/,
    );
  });

  test('answers nothing if no entry runs jobs', () => {
    expect(answering([aRequestEntry({ actions: ['setGlobal'] })])).toEqual([]);
  });

  test.for([
    { role: waitRole, named: 'wait function' },
    { role: requestRole, named: 'request function' },
  ])('in another account: the $named can assume the role of its source', ({ role }) => {
    const roles = [callerRole, 'arn:aws:iam::444455556666:role/settlement'];

    const statements = statementsOf(synthesize({ entries: [aRequestEntry({ roles })] }), role);

    const [statement, ...others] = allowing(statements, 'sts:AssumeRole');
    expect(others).toEqual([]);
    expect(JSON.stringify(statement?.Resource)).toMatch(
      /iam::444455556666:role\/AutosysBridge-eu-west-1-111122223333-eu-west-1-[0-9a-f]{5}"/,
    );
  });
});

describe('the limits of AWS', () => {
  test('reject an entry whose policy is larger than Lambda accepts', () => {
    const roles = Array.from({ length: 200 }, (_, at) => `${callerRole}-${at}`);

    expect(() => synthesize({ entries: [aRequestEntry({ roles })] })).toThrow(
      /^requests\.ledger-team: found 200 roles, whose policy has \d+ bytes, allowed: 20480, /,
    );
  });

  test('accept an entry with many roles', () => {
    const roles = Array.from({ length: 150 }, (_, at) => `${callerRole}-${at}`);

    expect(() => synthesize({ entries: [aRequestEntry({ roles })] })).not.toThrow();
  });

  test('reject more entries than a stack has resources for', () => {
    const entries = Array.from({ length: 101 }, (_, at) => aRequestEntry({ name: `team-${at}` }));

    expect(() => synthesize({ entries })).toThrow(
      'requests: found 101 entries in the route file, allowed: 100',
    );
  });

  test('accept as many entries', () => {
    const entries = Array.from({ length: 100 }, (_, at) => aRequestEntry({ name: `team-${at}` }));

    expect(Object.keys(byType(synthesize({ entries }), 'AWS::Lambda::Alias'))).toHaveLength(100);
  });
});

test('a state machine of another Region is rejected, because it cannot invoke the function', () => {
  const arn = 'arn:aws:states:us-east-1:111122223333:stateMachine:settlement';

  expect(() => synthesize({ entries: [aRequestEntry({ stateMachines: [arn] })] })).toThrow(
    `requests ledger-team: found ${arn}, a caller in us-east-1, but the stack is in eu-west-1; `,
  );
});

describe('the settings of requests', () => {
  test.for([
    {
      requests: { reservedConcurrency: 0 },
      fault: 'found reservedConcurrency 0, allowed: a whole',
    },
    { requests: { refusedAlarm: 1.5 }, fault: 'found refusedAlarm 1.5, allowed: a whole number' },
    {
      requests: { overdueAfter: Duration.seconds(90) },
      fault: 'found overdueAfter 1.5 minutes, allowed: whole minutes, 1 or more',
    },
  ])('reject $fault', ({ requests, fault }) => {
    expect(() => synthesize({ requests })).toThrow(`requests: ${fault}`);
  });

  test('set the thresholds of the alarms', () => {
    const requests = { refusedAlarm: 20, overdueAfter: Duration.minutes(10) };
    const alarms = Object.values(byType(synthesize({ requests }), 'AWS::CloudWatch::Alarm'));
    const thresholdOf = (name: string) =>
      alarms.find(({ Properties }) => Properties.AlarmName === `AutosysBridge-${name}`)?.Properties
        .Threshold;

    expect(thresholdOf('RequestsRefused')).toBe(20);
    expect(thresholdOf('WaitsOverdue')).toBe(600);
  });
});

test('the stack of the bridge prints the function, and the roles for sources', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const config = { ...aBridgeConfig(), requests: [aRequestEntry()] };

  const template = Template.fromStack(new BridgeStack(app, 'Bridge', () => ({ config })));

  expect(Object.keys(template.findOutputs('*'))).toEqual(
    expect.arrayContaining(['RequestFunctionArn', 'RequestRoleArn', 'WaitRoleArn']),
  );
});
