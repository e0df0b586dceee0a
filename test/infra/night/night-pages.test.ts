import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import type { AutosysBridgeProps } from '../../../infra/autosys-bridge-props.ts';
import { BridgeStack } from '../../../infra/bridge-stack.ts';
import { toReaderKeyStatement } from '../../../infra/night/night-bucket.ts';
import type { NightConfig } from '../../../lambda/routing/night-config.ts';
import { aBridgeConfig, anInstanceConfig } from '../../support/bridge-config.ts';
import { blocksOf } from '../../support/documents.ts';
import { aNightConfig } from '../../support/night-config.ts';

const reader = 'arn:aws:iam::111122223333:role/Operators';
const ace = parseAutosysInstance('ACE');
const prd = parseAutosysInstance('PRD');

function synthesize(
  night: NightConfig | undefined = aNightConfig(),
  toProps: (stack: Stack) => Partial<AutosysBridgeProps> = () => ({}),
): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const instances = [
    anInstanceConfig(),
    anInstanceConfig({ name: prd, secret: 'autosys/PRD/bridge' }),
  ];
  const config = { ...aBridgeConfig(), instances, night };
  return Template.fromStack(
    new BridgeStack(app, 'Theirs', (stack) => ({ config, ...toProps(stack) })),
  );
}

const allOf = (template: Template, type: string) => Object.entries(template.findResources(type));
const bucketPolicyOf = (template: Template) =>
  allOf(template, 'AWS::S3::BucketPolicy')[0]?.[1]['Properties'].PolicyDocument.Statement;
const writerOf = (template: Template) =>
  allOf(template, 'AWS::Lambda::Function').find(([id]) => id.startsWith('BridgeNightWriter'))?.[1];
const alarmsOf = (template: Template) =>
  allOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

test('does not exist without night in the route file', () => {
  const template = synthesize({ ...aNightConfig() }, () => ({ config: aBridgeConfig() }));

  expect(allOf(template, 'AWS::S3::Bucket')).toEqual([]);
  expect(writerOf(template)).toBeUndefined();
  expect(alarmsOf(template).filter(({ AlarmName }) => AlarmName.includes('Night'))).toEqual([]);
});

describe('the bucket', () => {
  test('is encrypted, private, of one owner, without versions, and its pages expire', () => {
    const [[, bucket] = []] = allOf(synthesize(aNightConfig({ keepDays: 30 })), 'AWS::S3::Bucket');

    expect(bucket).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: {
                KMSMasterKeyID: { 'Fn::GetAtt': [expect.stringMatching(/^BridgeKey/), 'Arn'] },
                SSEAlgorithm: 'aws:kms',
              },
            },
          ],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        LifecycleConfiguration: {
          Rules: [
            {
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
              ExpirationInDays: 30,
              Status: 'Enabled',
            },
          ],
        },
      },
    });
    expect(bucket?.['Properties']).not.toHaveProperty('VersioningConfiguration');
  });

  test('lets readers read and list, and denies everyone else, and plain HTTP', () => {
    const statements = bucketPolicyOf(synthesize());
    const bucket = { 'Fn::GetAtt': [expect.stringMatching(/^BridgeNightPages/), 'Arn'] };
    const pages = { 'Fn::Join': ['', [bucket, '/*']] };

    expect(statements).toEqual([
      expect.objectContaining({
        ...{ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' } },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      expect.objectContaining({
        ...{ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' } },
        Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
      }),
      {
        ...{ Sid: 'ReadersReadPages', Effect: 'Allow', Action: 's3:GetObject' },
        ...{ Principal: { AWS: reader }, Resource: pages },
      },
      {
        ...{ Sid: 'ReadersListPages', Effect: 'Allow', Action: 's3:ListBucket' },
        ...{ Principal: { AWS: reader }, Resource: bucket },
      },
      {
        ...{ Sid: 'OthersReadNothing', Effect: 'Deny', Principal: { AWS: '*' } },
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Resource: pages,
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': [reader] } },
      },
    ]);
  });

  test('has a key with which readers decrypt through S3 only', () => {
    const [[, key] = []] = allOf(synthesize(), 'AWS::KMS::Key');

    expect(key?.['Properties'].KeyPolicy.Statement).toContainEqual({
      ...{ Sid: 'NightPageReaders', Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
      Principal: { AWS: reader },
      Condition: {
        StringEquals: {
          'kms:ViaService': {
            'Fn::Join': ['', ['s3.', { Ref: 'AWS::Region' }, '.amazonaws.com']],
          },
        },
      },
    });
  });
});

test('docs/night.md shows the statement of the key', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const env = { account: '111122223333', region: 'eu-west-1' };
  const stack = new Stack(app, 'Theirs', { env });
  const [block] = blocksOf('docs/night.md', 'json').filter(({ text }) =>
    text.includes('NightPageReaders'),
  );

  expect(JSON.parse(block?.text ?? '')).toEqual(toReaderKeyStatement(stack, [reader]).toJSON());
});

describe('the night function', () => {
  test('runs alone, every few minutes, with the name of the bucket', () => {
    const template = synthesize(aNightConfig({ everyMinutes: 15 }));

    expect(writerOf(template)?.['Properties']).toMatchObject({
      ...{ ReservedConcurrentExecutions: 1, Timeout: 60, MemorySize: 512 },
      Environment: {
        Variables: { NIGHT_BUCKET: { Ref: expect.stringMatching(/^BridgeNightPages/) } },
      },
    });
    expect(
      allOf(template, 'AWS::Scheduler::Schedule').map(([, { Properties }]) => [
        Properties.Description,
        Properties.ScheduleExpression,
      ]),
    ).toContainEqual(['AutoSys bridge: the pages of the night', 'rate(15 minutes)']);
  });

  test('can use the ledger, read the secrets of its instances, and write pages of these', () => {
    const statements = allOf(synthesize(), 'AWS::IAM::Policy')
      .filter(([id]) => id.startsWith('BridgeNightWriter'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    const actions: readonly string[] = statements.flatMap(({ Action }) => Action);
    const text = JSON.stringify(statements);

    expect(actions.filter((action) => !action.startsWith('kms:'))).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Query',
      'dynamodb:Query',
      'secretsmanager:GetSecretValue',
      'secretsmanager:DescribeSecret',
      's3:PutObject',
    ]);
    expect(text).toContain('autosys/ACE/bridge');
    expect(text).not.toContain('autosys/PRD/bridge');
    expect(text).toContain('/ACE/*');
    expect(text).not.toContain('"Resource":"*"');
  });

  test('reaches S3 from a VPC without a NAT', () => {
    const template = synthesize(aNightConfig(), (stack) => ({
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
        ...{ vpcId: 'vpc-0a1b2c3d', vpcCidrBlock: '10.0.0.0/16' },
        availabilityZones: ['eu-west-1a'],
        ...{ privateSubnetIds: ['subnet-0a'], privateSubnetRouteTableIds: ['rtb-0a'] },
      }),
      vpcEndpoints: true,
    }));
    const services = allOf(template, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) =>
      JSON.stringify(Properties),
    );

    expect(services.filter((text) => text.includes('.s3"'))).toEqual([
      expect.stringContaining('"VpcEndpointType":"Gateway"'),
    ]);
  });
});

test('has alarms for pages that are not written, of at least five minutes', () => {
  const named = (template: Template, name: string) =>
    alarmsOf(template).find(({ AlarmName }) => AlarmName === `AutosysBridge-${name}`);
  const template = synthesize(aNightConfig({ instances: [ace, prd], everyMinutes: 1 }));

  expect(named(template, 'NightPageFailed-PRD')).toMatchObject({
    ...{ MetricName: 'NightPageFailed', Statistic: 'Minimum', Period: 300, EvaluationPeriods: 2 },
  });
  expect(named(template, 'NightErrors')).toMatchObject({ MetricName: 'Errors', Period: 300 });
  expect(named(synthesize(aNightConfig({ everyMinutes: 60 })), 'NightNotRunning')).toMatchObject({
    ...{ MetricName: 'Invocations', Period: Duration.hours(1).toSeconds() },
    ...{ TreatMissingData: 'breaching', ComparisonOperator: 'LessThanThreshold' },
  });
});

test('has an output with a command that prints a link', () => {
  const outputs = synthesize().findOutputs('*');

  expect(JSON.stringify(outputs['NightLinkCommand'])).toMatch(
    /aws s3 presign s3:\/\/.*\/ACE\/now\.html --expires-in 900/,
  );
  expect(outputs).toHaveProperty('NightBucketName');
});
