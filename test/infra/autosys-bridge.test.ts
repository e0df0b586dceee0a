import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { type IVpc, SecurityGroup, SubnetType, Vpc, type VpcProps } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, test } from 'vitest';
import { AutosysBridge } from '../../infra/autosys-bridge.ts';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';

type ToProps = (stack: Stack) => Partial<AutosysBridgeProps>;

/** A bridge in a stack of another app. */
function synthesize(toProps: ToProps = () => ({})): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Theirs');
  new AutosysBridge(stack, 'Bridge', { config: aBridgeConfig(), ...toProps(stack) });
  return Template.fromStack(stack);
}

/** The classes of the CDK do not match its interfaces with `exactOptionalPropertyTypes`. */
function aVpc(stack: Stack, props: VpcProps = {}): IVpc {
  return new Vpc(stack, 'Vpc', props) as IVpc;
}

function expectResource(template: Template, type: string, properties: object): void {
  expect(() => template.hasResourceProperties(type, properties)).not.toThrow();
}

function propertiesOf(template: Template, type: string): readonly Record<string, unknown>[] {
  return Object.values(template.findResources(type)).map(({ Properties }) => Properties);
}

test('a file with requests only makes no rules', () => {
  const template = synthesize(() => ({ config: { ...aBridgeConfig(), routes: [] } }));

  expect(template.findResources('AWS::Events::Rule')).toEqual({});
});

describe('the key', () => {
  test('is created with annual rotation, and is retained with the stack', () => {
    expect(() =>
      synthesize().hasResource('AWS::KMS::Key', {
        DeletionPolicy: 'RetainExceptOnCreate',
        Properties: { EnableKeyRotation: true },
      }),
    ).not.toThrow();
  });

  test('encrypts the ledger and every log', () => {
    const template = synthesize();
    const key = { 'Fn::GetAtt': [Match.stringLikeRegexp('^BridgeKey'), 'Arn'] };

    expectResource(template, 'AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key },
    });
    expect(propertiesOf(template, 'AWS::Logs::LogGroup').map((log) => log['KmsKeyId'])).toEqual(
      Array.from({ length: 3 }, () => ({
        'Fn::GetAtt': [expect.stringMatching(/^BridgeKey/), 'Arn'],
      })),
    );
  });

  test('is the given one', () => {
    const template = synthesize((stack) => ({ encryptionKey: new Key(stack, 'Theirs') }));

    expect(Object.keys(template.findResources('AWS::KMS::Key'))).toEqual([
      expect.stringMatching(/^Theirs/),
    ]);
  });
});

describe('a prop', () => {
  test('limits the concurrent executions that send to AutoSys', () => {
    expectResource(
      synthesize(() => ({ maxConcurrency: 2 })),
      'AWS::Lambda::EventSourceMapping',
      {
        ScalingConfig: { MaximumConcurrency: 2 },
      },
    );
  });

  test.for([1, 1_001, 0, Number.NaN])(
    'rejects a maximum concurrency of %d with the allowed values',
    (maxConcurrency) => {
      expect(() => synthesize(() => ({ maxConcurrency }))).toThrow(
        `maxConcurrency: found ${maxConcurrency}, allowed: 2 to 1,000, the range of Lambda for queues`,
      );
    },
  );

  test('accepts a maximum concurrency that is known at deployment only', () => {
    const toProps: ToProps = (stack) => ({
      maxConcurrency: new CfnParameter(stack, 'Cap', { type: 'Number' }).valueAsNumber,
    });

    expectResource(synthesize(toProps), 'AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: { Ref: 'Cap' } },
    });
  });

  test('sets the retention of the logs, three months by default', () => {
    const days = (toProps?: ToProps) =>
      propertiesOf(synthesize(toProps), 'AWS::Logs::LogGroup').map((log) => log['RetentionInDays']);

    expect(days()).toEqual([90, 90, 90]);
    expect(days(() => ({ logRetention: RetentionDays.ONE_YEAR }))).toEqual([365, 365, 365]);
  });
});

describe('in a VPC', () => {
  const inVpc =
    (more: ToProps = () => ({})): ToProps =>
    (stack) => ({ vpc: aVpc(stack), ...more(stack) });

  test('puts all functions into the private subnets', () => {
    const configs = propertiesOf(synthesize(inVpc()), 'AWS::Lambda::Function').map(
      ({ VpcConfig }) => VpcConfig as { SubnetIds: { Ref: string }[] } | undefined,
    );

    expect(configs.map((config) => config?.SubnetIds.map(({ Ref }) => Ref))).toEqual(
      Array.from({ length: 3 }, () => [
        expect.stringMatching(/^VpcPrivateSubnet1/),
        expect.stringMatching(/^VpcPrivateSubnet2/),
      ]),
    );
  });

  test('has no ingress, and egress only to the ports of AutoSys and to AWS', () => {
    const template = synthesize(inVpc());

    expectResource(template, 'AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [
        {
          IpProtocol: 'tcp',
          FromPort: 9443,
          ToPort: 9443,
          CidrIp: '0.0.0.0/0',
          Description: 'AutoSys web services',
        },
        {
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          CidrIp: '0.0.0.0/0',
          Description: 'AWS APIs',
        },
      ],
    });
  });

  test.for([
    {
      when: 'the endpoint is an address',
      endpoints: ['https://10.1.2.3:9443'],
      cidrs: [],
      egress: ['10.1.2.3/32'],
    },
    {
      when: 'its networks are given',
      endpoints: ['https://a.example.com:9443'],
      cidrs: ['10.1.0.0/16', '10.2.0.0/16'],
      egress: ['10.1.0.0/16', '10.2.0.0/16'],
    },
  ])('limits the egress to AutoSys if $when', ({ endpoints, cidrs, egress }) => {
    const template = synthesize(
      inVpc(() => ({ config: aBridgeConfig({ endpoints }), autosysCidrs: cidrs })),
    );

    const [group] = propertiesOf(template, 'AWS::EC2::SecurityGroup');
    const rules = group?.['SecurityGroupEgress'] as { CidrIp: string; FromPort: number }[];
    expect(rules.filter(({ FromPort }) => FromPort === 9443).map(({ CidrIp }) => CidrIp)).toEqual(
      egress,
    );
  });

  test('uses given security groups, and creates none', () => {
    const given: ToProps = (stack) => ({
      securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Given', 'sg-0a1b2c3d')],
    });

    const template = synthesize(inVpc(given));

    expect(template.findResources('AWS::EC2::SecurityGroup')).toEqual({});
    expectResource(template, 'AWS::Lambda::Function', {
      VpcConfig: { SecurityGroupIds: ['sg-0a1b2c3d'] },
    });
  });

  test.for([
    { accounts: [], services: ['batch', 'dynamodb', 'secretsmanager', 'states'] },
    {
      accounts: ['444455556666'],
      services: ['batch', 'dynamodb', 'secretsmanager', 'states', 'sts'],
    },
  ])('creates endpoints for $services if enabled', ({ accounts, services: called }) => {
    const isolated: ToProps = (stack) => ({
      config: { ...aBridgeConfig(), accounts },
      vpc: aVpc(stack, {
        natGateways: 0,
        subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
      }),
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      vpcEndpoints: true,
    });

    const template = synthesize(isolated);

    const services = propertiesOf(template, 'AWS::EC2::VPCEndpoint').map(({ ServiceName }) =>
      JSON.stringify(ServiceName).replace(/.*\.([a-z]+)".*/, '$1'),
    );
    expect(services.sort()).toEqual(called);
    // The endpoint of DynamoDB is a gateway without a security group.
    expect(propertiesOf(template, 'AWS::EC2::SecurityGroupIngress')).toHaveLength(
      called.length - 1,
    );
  });

  test('allows the whole VPC to use the endpoints, because their private DNS names apply to all of it', () => {
    const template = synthesize(inVpc(() => ({ vpcEndpoints: true })));

    const groups = propertiesOf(template, 'AWS::EC2::SecurityGroup').flatMap(
      ({ SecurityGroupIngress }) => SecurityGroupIngress ?? [],
    );
    expect(groups).toEqual(
      Array.from({ length: 3 }, () =>
        expect.objectContaining({
          CidrIp: { 'Fn::GetAtt': [expect.stringMatching(/^Vpc/), 'CidrBlock'] },
          FromPort: 443,
          ToPort: 443,
        }),
      ),
    );
  });

  test('creates no endpoint by default', () => {
    expect(synthesize(inVpc()).findResources('AWS::EC2::VPCEndpoint')).toEqual({});
  });

  test('rejects a VPC without private subnets, with the allowed values', () => {
    const publicOnly: ToProps = (stack) => ({
      vpc: aVpc(stack, {
        subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC }],
      }),
    });

    expect(() => synthesize(publicOnly)).toThrow(
      'vpcSubnets: found public subnets, allowed: private subnets, with a NAT or with vpcEndpoints',
    );
  });

  test('rejects props that have no effect without a VPC', () => {
    expect(() => synthesize(() => ({ vpcEndpoints: true, autosysCidrs: ['10.0.0.0/8'] }))).toThrow(
      'autosysCidrs, vpcEndpoints: found without vpc, allowed: only together with vpc',
    );
  });
});

test('allows a function to write only to its own log group', () => {
  const template = synthesize();

  expect(propertiesOf(template, 'AWS::IAM::Role').map((role) => role['ManagedPolicyArns'])).toEqual(
    // Functions, then the schedules of sweep and canary.
    [undefined, undefined, undefined, undefined, undefined],
  );
  const statements = propertiesOf(template, 'AWS::IAM::Policy').flatMap(
    ({ PolicyDocument }) =>
      (PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] }).Statement,
  );
  expect(statements).toContainEqual({
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: { 'Fn::GetAtt': [expect.stringMatching(/^BridgeReportLogs/), 'Arn'] },
  });
  expect(statements.filter(({ Resource }) => Resource === '*').map(({ Action }) => Action)).toEqual(
    [],
  );
});
