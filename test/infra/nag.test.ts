import { App, type Stack, Validations } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
import { BridgeSourceStack } from '../../infra/bridge-source-stack.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { aCaller } from '../lambda/launch/rig.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { aBatchJobTarget, anExecutionTarget } from '../support/launch-targets.ts';
import { aNightConfig } from '../support/night-config.ts';
import { aRequestEntry } from '../support/request-entries.ts';
import { aRoute, fromBatchJob } from '../support/routes.ts';

const inVpc = (stack: Stack): Partial<AutosysBridgeProps> => ({
  vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0a1b2c3d',
    vpcCidrBlock: '10.0.0.0/16',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    privateSubnetIds: ['subnet-0a', 'subnet-0b'],
    privateSubnetRouteTableIds: ['rtb-0a', 'rtb-0b'],
  }),
  vpcEndpoints: true,
});

const children = { stateMachines: ['leg-*'], jobQueues: ['night'], jobDefinitions: [] };
const withTargets: Partial<AutosysBridgeProps> = {
  config: {
    ...aBridgeConfig(),
    targets: [anExecutionTarget({ qualifier: 'live', children }), aBatchJobTarget()],
    callers: [aCaller()],
  },
  launchApi: { vpcEndpointIds: ['vpce-0a1b2c3d'] },
};

const stateMachines = ['arn:aws:states:eu-west-1:111122223333:stateMachine:settlement'];
const requests = [aRequestEntry({ stateMachines })];
const withRequests: Partial<AutosysBridgeProps> = {
  config: {
    ...aBridgeConfig(),
    requests: [...requests, aRequestEntry({ name: 'reader', actions: ['jobStatus'] })],
  },
};

const withNight: Partial<AutosysBridgeProps> = {
  config: { ...aBridgeConfig(), night: aNightConfig() },
};

const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

function synthesize(toProps: (stack: Stack) => Partial<AutosysBridgeProps>) {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new BridgeStack(app, 'Bridge', (stack) => ({ config: aBridgeConfig(), ...toProps(stack) }));
  return app.synth();
}

test.for([
  { where: 'outside of a VPC', toProps: () => ({}) },
  { where: 'in a VPC, with endpoints', toProps: inVpc },
  {
    where: 'with every setting of operation',
    toProps: (stack: Stack) => ({
      tracing: true,
      backup: true,
      reservedConcurrency: 5,
      environmentEncryption: Key.fromKeyArn(stack, 'EnvironmentKey', keyArn),
      secretKeys: [Key.fromKeyArn(stack, 'SecretKey', keyArn)],
    }),
  },
  {
    where: 'with other accounts',
    toProps: () => ({
      config: { ...aBridgeConfig(), accounts: ['444455556666'] },
      otherAccounts: ['444455556666'],
    }),
  },
  { where: 'with a launch API', toProps: () => withTargets },
  { where: 'with pages of the night', toProps: () => withNight },
  {
    where: 'with a launch API and every setting, in a VPC',
    toProps: (stack: Stack) => ({
      ...inVpc(stack),
      ...withTargets,
      tracing: true,
      reservedConcurrency: 5,
      launchApi: {
        access: 'regional' as const,
        sourceNetworks: ['203.0.113.0/24'],
        logGroups: ['/aws/lambda/settle-*'],
      },
    }),
  },
  { where: 'with requests', toProps: () => withRequests },
  {
    where: 'with requests, a launch API and every setting, in a VPC',
    toProps: (stack: Stack) => ({
      ...inVpc(stack),
      ...withTargets,
      config: { ...aBridgeConfig(), ...withTargets.config, requests },
      tracing: true,
      reservedConcurrency: 5,
      requests: { reservedConcurrency: 5 },
    }),
  },
  { where: 'with an organization', toProps: () => ({ organizationId: 'o-a1b2c3d4e5' }) },
])('has no finding of the AwsSolutions rules $where', ({ toProps }) => {
  expect(() => synthesize(toProps)).not.toThrow();
});

test('has no finding of the AwsSolutions rules in a source', () => {
  const app = new App();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';
  const sweepRoleArn = 'arn:aws:iam::111122223333:role/Sweep';
  const routes = [aRoute(), aRoute({ from: fromBatchJob('risk') })];
  const config = { ...aBridgeConfig(), routes, requests: [...requests, aRequestEntry()] };
  const requestRoleArns = ['arn:aws:iam::111122223333:role/Wait'];
  const props = { config, busArn, sweepRoleArn, requestRoleArns };
  new BridgeSourceStack(app, 'Source', () => props);

  expect(() => app.synth()).not.toThrow();
});

test('fails for an unprotected queue, which shows that the rules are active', () => {
  const withOpenQueue = (stack: Stack) => {
    new Queue(stack, 'Open');
    return {};
  };

  expect(() => synthesize(withOpenQueue)).toThrow(/AwsSolutions-SQS4/);
});
