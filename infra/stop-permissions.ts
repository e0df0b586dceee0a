import { Annotations, Aws, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { launchTag } from '../lambda/contract.ts';
import type { LaunchTarget } from '../lambda/routing/targets.ts';
import { maxNamedMachines, toFindingText } from './sweep-permissions.ts';

/** Number of ARNs in a statement, so that the CDK can distribute the statements over policies. */
const arnsTogether = 24;

/**
 * Allows a role to change the runs of the targets themselves: to continue them, with a look at the
 * revision that they run with, and the first step of a stop, within the request for it.
 */
export function grantRunChanges(role: IRole, targets: readonly LaunchTarget[]): void {
  const own = targets.flatMap((one) => (one.kind === 'execution' ? [one.stateMachine] : []));
  const actions = [
    'states:StopExecution',
    'states:RedriveExecution',
    // Tells whether the definition has changed since the start.
    'states:DescribeStateMachineForExecution',
  ];
  grant(role, actions, toNamed(role, own).map(toRunArn));
  if (targets.some(({ kind }) => kind === 'batchJob')) grantTerminations(role, 'own');
}

/**
 * Allows a role to look at the whole tree of a run, and to stop what a target names: its own runs,
 * and those of its `children`.
 */
export function grantStops(role: IRole, targets: readonly LaunchTarget[]): void {
  if (targets.length === 0) return;
  const named = targets.flatMap((one) => [
    ...(one.kind === 'execution' ? [one.stateMachine] : []),
    ...one.children.stateMachines,
  ]);
  const machines = toNamed(role, named);
  const actions = [
    'states:StopExecution',
    'states:DescribeExecution',
    'states:GetExecutionHistory',
    'states:ListMapRuns',
    // Tells whether the ended children of a Distributed Map may have started others.
    'states:DescribeStateMachineForExecution',
  ];
  grant(role, actions, [
    ...machines.map(toRunArn),
    // The children of a Distributed Map.
    ...machines.map((name) => toStatesArn(`execution:${name}/*`)),
  ]);
  grant(
    role,
    ['states:ListExecutions', 'states:DescribeMapRun'],
    machines.map((name) => toStatesArn(`mapRun:${name}/*`)),
  );
  // Neither can be restricted to a resource (service authorization reference).
  grant(role, ['batch:DescribeJobs', 'batch:ListJobs'], ['*']);
  const stopsOthers = targets.some(
    ({ children }) => children.jobQueues.length + children.jobDefinitions.length > 0,
  );
  if (stopsOthers) grantTerminations(role, 'all');
  else if (targets.some(({ kind }) => kind === 'batchJob')) grantTerminations(role, 'own');
}

/**
 * The names of the state machines, or a star if the policies of a role have no room for the names. The
 * bridge itself stops only what a target names.
 */
function toNamed(role: IRole, machines: readonly string[]): readonly string[] {
  const named = [...new Set(machines)];
  if (named.length <= maxNamedMachines) return named;
  Annotations.of(role).addWarningV2(
    'autosys-bridge:stops-by-pattern',
    `the targets name ${named.length} state machines, but the policies of a role have room for ${maxNamedMachines}; this role may stop executions of every state machine in the account and Region`,
  );
  return ['*'];
}

/**
 * TerminateJob names a job by its id alone, so queue and definition cannot restrict it. `own`: jobs
 * with the tag that the bridge sets. `all`: a target names other jobs in `children`; the bridge
 * compares their queue and definition before it stops them.
 */
function grantTerminations(role: IRole, which: 'own' | 'all'): void {
  const jobs = `arn:${Aws.PARTITION}:batch:${Aws.REGION}:${Aws.ACCOUNT_ID}:job/*`;
  const { key, value } = launchTag;
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['batch:TerminateJob'],
      resources: [jobs],
      ...(which === 'own' && {
        conditions: { StringEquals: { [`aws:ResourceTag/${key}`]: value } },
      }),
    }),
  );
  acknowledge(role, jobs);
}

function grant(role: IRole, actions: readonly string[], arns: readonly string[]): void {
  const resources = [...new Set(arns)];
  for (let at = 0; at < resources.length; at += arnsTogether) {
    const part = resources.slice(at, at + arnsTogether);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: part }));
  }
  for (const arn of resources) acknowledge(role, arn);
}

function acknowledge(role: IRole, arn: string): void {
  Validations.of(role).acknowledge({
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::${toFindingText(arn)}]`,
    reason:
      'the names of the runs of a target are known when they start; a target names what they are runs of',
  });
}

function toRunArn(stateMachine: string): string {
  return toStatesArn(`execution:${stateMachine}:*`);
}

function toStatesArn(resource: string): string {
  return `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
}
