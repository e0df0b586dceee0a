import { describe, expect, test } from 'vitest';
import { settingNames } from '../../../infra/app-settings.ts';
import {
  packageSettingNames,
  readPackageSettings,
} from '../../../infra/template-package/package-settings.ts';

const options = { config: 'bridge.yaml', inVpc: false };

describe('the settings of a package', () => {
  test('are those of the app', () => {
    const settings = readPackageSettings({ logRetentionDays: '30', stackName: 'Night' }, options);

    expect(settings).toEqual({ config: 'bridge.yaml', logRetentionDays: 30, stackName: 'Night' });
  });

  test('allow networks of AutoSys if parameters name a VPC', () => {
    const given = { autosysCidrs: '10.20.0.0/16' };

    expect(readPackageSettings(given, { ...options, inVpc: true }).autosysCidrs).toEqual([
      '10.20.0.0/16',
    ]);
    expect(() => readPackageSettings(given, options)).toThrow(
      'setting autosysCidrs: found without vpcId',
    );
  });

  test.for([
    {
      name: 'vpcId',
      value: 'vpc-0a1b2c3d',
      says: 'the parameter VpcId of the template; add --vpc',
    },
    { name: 'subnetIds', value: 'subnet-1', says: 'the parameter SubnetIds' },
    { name: 'securityGroupIds', value: 'sg-1', says: 'the parameter SecurityGroupIds' },
    { name: 'alarmTopicArn', value: 'arn:aws:sns:::a', says: 'the parameter AlarmTopicArn' },
    { name: 'alarmEmail', value: 'night@example.com', says: 'the parameter AlarmEmail' },
    { name: 'bridgeBusArn', value: 'arn:', says: 'BridgeAccount and BridgeRegion' },
    { name: 'bridgeSweepRoleArn', value: 'arn:', says: 'the parameter SweepRoleArn' },
    { name: 'bridgeRequestRoleArns', value: 'arn:', says: 'RequestRoleArn and WaitRoleArn' },
    { name: 'vpcEndpoints', value: 'true', says: 'no setting of a package' },
    { name: 'terminationProtection', value: 'true', says: 'update-termination-protection' },
    { name: 'config', value: 'other.yaml', says: 'the option --config' },
  ])('do not include $name', ({ name, value, says }) => {
    expect(() => readPackageSettings({ [name]: value }, options)).toThrow(
      new RegExp(`^setting ${name}: found "${value.replaceAll('.', '\\.')}", allowed: .*${says}`),
    );
  });

  test('lists every fault at once, and how to set a setting', () => {
    const given = { vpcId: 'vpc-1', maxRules: 'many', colour: 'red' };

    expect(() => readPackageSettings(given, options)).toThrow(
      /setting vpcId: [\s\S]*setting maxRules: found "many", allowed: [\s\S]*setting colour: unknown setting[\s\S]*set settings by --set NAME=VALUE/,
    );
  });

  test('are each setting of the app, or refused', () => {
    for (const name of settingNames.filter((one) => !packageSettingNames.includes(one))) {
      expect(() => readPackageSettings({ [name]: 'x' }, options)).toThrow(
        `setting ${name}: found "x", allowed: `,
      );
    }
  });
});
