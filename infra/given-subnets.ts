import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';

/** A VPC that was asked for, and the ids of subnets of it. */
export interface GivenSubnets {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

/**
 * Finds subnets of a VPC that was looked up, with what AWS said of them: which are public, and
 * where their routes stand.
 *
 * @throws {Error} with every id that the VPC does not have
 */
export function selectGivenSubnets(vpc: IVpc, { vpcId, subnetIds }: GivenSubnets): SubnetSelection {
  // Before it has asked AWS the CDK tells of a VPC that it has made up, and runs the app a second
  // time.
  if (vpc.vpcId !== vpcId) return {};
  const inside = [...vpc.privateSubnets, ...vpc.isolatedSubnets];
  const known = new Map([...inside, ...vpc.publicSubnets].map((one) => [one.subnetId, one]));
  const astray = subnetIds.filter((id) => !known.has(id));
  if (astray.length > 0) {
    const allowed = inside.map(({ subnetId }) => subnetId).join(', ') || 'none, it has no private';
    throw new Error(
      `context subnetIds: found ${astray.join(', ')}, which is not in ${vpcId}, allowed: ${allowed}`,
    );
  }
  return { subnets: subnetIds.flatMap((id) => known.get(id) ?? []) };
}
