import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
  Port,
} from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { ids } from './names.ts';
import { toOnePerZone } from './one-per-zone.ts';

/**
 * AWS services that the functions call, by the names of their endpoints.
 *
 * Lambda itself polls the queue and writes the log, from outside the VPC: these need no endpoint.
 */
export const vpcEndpointServices = [
  'secretsmanager',
  'states',
  'batch',
  'sts',
  'dynamodb',
] as const;
export type VpcEndpointService = (typeof vpcEndpointServices)[number];

/** Interface endpoints with the end of their construct id, which is a contract. */
const interfaceServices: Readonly<
  Record<Exclude<VpcEndpointService, 'dynamodb'>, readonly [InterfaceVpcEndpointAwsService, string]>
> = {
  secretsmanager: [InterfaceVpcEndpointAwsService.SECRETS_MANAGER, 'SecretsManager'],
  states: [InterfaceVpcEndpointAwsService.STEP_FUNCTIONS, 'StepFunctions'],
  batch: [InterfaceVpcEndpointAwsService.BATCH, 'Batch'],
  sts: [InterfaceVpcEndpointAwsService.STS, 'Sts'],
};

/**
 * The services that get an endpoint, each once.
 *
 * @param given `true`: all that the functions call, STS only where the sweep assumes roles of other
 * accounts; a list: exactly these
 * @throws {Error} for a name that is no such service
 */
export function toServices(
  given: boolean | readonly VpcEndpointService[],
  { asksOtherAccounts }: { readonly asksOtherAccounts: boolean },
): readonly VpcEndpointService[] {
  if (given === false) return [];
  if (given === true) {
    return vpcEndpointServices.filter((service) => service !== 'sts' || asksOtherAccounts);
  }
  const known: readonly string[] = vpcEndpointServices;
  const unknown = given.filter((service) => !known.includes(service));
  if (unknown.length > 0) {
    throw new Error(
      `vpcEndpoints: found ${unknown.join(', ')}, allowed: true, false, or some of ${known.join(', ')}`,
    );
  }
  return [...new Set(given)];
}

/** The network that the endpoints serve. */
interface ServedNetwork {
  readonly vpc: IVpc;
  /** All subnets of the functions. */
  readonly subnets: readonly ISubnet[];
  /** Security groups of the functions. */
  readonly securityGroups: readonly ISecurityGroup[];
}

/**
 * Adds endpoints to a VPC: each interface endpoint in one subnet of each availability zone.
 *
 * @throws {Error}
 */
export function addVpcEndpoints(
  scope: IConstruct,
  { vpc, subnets, securityGroups }: ServedNetwork,
  services: readonly VpcEndpointService[],
): void {
  const interfaces = services.filter((service) => service !== 'dynamodb');
  const onePerZone = interfaces.length > 0 ? toOnePerZone(scope, subnets) : [];
  for (const name of interfaces) {
    const [service, id] = interfaceServices[name];
    const endpoint = vpc.addInterfaceEndpoint(`${ids.network}${id}`, {
      service,
      subnets: { subnets: [...onePerZone] },
      // Its private name replaces the public one in the whole VPC, so other clients there must
      // reach it too.
      open: true,
    });
    for (const group of securityGroups) endpoint.connections.allowFrom(group, Port.tcp(443));
  }
  if (!services.includes('dynamodb')) return;
  // A gateway endpoint is a route in each subnet's table, and has no limit per zone.
  vpc.addGatewayEndpoint(`${ids.network}DynamoDb`, {
    service: GatewayVpcEndpointAwsService.DYNAMODB,
    subnets: [{ subnets: [...subnets] }],
  });
}
