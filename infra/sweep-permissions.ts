import { Annotations, Aws, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { toSelectors } from '../lambda/routing/origin.ts';
import { readArn } from '../lambda/routing/partition.ts';
import type { BridgeConfig, ExecutionOrigin, MatchedRoute } from '../lambda/routing/routes.ts';

/**
 * Maximum number of individual execution ARNs in the policy. A role policy has about 10,000
 * characters; with more ARNs, a pattern matches all state machines.
 */
export const maxNamedMachines = 60;
/**
 * Number of role ARNs per statement. The CDK counts about 150 characters for an ARN: three
 * statements of this size fill a managed policy.
 */
const rolesTogether = 12;
/**
 * Maximum number of individual source roles. A role has ten managed policies of 6,144 characters
 * (IAM quotas), and each has room for 36 source roles. The remaining policies are for the other
 * permissions of the sweep. With more roles, a pattern matches all accounts.
 */
const maxNamedRoles = 250;

/**
 * Allows a role to look up the runs of the routes: in the account of its stack, and in its Region
 * unless a route names others.
 */
export function grantRunLookups(role: IRole, routes: readonly Pick<MatchedRoute, 'from'>[]): void {
  const executions = toExecutionArns(routes);
  if (executions.length > 0) {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [...executions] }),
    );
  }
  const hasBatchJobs = routes.some(({ from }) => from.kind === 'batchJob');
  if (hasBatchJobs) {
    // DescribeJobs of AWS Batch cannot be restricted to a resource (service authorization
    // reference).
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['batch:DescribeJobs'], resources: ['*'] }),
    );
    Validations.of(role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'AWS Batch has no resource-level permission for DescribeJobs',
    });
  }
  for (const arn of executions) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${toFindingText(arn)}]`,
      reason:
        'the name of an execution is known when it starts; its state machine is named by a route',
    });
  }
}

/**
 * Allows the sweep to assume the role of each source, and no other role. If the roles are too many
 * for the policies of a role, the account is a star, and synth prints a warning. Such a role must
 * still trust the sweep.
 *
 * @param sourceRole returns the name of the role in a Region
 */
export function grantSourceRoles(
  role: IRole,
  { accounts, routes }: Pick<BridgeConfig, 'accounts' | 'routes'>,
  sourceRole: (region: string) => string,
): void {
  const named = accounts.flatMap((account) =>
    toRegionsOf(account, routes).map((region) => ({ account, name: sourceRole(region) })),
  );
  const isNamed = named.length <= maxNamedRoles;
  const roles = [
    ...new Set(named.map(({ account, name }) => toRoleArn(isNamed ? account : '*', name))),
  ];
  if (!isNamed) {
    Annotations.of(role).addWarningV2(
      'autosys-bridge:source-roles-by-pattern',
      `the sweep needs ${named.length} source roles, but the policies of its role have room for ${maxNamedRoles}; it can assume roles with these names in every account that trusts it: ${[...new Set(named.map(({ name }) => toFindingText(name)))].join(', ')}`,
    );
  }
  // Few roles per statement, so that the CDK can distribute the statements over several policies.
  for (let at = 0; at < roles.length; at += rolesTogether) {
    const resources = roles.slice(at, at + rolesTogether);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources }));
  }
  for (const arn of roles.filter((one) => one.includes('*'))) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${toFindingText(arn)}]`,
      reason: 'a source can be in any Region of a named account; each creates its own role',
    });
  }
}

/**
 * Regions in which an account can have runs that a route matches. A star if a route has no Region.
 */
function toRegionsOf(
  account: string,
  routes: readonly Pick<MatchedRoute, 'from'>[],
): readonly string[] {
  const regions = new Set(
    routes.flatMap(({ from }) => {
      if (from.accounts && !from.accounts.includes(account)) return [];
      const arns = toSelectors(from).flatMap(([, { text }]) => readArn(text) ?? []);
      if (arns.some((arn) => arn.account !== account)) return [];
      return from.regions ?? [arns[0]?.region ?? '*'];
    }),
  );
  return regions.has('*') ? ['*'] : [...regions];
}

/** Returns the ARN of the role of a source. @param account twelve digits, or a placeholder */
export function toRoleArn(account: string, roleName: string): string {
  return `arn:${Aws.PARTITION}:iam::${account}:role/${roleName}`;
}

/** Formats an ARN as cdk-nag does in a finding. */
export function toFindingText(arn: string): string {
  return arn
    .replaceAll(Aws.PARTITION, '<AWS::Partition>')
    .replaceAll(Aws.REGION, '<AWS::Region>')
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');
}

/**
 * Returns the ARN patterns of all executions that the routes match, without duplicates. A star
 * replaces the execution name.
 */
export function toExecutionArns(routes: readonly Pick<MatchedRoute, 'from'>[]): readonly string[] {
  const origins = routes.flatMap(({ from }) => (from.kind === 'execution' ? [from] : []));
  const named = [...new Set(origins.flatMap((origin) => toArns(origin, toStateMachine(origin))))];
  return named.length <= maxNamedMachines
    ? named
    : [...new Set(origins.flatMap((origin) => toArns(origin, '*')))];
}

/**
 * Name or glob of the state machine. The ARN of an execution contains no version or alias (inferred
 * from AWS samples).
 */
function toStateMachine({ stateMachine: { by, text } }: ExecutionOrigin): string {
  const parts = text.split(':');
  return (by === 'arn' ? parts[6] : parts[0]) ?? '*';
}

function toArns(origin: ExecutionOrigin, name: string): readonly string[] {
  const { stateMachine, regions, mapChildren } = origin;
  const [, partition, , region] = stateMachine.by === 'arn' ? stateMachine.text.split(':') : [];
  const places = regions ?? [region ?? Aws.REGION];
  return places.flatMap((location) => {
    const executions = `arn:${partition ?? Aws.PARTITION}:states:${location}:${Aws.ACCOUNT_ID}:execution`;
    // A star also matches a slash, so a glob includes the children of a Distributed Map.
    return [
      ...(mapChildren === 'only' ? [] : [`${executions}:${name}:*`]),
      ...(mapChildren === 'ignore' ? [] : [`${executions}:${name}/*`]),
    ];
  });
}
