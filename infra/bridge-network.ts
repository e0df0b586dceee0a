import { isIPv4 } from 'node:net';
import { Annotations, Token } from 'aws-cdk-lib';
import {
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SelectedSubnets,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { findOthers } from './duplicates.ts';
import { ids } from './names.ts';
import { addVpcEndpoints, toServices, type VpcEndpointService } from './vpc-endpoints.ts';

export interface BridgeNetworkProps {
  readonly vpc: IVpc;
  /** Subnets of the functions. @default - the private subnets */
  readonly vpcSubnets?: SubnetSelection;
  /**
   * Security groups of the functions.
   *
   * @default - a new one, with egress to AutoSys and AWS APIs only
   */
  readonly securityGroups?: readonly ISecurityGroup[];
  /** Base URLs of the AutoSys web servers. */
  readonly autosysEndpoints: readonly string[];
  /**
   * Networks of the AutoSys servers.
   *
   * @default - any address, on the ports of the endpoints, because host names are resolved at run
   * time
   */
  readonly autosysCidrs?: readonly string[];
  /**
   * Whether to create VPC endpoints for AWS APIs, or for which.
   *
   * @default false - a NAT, or existing endpoints
   */
  readonly vpcEndpoints?: boolean | readonly VpcEndpointService[];
  /** Whether the sweep assumes roles of other accounts. @default false */
  readonly assumesSourceRoles?: boolean;
  /** Whether a function reads CloudWatch Logs. @default false */
  readonly readsLogs?: boolean;
  /** Whether a function writes pages to S3. @default false */
  readonly writesPages?: boolean;
}

/**
 * Subnets and security groups of the functions in a VPC, with access to AutoSys and AWS APIs only.
 */
export class BridgeNetwork extends Construct {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: readonly ISecurityGroup[];
  /** Services that this bridge creates endpoints for. */
  readonly #endpoints: readonly VpcEndpointService[];

  constructor(scope: Construct, id: string, props: BridgeNetworkProps) {
    super(scope, id);
    const { vpc, autosysEndpoints, autosysCidrs = [], vpcEndpoints = false } = props;
    this.vpc = vpc;
    const { subnets } = selectSubnets(vpc, props.vpcSubnets);
    this.vpcSubnets = { subnets };
    this.securityGroups = props.securityGroups ?? [
      this.#createSecurityGroup(autosysEndpoints, autosysCidrs),
    ];
    if (props.securityGroups && autosysCidrs.length > 0) {
      Annotations.of(this).addWarningV2(
        'autosys-bridge:cidrs',
        'autosysCidrs: has no effect on given security groups, only on the one that the bridge creates; remove it',
      );
    }
    const { assumesSourceRoles = false, readsLogs = false, writesPages = false } = props;
    const services = toServices(vpcEndpoints, { assumesSourceRoles, readsLogs, writesPages });
    this.#endpoints = this.#refuseSecond(services) ? [] : services;
    addVpcEndpoints(this, { vpc, subnets, securityGroups: this.securityGroups }, this.#endpoints);
  }

  /**
   * Adds an error if another bridge creates an endpoint for one of these services in the same VPC:
   * a private DNS name is unique in a VPC. Returns true in that case.
   *
   * It is an annotation, not an exception, because all VPCs have the same id before the CDK has
   * looked them up.
   */
  #refuseSecond(services: readonly VpcEndpointService[]): boolean {
    const { vpcId } = this.vpc;
    const others = findOthers(this, BridgeNetwork).filter(({ vpc }) => vpc.vpcId === vpcId);
    const twice = services.flatMap((service) => {
      const other = others.find((one) => one.#endpoints.includes(service));
      return other ? [{ service, other }] : [];
    });
    const [first] = twice;
    if (first === undefined) return false;
    const found = twice.map(({ service }) => service).join(', ');
    const given = Token.isUnresolved(vpcId) ? this.vpc.node.path : vpcId;
    Annotations.of(this).addError(
      `vpcEndpoints: found ${found} for a second bridge in the VPC ${given}, beside ${first.other.node.scope?.node.path}, allowed: each service for one bridge, because an endpoint serves the whole VPC; remove them here, and use the same subnets for both bridges, because their route tables contain the DynamoDB endpoint`,
    );
    return true;
  }

  #createSecurityGroup(endpoints: readonly string[], cidrs: readonly string[]): ISecurityGroup {
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
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS APIs');
    return group;
  }
}

function selectSubnets(vpc: IVpc, selection: SubnetSelection | undefined): SelectedSubnets {
  const allowed = 'allowed: private subnets, with a NAT or with vpcEndpoints';
  let selected: SelectedSubnets;
  try {
    selected = vpc.selectSubnets(selection);
  } catch (error) {
    // The message of the CDK lists the types of subnets in the VPC.
    throw new Error(`vpcSubnets: ${error instanceof Error ? error.message : error}; ${allowed}`);
  }
  const { subnets, hasPublic } = selected;
  if (subnets.length === 0) {
    throw new Error(`vpcSubnets: found no subnet in the VPC ${vpc.vpcId}, ${allowed}`);
  }
  // A function in a public subnet has no public address, so it has no internet access.
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
