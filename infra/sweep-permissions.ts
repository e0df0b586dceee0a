import { Annotations, Aws, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { toSelectors } from '../lambda/routing/origin.ts';
import { readArn } from '../lambda/routing/partition.ts';
import type { BridgeConfig, ExecutionOrigin, Route } from '../lambda/routing/routes.ts';

/**
 * A policy takes about 10,000 characters, most of which are left for the rest: with more state
 * machines all are named.
 */
const mostNamed = 60;
/**
 * The CDK counts about 150 characters for an ARN: three statements of this size fill a managed
 * policy.
 */
const rolesTogether = 12;
/**
 * A role has ten managed policies of 6,144 characters (IAM quotas), each of which holds 36 roles of
 * sources. With more roles than this one pattern stands for all; the rest of the ten is for the
 * other permissions of the sweep.
 */
const mostNamedRoles = 250;

/**
 * Lets a role ask how the runs of the routes stand, and no more: in the account of its stack, and
 * in its Region where a route names no others.
 */
export function grantAsking(role: IRole, routes: readonly Route[]): void {
  const executions = toExecutionArns(routes);
  if (executions.length > 0) {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [...executions] }),
    );
  }
  const hasBatchJobs = routes.some(({ from }) => from.kind === 'batchJob');
  if (hasBatchJobs) {
    // AWS Batch lets DescribeJobs be narrowed to no resource (service authorization reference).
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['batch:DescribeJobs'], resources: ['*'] }),
    );
    Validations.of(role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'AWS Batch has no permission for single jobs',
    });
  }
  for (const arn of executions) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${toFindingText(arn)}]`,
      reason: 'an execution is named when it starts; its state machine is named by a route',
    });
  }
}

/**
 * Lets the sweep take on the role that each source has made for it, and no other. Where these are
 * too many for the policies of a role, the account is a star, and synth says so: such a role must
 * still trust the sweep.
 *
 * @param sourceRole the name of the role in a Region
 */
export function grantSourceRoles(
  role: IRole,
  { accounts, routes }: Pick<BridgeConfig, 'accounts' | 'routes'>,
  sourceRole: (region: string) => string,
): void {
  const named = accounts.flatMap((account) =>
    toRegionsOf(account, routes).map((region) => ({ account, name: sourceRole(region) })),
  );
  const isNamed = named.length <= mostNamedRoles;
  const roles = [
    ...new Set(named.map(({ account, name }) => toRoleArn(isNamed ? account : '*', name))),
  ];
  if (!isNamed) {
    Annotations.of(role).addWarningV2(
      'autosys-bridge:source-roles-by-pattern',
      `the sweep needs ${named.length} roles of sources, more than the ${mostNamedRoles} that the policies of its role can name; it may assume roles of these names in any account that trusts it: ${[...new Set(named.map(({ name }) => toFindingText(name)))].join(', ')}`,
    );
  }
  // In few to a statement, so that what goes beyond the size of a policy goes into another one.
  for (let at = 0; at < roles.length; at += rolesTogether) {
    const resources = roles.slice(at, at + rolesTogether);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources }));
  }
  for (const arn of roles.filter((one) => one.includes('*'))) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${toFindingText(arn)}]`,
      reason: 'a source may stand in any Region of a named account; each makes a role of its own',
    });
  }
}

/**
 * The Regions in which an account may have runs that a route hears; a star where a route asks for
 * no Region.
 */
function toRegionsOf(account: string, routes: readonly Route[]): readonly string[] {
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

/** The ARN of the role of a source. @param account twelve digits, or what stands for them */
export function toRoleArn(account: string, roleName: string): string {
  return `arn:${Aws.PARTITION}:iam::${account}:role/${roleName}`;
}

/** An ARN as the rules of AWS spell it in a finding. */
export function toFindingText(arn: string): string {
  return arn
    .replaceAll(Aws.PARTITION, '<AWS::Partition>')
    .replaceAll(Aws.REGION, '<AWS::Region>')
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');
}

/**
 * The ARNs of all executions that the routes hear, each once, with a star for the name that nobody
 * knows yet.
 */
export function toExecutionArns(routes: readonly Route[]): readonly string[] {
  const origins = routes.flatMap(({ from }) => (from.kind === 'execution' ? [from] : []));
  const named = [...new Set(origins.flatMap((origin) => toArns(origin, toStateMachine(origin))))];
  return named.length <= mostNamed
    ? named
    : [...new Set(origins.flatMap((origin) => toArns(origin, '*')))];
}

/**
 * By name or glob; a version or an alias is no part of the ARN of an execution (inferred from AWS's
 * samples).
 */
function toStateMachine({ stateMachine: { by, text } }: ExecutionOrigin): string {
  const parts = text.split(':');
  return (by === 'arn' ? parts[6] : parts[0]) ?? '*';
}

function toArns(origin: ExecutionOrigin, name: string): readonly string[] {
  const { stateMachine, regions, mapChildren } = origin;
  const [, partition, , region] = stateMachine.by === 'arn' ? stateMachine.text.split(':') : [];
  const places = regions ?? [region ?? Aws.REGION];
  return places.flatMap((place) => {
    const executions = `arn:${partition ?? Aws.PARTITION}:states:${place}:${Aws.ACCOUNT_ID}:execution`;
    // A star stands for anything, a slash as well: a glob takes in the children of a Distributed
    // Map by itself.
    return [
      ...(mapChildren === 'only' ? [] : [`${executions}:${name}:*`]),
      ...(mapChildren === 'ignore' ? [] : [`${executions}:${name}/*`]),
    ];
  });
}
