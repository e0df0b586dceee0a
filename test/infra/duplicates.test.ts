import { App, type Environment, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { AutosysBridge } from '../../infra/autosys-bridge.ts';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';

const newApp = () => new App({ context: { 'aws:cdk:bundling-stacks': [] } });
const bridge = (stack: Stack, id: string, props: Partial<AutosysBridgeProps> = {}) =>
  new AutosysBridge(stack, id, { config: aBridgeConfig(), ...props });

describe('two bridges in one app', () => {
  const refusal = new Error(
    'alarmPrefix: found AutosysBridge, which One/A also uses, allowed: a different prefix for each bridge in an account and Region',
  );
  const eu: Environment = { account: '111122223333', region: 'eu-west-1' };

  test('cannot share a prefix in one stack', () => {
    const stack = new Stack(newApp(), 'One');
    bridge(stack, 'A');

    expect(() => bridge(stack, 'B')).toThrow(refusal);
  });

  test('cannot share a prefix in two stacks of one account and Region', () => {
    const app = newApp();
    bridge(new Stack(app, 'One', { env: eu }), 'A');

    expect(() => bridge(new Stack(app, 'Two', { env: eu }), 'B')).toThrow(refusal);
  });

  test.for([
    { what: 'another Region', envs: [eu, { ...eu, region: 'eu-central-1' }] },
    { what: 'another account', envs: [eu, { ...eu, account: '444455556666' }] },
    { what: 'unknown accounts and Regions', envs: [{}, {}] },
  ])('can share a prefix in $what', ({ envs }) => {
    const app = newApp();

    expect(() => {
      for (const [at, env] of envs.entries()) bridge(new Stack(app, `S${at}`, { env }), 'A');
    }).not.toThrow();
  });

  test('with different prefixes can share a stack', () => {
    const stack = new Stack(newApp(), 'One');
    bridge(stack, 'A');

    expect(() => bridge(stack, 'B', { alarmPrefix: 'Payments' })).not.toThrow();
  });
});

type Endpoints = Exclude<AutosysBridgeProps['vpcEndpoints'], undefined>;

describe('two bridges in one VPC', () => {
  /** Two bridges that both create endpoints. */
  function twoIn(
    toVpcs: (stack: Stack) => readonly [IVpc, IVpc],
    [ofFirst, ofSecond]: readonly [Endpoints, Endpoints] = [true, true],
  ): Stack {
    const stack = new Stack(newApp(), 'One');
    const [first, second] = toVpcs(stack);
    bridge(stack, 'A', { vpc: first, vpcEndpoints: ofFirst });
    bridge(stack, 'B', { vpc: second, vpcEndpoints: ofSecond, alarmPrefix: 'B' });
    return stack;
  }
  const given = (stack: Stack, id: string, vpcId: string) =>
    Vpc.fromVpcAttributes(stack, id, {
      vpcId,
      vpcCidrBlock: '10.0.0.0/16',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-0a1b2c3d'],
      privateSubnetRouteTableIds: ['rtb-0a1b2c3d'],
    });
  const faultsOf = (stack: Stack) =>
    Annotations.fromStack(stack)
      .findError('*', Match.stringLikeRegexp('^vpcEndpoints: '))
      .map(({ entry }) => entry.data);
  const refusal = (vpc: string) =>
    `vpcEndpoints: found secretsmanager, states, batch, dynamodb for a second bridge in the VPC ${vpc}, beside One/A, allowed: each service for one bridge, because an endpoint serves the whole VPC; remove them here, and use the same subnets for both bridges, because their route tables contain the DynamoDB endpoint`;

  test('cannot both have the same endpoints', () => {
    const stack = twoIn((scope) => {
      const vpc = new Vpc(scope, 'Vpc') as IVpc;
      return [vpc, vpc];
    });

    expect(faultsOf(stack)).toEqual([refusal('One/Vpc')]);
  });

  test('cannot both have the same endpoints if each looks up the VPC', () => {
    const id = 'vpc-0a1b2c3d';

    const stack = twoIn((scope) => [given(scope, 'V', id), given(scope, 'W', id)]);

    expect(faultsOf(stack)).toEqual([refusal(id)]);
  });

  test.for([
    { endpoints: [['states'], ['batch', 'states']] as const, twice: ['states'] },
    { endpoints: [['states'], ['batch', 'secretsmanager']] as const, twice: [] },
    { endpoints: [true, ['sts']] as const, twice: [] },
  ])('can divide the services between them: $endpoints', ({ endpoints, twice }) => {
    const id = 'vpc-0a1b2c3d';

    const stack = twoIn((scope) => [given(scope, 'V', id), given(scope, 'W', id)], endpoints);

    expect(faultsOf(stack).map((text) => String(text).replace(/ for a .*/, ''))).toEqual(
      twice.map((service) => `vpcEndpoints: found ${service}`),
    );
  });

  test('can both have endpoints in different VPCs', () => {
    const stack = twoIn((scope) => [
      given(scope, 'V', 'vpc-0a1b2c3d'),
      given(scope, 'W', 'vpc-0e5f6a7b'),
    ]);

    expect(faultsOf(stack)).toEqual([]);
    const endpoints = Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint');
    expect(Object.keys(endpoints)).toHaveLength(8);
  });
});
