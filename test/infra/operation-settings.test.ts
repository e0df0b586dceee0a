import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, test } from 'vitest';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
import { admitServices, BridgeKey } from '../../infra/bridge-key.ts';
import { BridgeSourceStack } from '../../infra/bridge-source-stack.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';

const newApp = () => new App({ context: { 'aws:cdk:bundling-stacks': [] } });

function synthesize(toProps: (stack: Stack) => Partial<AutosysBridgeProps> = () => ({})): Template {
  const config = aBridgeConfig();
  return Template.fromStack(
    new BridgeStack(newApp(), 'Bridge', (stack) => ({ config, ...toProps(stack) })),
  );
}

/** Properties of each function by the name of its construct. */
function functionsOf(template: Template): Readonly<Record<string, Record<string, unknown>>> {
  return Object.fromEntries(
    Object.entries(template.findResources('AWS::Lambda::Function')).map(([id, { Properties }]) => [
      /^Bridge(\w+?)Function/.exec(id)?.[1],
      Properties,
    ]),
  );
}

function statementsOf(template: Template, role: string) {
  return Object.entries(template.findResources('AWS::IAM::Policy')).flatMap(([id, policy]) =>
    id.startsWith(`Bridge${role}Role`) ? policy['Properties'].PolicyDocument.Statement : [],
  );
}

const rooms = ['Report', 'Sweep', 'Canary'];
const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

test('retained resources are deleted if the first deployment fails', () => {
  const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';
  const source = new BridgeSourceStack(newApp(), 'Source', () => ({
    config: aBridgeConfig(),
    busArn,
  }));
  const templates = [synthesize(() => ({ backup: true })), Template.fromStack(source)];

  const policies = templates.flatMap((template) =>
    Object.values(template.toJSON()['Resources']).flatMap((resource) => {
      const { Type, DeletionPolicy } = resource as { Type: string; DeletionPolicy?: string };
      return DeletionPolicy?.startsWith('Retain') ? [`${Type} ${DeletionPolicy}`] : [];
    }),
  );
  expect([...new Set(policies)].sort()).toEqual(
    [
      'AWS::Backup::BackupVault',
      'AWS::DynamoDB::Table',
      'AWS::KMS::Key',
      'AWS::Logs::LogGroup',
      'AWS::SQS::Queue',
    ].map((type) => `${type} RetainExceptOnCreate`),
  );
});

describe('the key', () => {
  const logsPrincipalOf = (region?: string) => {
    const env = { account: '111122223333', ...(region && { region }) };
    const stack = new Stack(newApp(), 'Stack', region ? { env } : {});
    admitServices(new BridgeKey(stack, 'Key'), stack);
    const template = Template.fromStack(stack).toJSON();
    const [key] = Object.values(template['Resources']) as {
      Properties: { KeyPolicy: { Statement: { Principal: { Service?: unknown } }[] } };
    }[];
    const services = key?.Properties.KeyPolicy.Statement.map(({ Principal }) => Principal.Service);
    const principal = services?.find((service) => JSON.stringify(service ?? '').includes('logs.'));
    return { principal, conditions: template['Conditions'] };
  };

  test.for([
    { region: 'eu-west-1', principal: 'logs.eu-west-1.amazonaws.com' },
    { region: 'us-gov-west-1', principal: 'logs.us-gov-west-1.amazonaws.com' },
    { region: 'cn-north-1', principal: 'logs.cn-north-1.amazonaws.com.cn' },
    { region: 'cn-northwest-1', principal: 'logs.cn-northwest-1.amazonaws.com.cn' },
    { region: 'eusc-de-east-1', principal: 'logs.eusc-de-east-1.amazonaws.com' },
    { region: 'us-iso-east-1', principal: 'logs.us-iso-east-1.c2s.ic.gov' },
    { region: 'us-isob-east-1', principal: 'logs.us-isob-east-1.sc2s.sgov.gov' },
    { region: 'eu-isoe-west-1', principal: 'logs.eu-isoe-west-1.amazonaws.com' },
  ])('can be used by CloudWatch Logs of $region as $principal', ({ region, principal }) => {
    expect(logsPrincipalOf(region)).toEqual({ principal, conditions: undefined });
  });

  test('can be used by CloudWatch Logs of any Region, with a suffix that CloudFormation chooses', () => {
    const { principal, conditions } = logsPrincipalOf();

    const [name = '', ...more] = Object.keys(conditions);
    expect(more).toEqual([]);
    expect(principal).toEqual({
      'Fn::Join': [
        '',
        [
          'logs.',
          { Ref: 'AWS::Region' },
          '.',
          { 'Fn::If': [name, { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'] },
        ],
      ],
    });
    expect(conditions[name]).toEqual({
      'Fn::Or': ['aws-cn', 'aws-iso', 'aws-iso-b'].map((partition) => ({
        'Fn::Equals': [{ Ref: 'AWS::Partition' }, partition],
      })),
    });
  });
});

describe('the schedules', () => {
  const schedules = () => Object.values(synthesize().findResources('AWS::Scheduler::Schedule'));

  test('invoke sweep and canary without retries, by separate roles', () => {
    expect(schedules().map(({ Properties }) => Properties)).toEqual(
      [
        { room: 'Sweep', rate: 'rate(1 minute)', what: 'the sweep' },
        { room: 'Canary', rate: 'rate(15 minutes)', what: 'the canary' },
      ].map(({ room, rate, what }) => ({
        Description: `AutoSys bridge: ${what}`,
        ScheduleExpression: rate,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: { 'Fn::GetAtt': [expect.stringMatching(`^Bridge${room}Function`), 'Arn'] },
          RoleArn: { 'Fn::GetAtt': [expect.stringMatching(`^Bridge${room}ScheduleRole`), 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        },
      })),
    );
  });

  test('have roles that only Scheduler of the account can assume, to invoke one function', () => {
    const roles = Object.entries(synthesize().findResources('AWS::IAM::Role')).filter(([id]) =>
      id.includes('ScheduleRole'),
    );

    const group = ['arn:', { Ref: 'AWS::Partition' }, ':scheduler:', { Ref: 'AWS::Region' }, ':'];
    const sourceArn = [...group, { Ref: 'AWS::AccountId' }, ':schedule-group/default'];
    expect(roles.map(([, { Properties }]) => Properties)).toEqual(
      ['Sweep', 'Canary'].map((room) => ({
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'sts:AssumeRole',
              Principal: { Service: 'scheduler.amazonaws.com' },
              Condition: {
                StringEquals: {
                  'aws:SourceAccount': { Ref: 'AWS::AccountId' },
                  'aws:SourceArn': { 'Fn::Join': ['', sourceArn] },
                },
              },
            },
          ],
        },
        Policies: [
          {
            PolicyName: 'Invoke',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: 'lambda:InvokeFunction',
                  Resource: {
                    'Fn::GetAtt': [expect.stringMatching(`^Bridge${room}Function`), 'Arn'],
                  },
                },
              ],
            },
          },
        ],
      })),
    );
  });

  test('need no rule with a rate', () => {
    const rules = Object.values(synthesize().findResources('AWS::Events::Rule'));

    expect(rules.filter(({ Properties }) => Properties.ScheduleExpression)).toEqual([]);
  });
});

describe('by default', () => {
  test('functions are not traced, have no reserved concurrency, and use the AWS managed key', () => {
    const functions = Object.values(functionsOf(synthesize()));

    expect(functions).toHaveLength(3);
    for (const properties of functions) {
      expect(properties).not.toHaveProperty('TracingConfig');
      expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
      expect(properties).not.toHaveProperty('KmsKeyArn');
    }
  });

  test('the stack has no AWS Backup and no termination protection', () => {
    const stack = new BridgeStack(newApp(), 'Bridge', () => ({ config: aBridgeConfig() }));

    const types = Object.values(Template.fromStack(stack).toJSON()['Resources']).map(
      (resource) => (resource as { Type: string }).Type,
    );
    expect(types.filter((type) => type.startsWith('AWS::Backup'))).toEqual([]);
    expect(stack.terminationProtection).toBe(false);
  });
});

test('tracing traces every function, and adds only permissions for traces', () => {
  const template = synthesize(() => ({ tracing: true }));

  const functions = functionsOf(template);
  for (const room of rooms) {
    expect(functions[room]).toMatchObject({ TracingConfig: { Mode: 'Active' } });
    expect(statementsOf(template, room)).toContainEqual({
      Effect: 'Allow',
      Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      Resource: '*',
    });
  }
});

test('environmentEncryption encrypts the variables, and allows the functions to decrypt them', () => {
  const template = synthesize((stack) => ({
    environmentEncryption: Key.fromKeyArn(stack, 'EnvironmentKey', keyArn),
  }));

  const functions = functionsOf(template);
  for (const room of rooms) {
    expect(functions[room]).toMatchObject({ KmsKeyArn: keyArn });
    expect(statementsOf(template, room)).toContainEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: keyArn,
    });
  }
});

describe('reservedConcurrency', () => {
  test('reserves for each function; for the report function at least maxConcurrency', () => {
    const functions = functionsOf(
      synthesize(() => ({ reservedConcurrency: 8, maxConcurrency: 7 })),
    );

    expect(rooms.map((room) => functions[room]?.['ReservedConcurrentExecutions'])).toEqual([
      8, 2, 1,
    ]);
  });

  test.for([
    { props: { reservedConcurrency: 4 }, least: 5 },
    { props: { reservedConcurrency: 9, maxConcurrency: 10 }, least: 10 },
    { props: { reservedConcurrency: 7.5 }, least: 5 },
    { props: { reservedConcurrency: Number.NaN }, least: 5 },
  ])('is rejected below maxConcurrency: $props', ({ props, least }) => {
    expect(() => synthesize(() => props)).toThrow(
      `reservedConcurrency: found ${props.reservedConcurrency}, allowed: a whole number of ${least} or more, because maxConcurrency is ${least}`,
    );
  });
});

test('backup creates a daily plan of AWS Backup for the ledger only', () => {
  const template = synthesize(() => ({ backup: true }));

  const only = (type: string) => {
    const [resource, ...more] = Object.values(template.findResources(type));
    expect(more).toEqual([]);
    return resource?.['Properties'];
  };
  const vault = { 'Fn::GetAtt': [expect.stringMatching(/^BridgeBackupVault/), 'BackupVaultName'] };
  expect(only('AWS::Backup::BackupVault')).toEqual({
    BackupVaultName: {
      'Fn::Join': [
        '',
        ['AutosysBridge-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }],
      ],
    },
    EncryptionKeyArn: { 'Fn::GetAtt': [expect.stringMatching(/^BridgeKey/), 'Arn'] },
  });
  expect(only('AWS::Backup::BackupPlan').BackupPlan.BackupPlanRule).toEqual([
    {
      RuleName: 'Daily',
      ScheduleExpression: 'cron(0 12 * * ? *)',
      Lifecycle: { DeleteAfterDays: 35 },
      TargetBackupVault: vault,
    },
  ]);
  expect(only('AWS::Backup::BackupSelection').BackupSelection).toMatchObject({
    Resources: [{ 'Fn::GetAtt': [expect.stringMatching(/^BridgeLedgerTable/), 'Arn'] }],
    IamRoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^BridgeBackupRole/), 'Arn'] },
  });
});
