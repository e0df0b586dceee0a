import { createHash } from 'node:crypto';
import { Aws } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, type PrincipalBase, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { RequestEntry } from '../lambda/routing/requests.ts';
import type { MatchedRoute } from '../lambda/routing/routes.ts';
import { grantAnswers } from './requests/answer-permissions.ts';
import { grantRunLookups } from './sweep-permissions.ts';

/** Account, Region and name of the event bus of a bridge. */
export interface BusIdentity {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/**
 * Returns the name of the role that a source in a Region creates for the functions of a bridge.
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
  readonly routes: readonly MatchedRoute[];
  readonly bus: BusIdentity;
  /** ARN of the role of the sweep. */
  readonly sweepRoleArn: string;
  /**
   * ARNs of the roles of the request function and of the wait function.
   *
   * @default - none: executions in this account cannot wait for an AutoSys job
   */
  readonly requestRoleArns?: readonly string[];
  /** Entries of the route file whose callers may wait for a job. */
  readonly requests: readonly RequestEntry[];
}

/**
 * Role of the bridge in the account and Region of a source: allows to look up the runs of the
 * routes, and to answer the tasks that wait for an AutoSys job. Only the named roles can assume it.
 */
export class SourceRole extends Role {
  constructor(scope: Construct, id: string, props: SourceRoleProps) {
    const { routes, bus, sweepRoleArn, requestRoleArns = [], requests } = props;
    super(scope, id, {
      roleName: toSourceRoleName(Aws.REGION, bus),
      assumedBy: toTrusted([sweepRoleArn, ...requestRoleArns]),
      description: 'AutoSys bridge: looks up the status of runs, answers tasks that wait for a job',
    });
    if (requestRoleArns.length > 0) grantAnswers(this, requests);
    // Each Region has its own source and role.
    grantRunLookups(
      this,
      routes.map(({ from, ...route }) => ({ ...route, from: { ...from, regions: [Aws.REGION] } })),
    );
  }
}

function toTrusted(roleArns: readonly string[]): PrincipalBase {
  const principals = roleArns.map((arn) => new ArnPrincipal(arn));
  const [only, ...others] = principals;
  return only && others.length === 0 ? only : new CompositePrincipal(...principals);
}
