import { App, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  type ISubnet,
  type IVpc,
  type SelectedSubnets,
  Subnet,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { describe, expect, test } from 'vitest';
import { AutosysBridge } from '../../infra/autosys-bridge.ts';
import type { AutosysBridgeProps } from '../../infra/autosys-bridge-props.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { anExecutionTarget } from '../support/launch-targets.ts';

type ToSubnets = (stack: Stack) => readonly ISubnet[];

/** A VPC with known id and given subnets only. */
function aGivenVpc(stack: Stack): IVpc {
  return Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0a1b2c3d',
    vpcCidrBlock: '10.0.0.0/16',
    availabilityZones: ['eu-west-1a'],
  });
}

function synthesize(
  toSubnets: ToSubnets,
  vpcEndpoints: AutosysBridgeProps['vpcEndpoints'] = true,
  more: Partial<AutosysBridgeProps> = {},
): Template {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs');
  new AutosysBridge(stack, 'Bridge', {
    config: aBridgeConfig(),
    vpc: aGivenVpc(stack),
    vpcSubnets: { subnets: [...toSubnets(stack)] },
    ...(vpcEndpoints !== undefined && { vpcEndpoints }),
    ...more,
  });
  return Template.fromStack(stack);
}

/** Subnets with their Availability Zones, in the given order. */
const inZones =
  (...zones: readonly (readonly [id: string, zone: string])[]): ToSubnets =>
  (stack) =>
    zones.map(([id, availabilityZone]) =>
      Subnet.fromSubnetAttributes(stack, id, {
        subnetId: id,
        availabilityZone,
        routeTableId: id.replace('subnet', 'rtb'),
      }),
    );

function endpointsOf(template: Template) {
  return Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(({ Properties }) => ({
    service: String(JSON.stringify(Properties.ServiceName)).replace(/.*\.([a-z-]+)".*/, '$1'),
    subnets: Properties.SubnetIds,
    routeTables: Properties.RouteTableIds,
  }));
}

describe('an interface endpoint', () => {
  const crowded = inZones(
    ['subnet-1', 'eu-west-1a'],
    ['subnet-2', 'eu-west-1b'],
    ['subnet-3', 'eu-west-1a'],
    ['subnet-4', 'eu-west-1b'],
    ['subnet-5', 'eu-west-1c'],
  );

  test('uses the first subnet of each Availability Zone', () => {
    const interfaces = endpointsOf(synthesize(crowded)).filter(({ subnets }) => subnets);

    const subnets = ['subnet-1', 'subnet-2', 'subnet-5'];
    expect(interfaces).toEqual(
      ['secretsmanager', 'states', 'batch'].map((service) => ({ service, subnets })),
    );
  });

  test('does not affect the functions and the gateway of DynamoDB, which use all subnets', () => {
    const template = synthesize(crowded);

    const all = [1, 2, 3, 4, 5];
    expect(endpointsOf(template).flatMap(({ routeTables }) => routeTables ?? [])).toEqual(
      all.map((at) => `rtb-${at}`),
    );
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(functions.map(({ Properties }) => Properties.VpcConfig.SubnetIds)).toEqual(
      Array.from({ length: 3 }, () => all.map((at) => `subnet-${at}`)),
    );
  });

  test('uses one subnet for each zone of a VPC without explicit Region', () => {
    const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Theirs');
    const [subnetType, cidrMask] = [SubnetType.PRIVATE_ISOLATED, 24];
    const vpc = new Vpc(stack, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: ['One', 'Two'].map((name) => ({ name, subnetType, cidrMask })),
    });
    const selected: SelectedSubnets = vpc.selectSubnets({ subnetType });
    new AutosysBridge(stack, 'Bridge', {
      config: aBridgeConfig(),
      vpc: vpc as IVpc,
      vpcSubnets: { subnets: selected.subnets },
      vpcEndpoints: ['states'],
    });

    expect(selected.subnets).toHaveLength(4);
    expect(endpointsOf(Template.fromStack(stack)).map(({ subnets }) => subnets)).toEqual([
      [1, 2].map((at) => ({ Ref: expect.stringMatching(`^VpcOneSubnet${at}`) })),
    ]);
  });

  test('accepts a single subnet with an unknown zone', () => {
    const template = synthesize(
      (stack) => [Subnet.fromSubnetId(stack, 'Given', 'subnet-1')],
      ['states'],
    );

    expect(endpointsOf(template).map(({ subnets }) => subnets)).toEqual([['subnet-1']]);
  });

  const known: ToSubnets = (stack) => inZones(['subnet-1', 'eu-west-1a'])(stack);
  test.for<{ what: string; toSubnets: ToSubnets; found: string }>([
    {
      what: 'was imported by id only',
      toSubnets: (stack) => [...known(stack), Subnet.fromSubnetId(stack, 'Given', 'subnet-2')],
      found: 'subnet-2',
    },
    {
      what: 'is in a zone from a parameter',
      toSubnets: (stack) => {
        const zone = new CfnParameter(stack, 'Zone').valueAsString;
        return [...known(stack), ...inZones(['subnet-2', zone])(stack)];
      },
      found: 'subnet-2',
    },
    {
      what: 'is in a zone by index, and another by name',
      toSubnets: (stack) => [
        ...known(stack),
        ...inZones(['subnet-2', Fn.select(0, Fn.getAzs())])(stack),
      ],
      found: 'subnet-2',
    },
    {
      what: 'are all unknown',
      toSubnets: (stack) =>
        ['subnet-2', 'subnet-3'].map((id) => Subnet.fromSubnetId(stack, id, id)),
      found: 'subnet-2, subnet-3',
    },
  ])('is rejected if a subnet $what', ({ toSubnets, found }) => {
    expect(() => synthesize(toSubnets)).toThrow(
      new Error(
        `vpcEndpoints: found ${found} with an Availability Zone that is known at deployment only, allowed: subnets in known zones, because an interface endpoint uses one subnet per zone; import them by Subnet.fromSubnetAttributes with availabilityZone, look up the VPC by Vpc.fromLookup, or use one subnet`,
      ),
    );
  });

  test('needs no known zones if no endpoint is created', () => {
    const unknown: ToSubnets = (stack) =>
      ['subnet-2', 'subnet-3'].map((id) =>
        Subnet.fromSubnetAttributes(stack, id, { subnetId: id, routeTableId: `rtb-${id}` }),
      );

    expect(endpointsOf(synthesize(unknown, false))).toEqual([]);
    expect(endpointsOf(synthesize(unknown, []))).toEqual([]);
    expect(endpointsOf(synthesize(unknown, ['dynamodb']))).toEqual([
      { service: 'dynamodb', routeTables: ['rtb-subnet-2', 'rtb-subnet-3'] },
    ]);
  });
});

test('all services include CloudWatch Logs with a launch API, and never execute-api', () => {
  const more = {
    config: { ...aBridgeConfig(), targets: [anExecutionTarget()] },
    launchApi: { vpcEndpointIds: ['vpce-0a1b2c3d'] },
  };

  const template = synthesize(inZones(['subnet-1', 'eu-west-1a']), true, more);

  const services = endpointsOf(template).map(({ service }) => service);
  expect(services).toEqual(['secretsmanager', 'states', 'batch', 'logs', 'dynamodb']);
});

describe('a list of services', () => {
  const one = inZones(['subnet-1', 'eu-west-1a']);

  test.for([
    { vpcEndpoints: ['states', 'batch'] as const },
    { vpcEndpoints: ['sts'] as const },
    { vpcEndpoints: ['execute-api', 'logs'] as const },
    { vpcEndpoints: ['dynamodb', 'secretsmanager'] as const },
  ])('creates endpoints for $vpcEndpoints only', ({ vpcEndpoints }) => {
    const services = endpointsOf(synthesize(one, vpcEndpoints)).map(({ service }) => service);

    expect(services.sort()).toEqual([...vpcEndpoints].sort());
  });

  test('creates one endpoint for a duplicate service', () => {
    expect(endpointsOf(synthesize(one, ['states', 'states']))).toHaveLength(1);
  });

  test('is rejected with an unknown service, which untyped code may pass', () => {
    const given: AutosysBridgeProps['vpcEndpoints'] = JSON.parse('["states", "sns", "ec2"]');

    expect(() => synthesize(one, given)).toThrow(
      new Error(
        'vpcEndpoints: found sns, ec2, allowed: true, false, or some of secretsmanager, states, batch, sts, logs, execute-api, dynamodb, s3',
      ),
    );
  });
});
