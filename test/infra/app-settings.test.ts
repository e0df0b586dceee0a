import { describe, expect, test } from 'vitest';
import { readAppSettings } from '../../infra/app-settings.ts';

const config = 'bridge.yaml';

describe('the settings', () => {
  test('are the route file alone, unless more is said', () => {
    expect(readAppSettings({ config })).toEqual({ config });
  });

  test.for([
    { given: { vpcEndpoints: 'true' }, read: { vpcEndpoints: true } },
    { given: { vpcEndpoints: false }, read: { vpcEndpoints: false } },
    { given: { canaryMinutes: '0' }, read: { canaryMinutes: 0 } },
    { given: { maxConcurrency: '7' }, read: { maxConcurrency: 7 } },
    { given: { logRetentionDays: 365 }, read: { logRetentionDays: 365 } },
    { given: { subnetIds: 'subnet-1, subnet-2' }, read: { subnetIds: ['subnet-1', 'subnet-2'] } },
    { given: { autosysCidrs: ['10.0.0.0/8'] }, read: { autosysCidrs: ['10.0.0.0/8'] } },
    { given: { vpcId: 'vpc-0a1b2c3d' }, read: { vpcId: 'vpc-0a1b2c3d' } },
    { given: { stackName: 'Night' }, read: { stackName: 'Night' } },
    {
      given: { keyArn: 'arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1' },
      read: { keyArn: 'arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1' },
    },
  ])('read $given from the command line as from cdk.json', ({ given, read }) => {
    expect(readAppSettings({ config, ...given })).toEqual({ config, ...read });
  });

  test("leave the CDK's own keys alone", () => {
    const context = { config, '@aws-cdk/core:x': true, 'aws:cdk:enable-path-metadata': true };

    expect(readAppSettings(context)).toEqual({ config });
  });

  test('are refused where they are about the bridge, and the stack of a source is asked for', () => {
    const bridgeBusArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';
    const says = (name: string) =>
      `context ${name}: found together with bridgeBusArn, which makes the stack of a source; it belongs to the stack of the bridge, so leave it out here`;

    expect(() =>
      readAppSettings({ config, bridgeBusArn, otherAccounts: '444455556666', vpcId: 'vpc-1' }),
    ).toThrow([says('otherAccounts'), says('vpcId')].join('\n'));
    expect(readAppSettings({ config, bridgeBusArn, stackName: 'Source' })).toMatchObject({
      bridgeBusArn,
    });
  });

  test('tell every fault at once, with what is allowed', () => {
    const context = { vpcId: 'mine', vpcEndpoints: 'yes', maxConcurrency: 'many', vpcEndpoint: 1 };

    expect(() => readAppSettings(context)).toThrow(
      [
        'context config: found none, allowed: the path of a route file, such as bridge.yaml',
        'context vpcId: found "mine", allowed: the id of a VPC, such as vpc-0a1b2c3d',
        'context vpcEndpoints: found "yes", allowed: true or false',
        'context maxConcurrency: found "many", allowed: a whole number from 2 to 1000',
        'context vpcEndpoint: there is no such setting; did you mean vpcEndpoints?',
        'pass settings with -c name=value, or in cdk.json',
      ].join('\n'),
    );
  });
});
