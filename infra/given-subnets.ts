import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';

/** Ids of a VPC and of subnets in it. */
export interface GivenSubnets {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

/**
 * Finds subnets of a looked-up VPC, with their attributes from AWS: type and route table.
 *
 * @throws {Error} lists every id that is not in the VPC
 */
export function selectGivenSubnets(vpc: IVpc, { vpcId, subnetIds }: GivenSubnets): SubnetSelection {
  // Before the lookup, the CDK provides a dummy VPC, and runs the app a second time.
  if (vpc.vpcId !== vpcId) return {};
  const inside = [...vpc.privateSubnets, ...vpc.isolatedSubnets];
  const known = new Map([...inside, ...vpc.publicSubnets].map((one) => [one.subnetId, one]));
  const missing = subnetIds.filter((id) => !known.has(id));
  if (missing.length > 0) {
    const allowed =
      inside.map(({ subnetId }) => subnetId).join(', ') ||
      'none, because the VPC has no private subnets';
    throw new Error(
      `context subnetIds: found ${missing.join(', ')}, not in ${vpcId}, allowed: ${allowed}`,
    );
  }
  return { subnets: subnetIds.flatMap((id) => known.get(id) ?? []) };
}
