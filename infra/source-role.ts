import { createHash } from 'node:crypto';
import { Aws } from 'aws-cdk-lib';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Route } from '../lambda/routing/routes.ts';
import { grantRunLookups } from './sweep-permissions.ts';

/** Account, Region and name of the event bus of a bridge. */
export interface BusIdentity {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/**
 * Returns the name of the role that a source in a Region creates for the sweep of a bridge.
 *
 * IAM is global, so the name must be different for each source of an account. It contains the
 * Region of the source, and account, Region and name of the bus. A role name has at most 64
 * characters. The longest Region names (15) leave five characters for a digest of the bus name.
 */
export function toSourceRoleName(region: string, bus: BusIdentity): string {
  const digest = createHash('sha256').update(bus.name).digest('hex').slice(0, 5);
  return `AutosysBridge-${region}-${bus.account}-${bus.region}-${digest}`;
}

export interface SourceRoleProps {
  readonly routes: readonly Route[];
  readonly bus: BusIdentity;
  /** ARN of the only role that can assume this role. */
  readonly sweepRoleArn: string;
}

/**
 * Role of the sweep in the account and Region of a source: allows to look up the runs of the
 * routes.
 */
export class SourceRole extends Role {
  constructor(scope: Construct, id: string, { routes, bus, sweepRoleArn }: SourceRoleProps) {
    super(scope, id, {
      roleName: toSourceRoleName(Aws.REGION, bus),
      assumedBy: new ArnPrincipal(sweepRoleArn),
      description: 'AutoSys bridge: the sweep looks up the status of runs',
    });
    // Each Region has its own source and role.
    grantRunLookups(
      this,
      routes.map(({ from, ...route }) => ({ ...route, from: { ...from, regions: [Aws.REGION] } })),
    );
  }
}
