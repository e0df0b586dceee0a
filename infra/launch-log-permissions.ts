import { Aws, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { readableLogGroups } from '../lambda/contract.ts';
import type { ExecutionTarget, LaunchTarget } from '../lambda/routing/targets.ts';
import { toFindingText } from './sweep-permissions.ts';

/**
 * Allows a role to read the logs of the runs that targets start: the log group of AWS Batch, and
 * the groups of Lambda functions and the history of executions if a target is a state machine.
 *
 * Logs in other groups, such as the `awslogs-group` of a job definition, are not readable; the
 * answer of the launch API says so.
 */
export function grantRunLogs(role: IRole, targets: readonly LaunchTarget[]): void {
  if (targets.length === 0) return;
  const toLogArn = (resource: string) =>
    `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:${resource}`;
  const streams = toLogArn(`${readableLogGroups.batch}:log-stream:*`);
  allow(role, 'logs:GetLogEvents', [streams], 'the log stream of a job is known when it runs');
  // DescribeJobs and ListJobs cannot be restricted to a resource (service authorization reference).
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['batch:DescribeJobs', 'batch:ListJobs'], resources: ['*'] }),
  );
  Validations.of(role).acknowledge({
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    reason: 'AWS Batch has no resource-level permission for DescribeJobs and ListJobs',
  });
  const executions = targets.filter((one): one is ExecutionTarget => one.kind === 'execution');
  if (executions.length === 0) return;
  allow(
    role,
    'logs:FilterLogEvents',
    [toLogArn(`${readableLogGroups.lambda}*`)],
    'the Lambda function of a failing state is known from the history of the execution',
  );
  const machines = executions.flatMap(({ stateMachine, children }) => [
    stateMachine,
    ...children.stateMachines,
  ]);
  const toArns = (toResource: (machine: string) => string) =>
    [...new Set(machines.map(toResource))].map(
      (one) => `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:${one}`,
    );
  const why = 'the name of an execution is known when it starts; a target names its state machine';
  allow(
    role,
    'states:GetExecutionHistory',
    toArns((machine) => `execution:${machine}:*`),
    why,
  );
  // The label of the Map state and the id of the Map Run follow the name of the state machine.
  allow(
    role,
    'states:ListExecutions',
    toArns((machine) => `mapRun:${machine}/*`),
    why,
  );
  allow(
    role,
    'states:DescribeExecution',
    toArns((machine) => `execution:${machine}/*`),
    why,
  );
}

function allow(role: IRole, action: string, resources: readonly string[], reason: string): void {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [...resources] }));
  for (const arn of resources) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${toFindingText(arn)}]`,
      reason,
    });
  }
}
