import { Aws, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { launchTag } from '../lambda/contract.ts';
import type { BatchJobTarget, ExecutionTarget, LaunchTarget } from '../lambda/routing/targets.ts';
import { maxNamedMachines, toFindingText } from './sweep-permissions.ts';

/**
 * Allows a role to start exactly the named targets, and to see the revision that a start would use.
 * {@link grantRunReads} lets it read their runs.
 */
export function grantStarts(role: IRole, targets: readonly LaunchTarget[]): void {
  const executions = targets.filter((one): one is ExecutionTarget => one.kind === 'execution');
  const batchJobs = targets.filter((one): one is BatchJobTarget => one.kind === 'batchJob');
  allow(
    role,
    ['states:StartExecution', 'states:DescribeStateMachine'],
    executions.flatMap(toStateMachineArns),
  );
  allow(
    role,
    ['batch:SubmitJob'],
    batchJobs.flatMap(({ jobQueue, jobDefinition }) => [
      toBatchArn(`job-queue/${jobQueue}`),
      ...toJobDefinitionArns(jobDefinition),
    ]),
    'a target without a revision starts the newest revision of its job definition',
  );
  if (batchJobs.length === 0) return;
  // SubmitJob with tags needs it on the job definition (a public report of a denial,
  // wri/gfw-data-api#175); only a request with the tag of the bridge is allowed.
  allow(
    role,
    ['batch:TagResource'],
    batchJobs.flatMap(({ jobDefinition }) => toJobDefinitionArns(jobDefinition)),
    'a target without a revision starts the newest revision of its job definition',
    { StringEquals: { [`aws:RequestTag/${launchTag.key}`]: launchTag.value } },
  );
}

/**
 * Allows a role to read how the runs of the targets and their nested executions ended: their status
 * and history, and the failed children of Distributed Maps.
 */
export function grantRunReads(role: IRole, targets: readonly LaunchTarget[]): void {
  const named = targets.flatMap((target) => [
    ...(target.kind === 'execution' ? [target.stateMachine] : []),
    ...target.children.stateMachines,
  ]);
  // The policies of a role have no room for more names.
  const machines = new Set(named).size <= maxNamedMachines ? named : ['*'];
  const why = 'the name of an execution is known when it starts; a target names its state machine';
  allow(
    role,
    ['states:DescribeExecution', 'states:GetExecutionHistory'],
    // A name before the slash is the state machine of a child of a Distributed Map.
    machines.flatMap((name) => [
      toStatesArn(`execution:${name}:*`),
      toStatesArn(`execution:${name}/*`),
    ]),
    why,
  );
  allow(
    role,
    ['states:ListExecutions'],
    machines.map((name) => toStatesArn(`mapRun:${name}/*`)),
    why,
  );
}

/**
 * Allows a role to read log groups, by name or by name with `*`, and to find the log streams of
 * Batch jobs, also of those that an execution has started.
 */
export function grantLogs(role: IRole, logGroups: readonly string[]): void {
  allowBatchLookups(role);
  allow(
    role,
    ['logs:FilterLogEvents', 'logs:GetLogEvents'],
    logGroups.map((name) => toArn('logs', `log-group:${name}:*`)),
    'the name of a log stream is known when a run starts; the settings name its log group',
  );
}

/** Whether runs of a target write to the log group of AWS Batch. */
export function hasBatchJobs(target: LaunchTarget): boolean {
  return target.kind === 'batchJob' || hasBatchJobsAsChildren(target);
}

function hasBatchJobsAsChildren({ children }: LaunchTarget): boolean {
  return children.jobQueues.length + children.jobDefinitions.length > 0;
}

function allowBatchLookups(role: IRole): void {
  // Neither can be restricted to a resource (service authorization reference).
  allow(
    role,
    ['batch:DescribeJobs', 'batch:ListJobs'],
    ['*'],
    'AWS Batch has no resource-level permission for DescribeJobs and ListJobs',
  );
}

function toStateMachineArns({ stateMachine, qualifier }: ExecutionTarget): readonly string[] {
  const arn = toStatesArn(`stateMachine:${stateMachine}`);
  return qualifier === undefined ? [arn] : [arn, `${arn}:${qualifier}`];
}

function toJobDefinitionArns(jobDefinition: string): readonly string[] {
  const arn = toBatchArn(`job-definition/${jobDefinition}`);
  return jobDefinition.includes(':') ? [arn] : [arn, `${arn}:*`];
}

const toStatesArn = (resource: string) => toArn('states', resource);
const toBatchArn = (resource: string) => toArn('batch', resource);

function toArn(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
}

/** Adds a statement, unless it has no resource. @param why reason for a star in a resource */
function allow(
  role: IRole,
  actions: readonly string[],
  resources: readonly string[],
  why = '',
  condition?: Readonly<Record<string, unknown>>,
): void {
  const distinct = [...new Set(resources)];
  if (distinct.length === 0) return;
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [...actions],
      resources: distinct,
      ...(condition && { conditions: condition }),
    }),
  );
  for (const arn of distinct.filter((one) => one.includes('*'))) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${toFindingText(arn)}]`,
      reason: why,
    });
  }
}
