import { createHash } from 'node:crypto';
import { Aws, Validations } from 'aws-cdk-lib';
import {
  ArnPrincipal,
  CompositePrincipal,
  type IRole,
  PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { RequestEntry } from '../lambda/routing/requests.ts';
import type { Route } from '../lambda/routing/routes.ts';
import { grantRunLookups, toFindingText } from './sweep-permissions.ts';

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
  /** ARN of the role of the sweep function, which can assume this role. */
  readonly sweepRoleArn: string;
  /**
   * ARNs of the roles that answer task tokens: of the request function and the wait function.
   *
   * @default - no state machine here can wait for an AutoSys job
   */
  readonly requestRoleArns?: readonly string[];
  /** Entries of the route file: their state machines are those whose tasks can be answered. */
  readonly requests?: readonly RequestEntry[];
}

/**
 * Allows a role to answer the task tokens of state machines in the account and Region of its stack.
 *
 * The permission names the state machine whose execution waits, as the CDK grants it
 * (`StateMachine.grantTaskResponse`).
 */
export function grantTaskAnswers(role: IRole, requests: readonly RequestEntry[]): void {
  const waiting = requests.filter(({ actions }) => actions.includes('runJob'));
  if (waiting.length === 0) return;
  const isAny = waiting.some(({ stateMachines }) => stateMachines.length === 0);
  const any = `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:stateMachine:*`;
  const named = waiting.flatMap(({ stateMachines }) => stateMachines);
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
      resources: isAny ? [any] : [...new Set(named)],
    }),
  );
  if (!isAny) return;
  Validations.of(role).acknowledge({
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::${toFindingText(any)}]`,
    reason: 'an entry of the route file names roles only, so any state machine may wait',
  });
}

/**
 * Role of the bridge in the account and Region of a source: allows to look up the runs of the routes,
 * and to answer the task tokens of state machines.
 */
export class SourceRole extends Role {
  constructor(scope: Construct, id: string, props: SourceRoleProps) {
    const { routes, bus, sweepRoleArn, requestRoleArns = [], requests = [] } = props;
    const principals = [sweepRoleArn, ...requestRoleArns].map((arn) => new ArnPrincipal(arn));
    const [sweep = new ArnPrincipal(sweepRoleArn)] = principals;
    super(scope, id, {
      roleName: toSourceRoleName(Aws.REGION, bus),
      assumedBy: principals.length === 1 ? sweep : new CompositePrincipal(...principals),
      description: 'AutoSys bridge: the sweep looks up the status of runs',
    });
    // Each Region has its own source and role.
    grantRunLookups(
      this,
      routes.map(({ from, ...route }) => ({ ...route, from: { ...from, regions: [Aws.REGION] } })),
    );
    if (requestRoleArns.length > 0) grantTaskAnswers(this, requests);
  }
}
