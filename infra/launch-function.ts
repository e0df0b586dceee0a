import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ExecutionTarget, LaunchTarget } from '../lambda/routing/targets.ts';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';
import { addSchedule } from './schedule.ts';
import { grantFirstStops } from './stop-permissions.ts';
import { toFindingText } from './sweep-permissions.ts';

/** Timeout of the functions of the launch API. API Gateway ends a request after 29 seconds. */
const launchTimeout = Duration.seconds(29);

/** The launch function: starts runs in AWS for AutoSys, and answers for their status. */
export class LaunchFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, props: BridgeFunctionProps) {
    const description = 'Starts AWS work for AutoSys, once for each run of a job';
    super(scope, id, { ...props, entryFile: 'launch', description, timeout: launchTimeout });
    grantStarts(this.role, props.config.targets);
    grantFirstStops(this.role, props.config.targets);
    // A function in a VPC that was idle for long fails its first call.
    addSchedule(this, {
      description: 'AutoSys bridge: keeps the launch function ready',
      every: Duration.minutes(10),
      input: JSON.stringify({ keepWarm: true }),
    });
  }
}

/** Answers status requests that are held until the status changes. It can start nothing. */
export class HoldFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, props: BridgeFunctionProps) {
    const description = 'Answers requests that wait for the end of AWS work';
    super(scope, id, { ...props, entryFile: 'launch', description, timeout: launchTimeout });
  }
}

/** Checks the logins of the launch API. It reads the secrets of the callers and nothing else. */
export class AuthorizerFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, props: BridgeFunctionProps) {
    super(scope, id, {
      ...props,
      entryFile: 'authorizer',
      description: 'Checks the logins of the launch API',
      ledgerUse: 'none',
      secretUse: 'callers',
      timeout: Duration.seconds(10),
    });
  }
}

/** Allows a role to start exactly the named targets, and to look up what it has started. */
function grantStarts(role: IRole, targets: readonly LaunchTarget[]): void {
  const executions = targets.filter((one): one is ExecutionTarget => one.kind === 'execution');
  if (executions.length === 0) return;
  const toArn = (resource: string) =>
    `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
  const machines = executions.flatMap(({ stateMachine, qualifier }) => [
    toArn(`stateMachine:${stateMachine}`),
    ...(qualifier === undefined ? [] : [toArn(`stateMachine:${stateMachine}:${qualifier}`)]),
  ]);
  const runs = executions.map(({ stateMachine }) => toArn(`execution:${stateMachine}:*`));
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['states:StartExecution'],
      resources: [...new Set(machines)],
    }),
  );
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['states:DescribeExecution'],
      resources: [...new Set(runs)],
    }),
  );
  for (const arn of new Set(runs)) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${toFindingText(arn)}]`,
      reason: 'the name of an execution is known when it starts; a target names its state machine',
    });
  }
}
