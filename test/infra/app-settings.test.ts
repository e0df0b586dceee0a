import { describe, expect, test } from 'vitest';
import { readAppSettings } from '../../infra/app-settings.ts';

const config = 'bridge.yaml';
const vpcId = 'vpc-0a1b2c3d';

describe('the settings', () => {
  test('contain only the route file by default', () => {
    expect(readAppSettings({ config })).toEqual({ config });
  });

  test.for([
    { given: { canaryMinutes: '0' }, read: { canaryMinutes: 0 } },
    { given: { maxConcurrency: '7' }, read: { maxConcurrency: 7 } },
    { given: { logRetentionDays: 365 }, read: { logRetentionDays: 365 } },
    { given: { vpcId, vpcEndpoints: 'true' }, read: { vpcId, vpcEndpoints: true } },
    { given: { vpcId, vpcEndpoints: false }, read: { vpcId, vpcEndpoints: false } },
    {
      given: { vpcId, vpcEndpoints: 'states, batch' },
      read: { vpcId, vpcEndpoints: ['states', 'batch'] },
    },
    {
      given: { vpcId, vpcEndpoints: ['dynamodb'] },
      read: { vpcId, vpcEndpoints: ['dynamodb'] },
    },
    {
      given: { vpcId, subnetIds: 'subnet-1, subnet-2' },
      read: { vpcId, subnetIds: ['subnet-1', 'subnet-2'] },
    },
    {
      given: { vpcId, autosysCidrs: ['10.0.0.0/8'] },
      read: { vpcId, autosysCidrs: ['10.0.0.0/8'] },
    },
    { given: { vpcId }, read: { vpcId } },
    {
      given: { organizationId: 'o-a1b2c3d4e5', busName: 'Night' },
      read: { organizationId: 'o-a1b2c3d4e5', busName: 'Night' },
    },
    {
      given: { tracing: 'true', backup: true, terminationProtection: 'true' },
      read: { tracing: true, backup: true, terminationProtection: true },
    },
    { given: { reservedConcurrency: '20' }, read: { reservedConcurrency: 20 } },
    {
      given: {
        environmentKeyArn:
          'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
      read: {
        environmentKeyArn:
          'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
    },
    {
      given: {
        secretKeyArns:
          'arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab, arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
      read: {
        secretKeyArns: [
          'arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab',
          'arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab',
        ],
      },
    },
    {
      given: {
        launchVpcEndpointIds: 'vpce-0a1b2c3d, vpce-0a1b2c3d4e5f60718',
        launchNetworks: '10.20.0.0/16,fd00::/8',
        launchAccess: 'private',
        heldWaits: '0',
        launchLogGroups: '/aws/batch/job, /aws/lambda/settle-*',
        launchSetsLogRole: 'false',
      },
      read: {
        launchVpcEndpointIds: ['vpce-0a1b2c3d', 'vpce-0a1b2c3d4e5f60718'],
        launchNetworks: ['10.20.0.0/16', 'fd00::/8'],
        launchAccess: 'private',
        heldWaits: 0,
        launchLogGroups: ['/aws/batch/job', '/aws/lambda/settle-*'],
        launchSetsLogRole: false,
      },
    },
    {
      given: { requestConcurrency: '4', requestsRefusedAlarm: '1', waitOverdueMinutes: 15 },
      read: { requestConcurrency: 4, requestsRefusedAlarm: 1, waitOverdueMinutes: 15 },
    },
    { given: { stackName: 'Night' }, read: { stackName: 'Night' } },
    {
      given: {
        keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab',
      },
      read: {
        keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab',
      },
    },
    {
      given: {
        keyArn:
          'arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
      read: {
        keyArn:
          'arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
    },
  ])('read $given from the command line or cdk.json', ({ given, read }) => {
    expect(readAppSettings({ config, ...given })).toEqual({ config, ...read });
  });

  test('ignore the keys of the CDK itself', () => {
    const context = { config, '@aws-cdk/core:x': true, 'aws:cdk:enable-path-metadata': true };

    expect(readAppSettings(context)).toEqual({ config });
  });

  test('are rejected together with bridgeBusArn if they apply to the bridge', () => {
    const bridgeBusArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';
    const expected = (name: string) =>
      `context ${name}: found together with bridgeBusArn, which creates the stack of a source; this setting applies to the stack of the bridge, so remove it here`;

    expect(() =>
      readAppSettings({ config, bridgeBusArn, otherAccounts: '444455556666', vpcId: 'vpc-1' }),
    ).toThrow([expected('otherAccounts'), expected('vpcId')].join('\n'));
    const sourceSettings = {
      bridgeBusArn,
      stackName: 'Source',
      terminationProtection: true,
      bridgeSweepRoleArn: 'arn:aws:iam::111122223333:role/Sweep',
      bridgeRequestRoleArns: [
        'arn:aws:iam::111122223333:role/Request',
        'arn:aws:iam::111122223333:role/Wait',
      ],
      alarmPrefix: 'Payments',
      alarmTopicArn: 'arn:aws:sns:eu-west-1:444455556666:night',
      runbookUrl: 'https://wiki.example.com/bridge',
    };
    expect(readAppSettings({ config, ...sourceSettings })).toMatchObject(sourceSettings);
  });

  test.for([
    { given: { tracing: 'active' }, expected: 'tracing: found "active", allowed: true or false' },
    { given: { backup: 'daily' }, expected: 'backup: found "daily", allowed: true or false' },
    {
      given: { terminationProtection: 'on' },
      expected: 'terminationProtection: found "on", allowed: true or false',
    },
    ...['1', '5.5', 'many'].map((reservedConcurrency) => ({
      given: { reservedConcurrency },
      expected: `reservedConcurrency: found "${reservedConcurrency}", allowed: a whole number, maxConcurrency or more`,
    })),
    {
      given: { environmentKeyArn: 'arn:aws:kms:eu-west-1:111122223333:alias/env' },
      expected:
        'environmentKeyArn: found "arn:aws:kms:eu-west-1:111122223333:alias/env", allowed: the ARN of a KMS key',
    },
    { given: { subnetIds: 'subnet-1' }, expected: 'subnetIds: found without vpcId' },
    { given: { securityGroupIds: 'sg-1' }, expected: 'securityGroupIds: found without vpcId' },
    { given: { autosysCidrs: '10.20.0.0/16' }, expected: 'autosysCidrs: found without vpcId' },
    { given: { vpcEndpoints: 'true' }, expected: 'vpcEndpoints: found without vpcId' },
    ...['sns', 'states,sns', '', [], ['true'], 'true,states'].map((vpcEndpoints) => ({
      given: { vpcId, vpcEndpoints },
      expected: `vpcEndpoints: found ${JSON.stringify(vpcEndpoints)}, allowed: true, false, or some of secretsmanager, states`,
    })),
    {
      given: { launchVpcEndpointIds: 'vpc-0a1b2c3d' },
      expected:
        'launchVpcEndpointIds: found "vpc-0a1b2c3d", allowed: ids of VPC endpoints of execute-api',
    },
    {
      given: { launchNetworks: '10.20.0.0' },
      expected: 'launchNetworks: found "10.20.0.0", allowed: networks such as 10.20.0.0/16',
    },
    {
      given: { launchNetworks: '10.20.0.0/16', launchAccess: 'edge' },
      expected: 'launchAccess: found "edge", allowed: private or regional',
    },
    ...['-1', '2.5', 'all'].map((heldWaits) => ({
      given: { launchNetworks: '10.20.0.0/16', heldWaits },
      expected: `heldWaits: found "${heldWaits}", allowed: a whole number of waiting commands, 0 or more`,
    })),
    {
      given: { launchNetworks: '10.20.0.0/16', launchLogGroups: '/aws/*/job' },
      expected: 'launchLogGroups: found "/aws/*/job", allowed: names of log groups',
    },
    {
      given: { launchNetworks: '10.20.0.0/16', launchSetsLogRole: 'no' },
      expected: 'launchSetsLogRole: found "no", allowed: true or false',
    },
    ...['launchAccess', 'heldWaits', 'launchLogGroups', 'launchSetsLogRole'].map((name) => ({
      given: { [name]: 'private' },
      expected: `context ${name}: found without launchNetworks or launchVpcEndpointIds, allowed: only together with it`,
    })),
    {
      given: { bridgeSweepRoleArn: 'arn:aws:iam::111122223333:role/Sweep' },
      expected: 'bridgeSweepRoleArn: found without bridgeBusArn',
    },
    {
      given: { bridgeRequestRoleArns: 'arn:aws:iam::111122223333:role/Wait' },
      expected: 'bridgeRequestRoleArns: found without bridgeSweepRoleArn',
    },
    ...['requestConcurrency', 'requestsRefusedAlarm', 'waitOverdueMinutes'].map((name) => ({
      given: { [name]: '0' },
      expected: `context ${name}: found "0", allowed: a whole number of`,
    })),
    {
      given: { busName: 'Night' },
      expected: 'busName: found without otherAccounts or organizationId',
    },
    {
      given: { organizationId: '123456789012' },
      expected:
        'organizationId: found "123456789012", allowed: the id of an AWS organization, such as o-a1b2c3d4e5',
    },
    {
      given: {
        keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
        alarmTopicKeyArn:
          'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
      expected: 'alarmTopicKeyArn: found the same key as keyArn, allowed: another key, or none',
    },
    {
      given: {
        alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:pager',
        alarmTopicKeyArn:
          'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
      expected: 'alarmTopicKeyArn: found together with alarmTopicArn, allowed: one of them',
    },
    {
      given: { vpcId, autosysCidrs: '10.20.0.0' },
      expected: 'autosysCidrs: found "10.20.0.0", allowed: IPv4 networks such as 10.20.0.0/16',
    },
    {
      given: { vpcId, autosysCidrs: ['fd00::/8'] },
      expected: 'autosysCidrs: found ["fd00::/8"], allowed: IPv4 networks such as 10.20.0.0/16',
    },
    {
      given: { otherAccounts: '444455556666', busName: 'default' },
      expected:
        'busName: found "default", allowed: 1 to 256 letters, digits and . _ -, and not default',
    },
    {
      given: {
        alarmEmail: 'night@example.com',
        alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:pager',
      },
      expected: 'alarmEmail: found together with alarmTopicArn',
    },
    {
      given: { keyArn: 'arn:aws:kms:eu-west-1:111122223333:alias/bridge' },
      expected: 'allowed: the ARN of a KMS key, not of an alias',
    },
    {
      given: {
        secretKeyArns:
          'arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab, arn:aws:kms:eu-west-1:111122223333:alias/secrets',
      },
      expected: 'allowed: ARNs of KMS keys, not of aliases, separated by commas',
    },
    {
      given: { keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/bridge' },
      expected: 'allowed: the ARN of a KMS key, not of an alias',
    },
    {
      given: { runbookUrl: 'https://wiki.example.com/runbook#night' },
      expected: 'allowed: a URL, without #',
    },
  ])('are rejected if invalid or without effect: $expected', ({ given, expected }) => {
    expect(() => readAppSettings({ config, ...given })).toThrow(expected);
  });

  test('report every fault at once, with the allowed values', () => {
    const context = { vpcId: 'mine', vpcEndpoints: 'yes', maxConcurrency: 'many', vpcEndpoint: 1 };

    expect(() => readAppSettings(context)).toThrow(
      [
        'context config: found none, allowed: the path of a route file, such as bridge.yaml',
        'context vpcId: found "mine", allowed: the id of a VPC, such as vpc-0a1b2c3d',
        'context vpcEndpoints: found "yes", allowed: true, false, or some of secretsmanager, states, batch, sts, logs, execute-api, dynamodb, s3, separated by commas',
        'context maxConcurrency: found "many", allowed: a whole number from 2 to 1000',
        'context vpcEndpoint: unknown setting; did you mean vpcEndpoints?',
        'set settings by -c name=value, or in cdk.json',
      ].join('\n'),
    );
  });
});
