import { Stack, Token } from 'aws-cdk-lib';
import type { ISubnet } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';

/**
 * Selects the first subnet of each Availability Zone.
 *
 * AWS rejects an interface endpoint with two subnets in one zone (DuplicateSubnetsInSameZone).
 *
 * @throws {Error} if several subnets are given and their zones cannot be compared at synth
 */
export function toOnePerZone(scope: IConstruct, subnets: readonly ISubnet[]): readonly ISubnet[] {
  if (subnets.length < 2) return subnets;
  const zoned = subnets.map((subnet) => ({ subnet, zone: readZone(scope, subnet) }));
  const [first] = zoned;
  const unknown = zoned.filter(
    ({ zone }) => zone.kind === 'unknown' || !isAlike(zone, first?.zone),
  );
  if (unknown.length > 0) {
    const names = unknown.map(({ subnet }) => toName(subnet)).join(', ');
    throw new Error(
      `vpcEndpoints: found ${names} with an Availability Zone that is known at deployment only, allowed: subnets in known zones, because an interface endpoint uses one subnet per zone; import them by Subnet.fromSubnetAttributes with availabilityZone, look up the VPC by Vpc.fromLookup, or use one subnet`,
    );
  }
  const chosen = new Map(zoned.toReversed().map(({ subnet, zone }) => [zone.name, subnet]));
  const kept = new Set(chosen.values());
  return subnets.filter((subnet) => kept.has(subnet));
}

/**
 * `literal`: the name of a zone. `index`: an element of a list of distinct zones that is known at
 * deployment only, such as `Fn::GetAZs`.
 */
type Zone = {
  readonly kind: 'literal' | 'index' | 'unknown';
  readonly list: string;
  readonly name: string;
};

/** True if both zones can be compared: same kind and same list. */
function isAlike(zone: Zone, other: Zone | undefined): boolean {
  return zone.kind === other?.kind && zone.list === other.list;
}

function readZone(scope: IConstruct, subnet: ISubnet): Zone {
  const unknown = { kind: 'unknown', list: '', name: '' } as const;
  const zone = readZoneText(subnet);
  if (zone === undefined) return unknown;
  if (!Token.isUnresolved(zone)) return { kind: 'literal', list: '', name: zone };
  const resolved: unknown = Stack.of(scope).resolve(zone);
  const selected = readSelect(resolved);
  return selected ? { kind: 'index', ...selected } : unknown;
}

/** The CDK throws an error for a subnet that was imported by id only. */
function readZoneText(subnet: ISubnet): string | undefined {
  try {
    return subnet.availabilityZone;
  } catch {
    return undefined;
  }
}

/** Reads `{"Fn::Select": [index, list]}`, the form of zones in a stack without explicit Region. */
function readSelect(value: unknown): { readonly list: string; readonly name: string } | undefined {
  if (typeof value !== 'object' || value === null || !('Fn::Select' in value)) return undefined;
  const select = value['Fn::Select'];
  if (!Array.isArray(select) || select.length !== 2) return undefined;
  const [index, list]: readonly unknown[] = select;
  return { list: JSON.stringify(list), name: String(index) };
}

function toName({ subnetId, node }: ISubnet): string {
  return Token.isUnresolved(subnetId) ? node.path : subnetId;
}
