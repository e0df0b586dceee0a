import { isIPv4 } from 'node:net';
import { Annotations, Token } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SelectedSubnets,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ids } from './names.ts';
import { findOthers } from './twins.ts';

export interface BridgeNetworkProps {
  readonly vpc: IVpc;
  /** @default - the private subnets, with a NAT or, given `vpcEndpoints`, without */
  readonly vpcSubnets?: SubnetSelection;
  /** @default - one is made, with egress to AutoSys and to AWS's APIs only */
  readonly securityGroups?: readonly ISecurityGroup[];
  /** Base URLs of the AutoSys web servers. */
  readonly autosysEndpoints: readonly string[];
  /** @default - AutoSys may be anywhere: the port alone is narrowed, since its names are resolved at run time */
  readonly autosysCidrs?: readonly string[];
  /** @default false - AWS's APIs are reached through a NAT, or through endpoints that are there already */
  readonly vpcEndpoints?: boolean;
  /** Whether roles of other accounts are taken on. @default false */
  readonly asksOtherAccounts?: boolean;
}

/** What the bridge calls: Lambda itself fetches from the queue and writes the log, from outside the VPC. */
const calledServices = {
  SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  StepFunctions: InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
  Batch: InterfaceVpcEndpointAwsService.BATCH,
} as const;
const calledForOtherAccounts = { Sts: InterfaceVpcEndpointAwsService.STS } as const;

const https = Port.tcp(443);

/** The place in a VPC from which functions reach AutoSys and AWS's APIs, and nothing else. */
export class BridgeNetwork extends Construct {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: readonly ISecurityGroup[];
  readonly #hasEndpoints: boolean;

  constructor(scope: Construct, id: string, props: BridgeNetworkProps) {
    super(scope, id);
    const { vpc, autosysEndpoints, autosysCidrs = [], vpcEndpoints = false } = props;
    this.vpc = vpc;
    this.vpcSubnets = { subnets: selectSubnets(vpc, props.vpcSubnets).subnets };
    this.securityGroups = props.securityGroups ?? [
      this.#makeSecurityGroup(autosysEndpoints, autosysCidrs),
    ];
    if (props.securityGroups && autosysCidrs.length > 0) {
      Annotations.of(this).addWarningV2(
        'autosys-bridge:cidrs',
        'autosysCidrs: it narrows the security group that the bridge makes; yours are left as they are',
      );
    }
    this.#hasEndpoints = vpcEndpoints && !this.#refuseSecond();
    if (this.#hasEndpoints) {
      this.#makeEndpoints({
        ...calledServices,
        ...(props.asksOtherAccounts && calledForOtherAccounts),
      });
    }
  }

  /** Their private names can be taken once in a VPC. An annotation, since before the CDK has looked VPCs up all look alike. */
  #refuseSecond(): boolean {
    const { vpcId } = this.vpc;
    const other = findOthers(this, BridgeNetwork).find((network) => {
      return network.#hasEndpoints && network.vpc.vpcId === vpcId;
    });
    if (other === undefined) return false;
    const given = Token.isUnresolved(vpcId) ? this.vpc.node.path : vpcId;
    Annotations.of(this).addError(
      `vpcEndpoints: found for a second bridge in the VPC ${given}, beside ${other.node.scope?.node.path}, allowed: for one of them, since the endpoints serve all of the VPC; leave it out here, and give both the same subnets, whose route tables lead to DynamoDB`,
    );
    return true;
  }

  #makeSecurityGroup(endpoints: readonly string[], cidrs: readonly string[]): ISecurityGroup {
    const group = new SecurityGroup(this, ids.securityGroup, {
      vpc: this.vpc,
      description: 'AutoSys bridge: out to AutoSys and to AWS, nothing in',
      allowAllOutbound: false,
    });
    for (const { host, port } of toAddresses(endpoints)) {
      for (const peer of toPeers(host, cidrs)) {
        group.addEgressRule(peer, Port.tcp(port), 'AutoSys web services');
      }
    }
    group.addEgressRule(Peer.anyIpv4(), https, 'AWS APIs');
    return group;
  }

  #makeEndpoints(services: Readonly<Record<string, InterfaceVpcEndpointAwsService>>): void {
    const subnets = this.vpcSubnets;
    for (const [name, service] of Object.entries(services)) {
      const endpoint = this.vpc.addInterfaceEndpoint(`${ids.network}${name}`, {
        service,
        subnets,
        // Its private names stand for the APIs in the whole VPC: whoever else lives there would lose them.
        open: true,
      });
      for (const group of this.securityGroups) endpoint.connections.allowFrom(group, https);
    }
    this.vpc.addGatewayEndpoint(`${ids.network}DynamoDb`, {
      service: GatewayVpcEndpointAwsService.DYNAMODB,
      subnets: [subnets],
    });
  }
}

function selectSubnets(vpc: IVpc, selection: SubnetSelection | undefined): SelectedSubnets {
  const allowed = 'allowed: private subnets, with a NAT or with vpcEndpoints';
  let selected: SelectedSubnets;
  try {
    selected = vpc.selectSubnets(selection);
  } catch (error) {
    // CDK knows which kinds of subnets there are.
    throw new Error(`vpcSubnets: ${error instanceof Error ? error.message : error}; ${allowed}`);
  }
  const { subnets, hasPublic } = selected;
  if (subnets.length === 0) {
    throw new Error(`vpcSubnets: found no subnet in the VPC ${vpc.vpcId}, ${allowed}`);
  }
  // A function in a public subnet has no public address, and reaches nothing.
  if (hasPublic) throw new Error(`vpcSubnets: found public subnets, ${allowed}`);
  return selected;
}

/** The distinct hosts and ports of base URLs. */
function toAddresses(endpoints: readonly string[]) {
  const byText = new Map<string, { readonly host: string; readonly port: number }>();
  for (const endpoint of endpoints) {
    const { hostname, port, host } = new URL(endpoint);
    byText.set(host, { host: hostname, port: port === '' ? 443 : Number(port) });
  }
  return byText.values();
}

function toPeers(host: string, cidrs: readonly string[]) {
  if (isIPv4(host)) return [Peer.ipv4(`${host}/32`)];
  return cidrs.length === 0 ? [Peer.anyIpv4()] : cidrs.map((cidr) => Peer.ipv4(cidr));
}
