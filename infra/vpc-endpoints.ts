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
 * AWS services that the functions call, by endpoint name, and `execute-api`, through which AutoSys
 * calls a private launch API.
 *
 * Lambda itself polls the queue and writes the log, from outside of the VPC. The queue needs no
 * endpoint, and the logs need one only if the launch function reads those of runs.
 */
export const vpcEndpointServices = [
  'secretsmanager',
  'states',
  'batch',
  'sts',
  'logs',
  'execute-api',
  'dynamodb',
  's3',
] as const;
export type VpcEndpointService = (typeof vpcEndpointServices)[number];

/** Gateway endpoints, with the suffix of their construct id, which is a contract. */
const gatewayServices = {
  dynamodb: [GatewayVpcEndpointAwsService.DYNAMODB, 'DynamoDb'],
  s3: [GatewayVpcEndpointAwsService.S3, 'S3'],
} as const;
type GatewayService = keyof typeof gatewayServices;

/** Interface endpoints, with the suffix of their construct id, which is a contract. */
const interfaceServices: Readonly<
  Record<
    Exclude<VpcEndpointService, GatewayService>,
    readonly [InterfaceVpcEndpointAwsService, string]
  >
> = {
  secretsmanager: [InterfaceVpcEndpointAwsService.SECRETS_MANAGER, 'SecretsManager'],
  states: [InterfaceVpcEndpointAwsService.STEP_FUNCTIONS, 'StepFunctions'],
  batch: [InterfaceVpcEndpointAwsService.BATCH, 'Batch'],
  sts: [InterfaceVpcEndpointAwsService.STS, 'Sts'],
  logs: [InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS, 'Logs'],
  'execute-api': [InterfaceVpcEndpointAwsService.APIGATEWAY, 'ExecuteApi'],
};

/**
 * Returns the services that get an endpoint, without duplicates.
 *
 * `execute-api` is created only by name: its private DNS name replaces every public REST API of the
 * Region for the whole VPC, and a team usually has one endpoint near AutoSys.
 *
 * @param given `true`: all services that the functions call, with STS only if the sweep assumes
 * roles of other accounts, and with CloudWatch Logs only if the launch function reads logs, and with S3 only if
 * pages of the night are written. A list: exactly these
 * @throws {Error} for an unknown service name
 */
export function toServices(
  given: boolean | readonly VpcEndpointService[],
  needs: {
    readonly assumesSourceRoles: boolean;
    readonly readsLogs: boolean;
    readonly writesPages: boolean;
  },
): readonly VpcEndpointService[] {
  if (given === false) return [];
  if (given === true) {
    const unneeded: readonly VpcEndpointService[] = [
      'execute-api',
      ...(needs.assumesSourceRoles ? [] : ['sts' as const]),
      ...(needs.readsLogs ? [] : ['logs' as const]),
      ...(needs.writesPages ? [] : ['s3' as const]),
    ];
    return vpcEndpointServices.filter((service) => !unneeded.includes(service));
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

/** The network that uses the endpoints. */
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
  const interfaces = services.filter((service) => !isGateway(service));
  const onePerZone = interfaces.length > 0 ? toOnePerZone(scope, subnets) : [];
  for (const name of interfaces) {
    const [service, id] = interfaceServices[name];
    const endpoint = vpc.addInterfaceEndpoint(`${ids.network}${id}`, {
      service,
      subnets: { subnets: [...onePerZone] },
      // The private DNS name replaces the public one in the whole VPC, so other clients need access
      // too.
      open: true,
    });
    for (const group of securityGroups) endpoint.connections.allowFrom(group, Port.tcp(443));
  }
  // A gateway endpoint is a route in the table of each subnet, without a limit per zone.
  for (const name of services.filter(isGateway)) {
    const [service, id] = gatewayServices[name];
    vpc.addGatewayEndpoint(`${ids.network}${id}`, {
      service,
      subnets: [{ subnets: [...subnets] }],
    });
  }
}

function isGateway(service: VpcEndpointService): service is GatewayService {
  return Object.hasOwn(gatewayServices, service);
}
