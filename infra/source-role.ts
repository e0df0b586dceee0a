import { createHash } from 'node:crypto';
import { Aws } from 'aws-cdk-lib';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Route } from '../lambda/routing/routes.ts';
import { grantAsking } from './sweep-permissions.ts';

/** A bridge, by its bus. */
export interface BusIdentity {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/**
 * The name of the role that the source in a Region makes for the sweep of a bridge.
 *
 * IAM knows no Regions and tells names apart by nothing else, so the name holds what tells two
 * sources of one account apart: their Region, and the account, Region and name of the bus they
 * feed. A role's name has room for 64 characters, of which the longest Regions (15) leave five for
 * the name of the bus.
 */
export function toSourceRoleName(region: string, bus: BusIdentity): string {
  const digest = createHash('sha256').update(bus.name).digest('hex').slice(0, 5);
  return `AutosysBridge-${region}-${bus.account}-${bus.region}-${digest}`;
}

export interface SourceRoleProps {
  readonly routes: readonly Route[];
  readonly bus: BusIdentity;
  /** Who may take it on, and nobody else. */
  readonly sweepRoleArn: string;
}

/**
 * What the sweep of a bridge may do in the account and Region of a source: ask how the runs of the
 * routes stand.
 */
export class SourceRole extends Role {
  constructor(scope: Construct, id: string, { routes, bus, sweepRoleArn }: SourceRoleProps) {
    super(scope, id, {
      roleName: toSourceRoleName(Aws.REGION, bus),
      assumedBy: new ArnPrincipal(sweepRoleArn),
      description: 'AutoSys bridge: the sweep asks how runs stand that were announced here',
    });
    // Each Region has a source with a role of its own.
    grantAsking(
      this,
      routes.map(({ from, ...route }) => ({ ...route, from: { ...from, regions: [Aws.REGION] } })),
    );
  }
}
