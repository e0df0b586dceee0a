import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { BridgeFunction } from './bridge-function.ts';
import { ids } from './names.ts';

export interface FunctionSchedule {
  readonly description: string;
  /** Whole minutes, one or more. */
  readonly every: Duration;
}

/**
 * The next invocation makes up for one that failed; a minute is the shortest age that Lambda and
 * EventBridge accept.
 */
const retryAttempts = 0;
const maxEventAge = Duration.minutes(1);

/**
 * Invokes a function at a rate by EventBridge Scheduler, once each time.
 *
 * Scheduler puts an event into a queue of Lambda's own, and each of the two repeats by rules of its
 * own: by itself Lambda invokes a function that fails twice more, and keeps an event that found no
 * free concurrency for six hours (AWS documentation, asynchronous invocation). A second invocation
 * of the canary would be a second login.
 */
export function addSchedule(scope: BridgeFunction, { description, every }: FunctionSchedule): void {
  scope.function.configureAsyncInvoke({ retryAttempts, maxEventAge });
  const { functionArn } = scope.function;
  const role = createRole(scope, functionArn);
  new CfnSchedule(scope, ids.schedule, {
    description,
    scheduleExpression: ScheduleExpression.rate(every).expressionString,
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: functionArn,
      roleArn: role.roleArn,
      retryPolicy: {
        maximumRetryAttempts: retryAttempts,
        maximumEventAgeInSeconds: maxEventAge.toSeconds(),
      },
    },
  });
}

/**
 * Only Scheduler may assume the role, for schedules of this account in the default group (AWS
 * documentation).
 */
function createRole(scope: BridgeFunction, functionArn: string): Role {
  const stack = Stack.of(scope);
  const group = stack.formatArn({
    service: 'scheduler',
    resource: 'schedule-group',
    resourceName: 'default',
  });
  return new Role(scope, ids.scheduleRole, {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group },
      },
    }),
    // Inline, so that the schedule is not made before its role may invoke the function.
    inlinePolicies: {
      Invoke: new PolicyDocument({
        statements: [
          new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }),
        ],
      }),
    },
  });
}
