import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { BridgeFunction } from './bridge-function.ts';
import { ids } from './names.ts';

export interface FunctionSchedule {
  readonly description: string;
  /** Interval between two invocations: whole minutes, 1 or more. */
  readonly every: Duration;
  /** JSON text that the function receives. @default - the event of EventBridge Scheduler */
  readonly input?: string;
}

/**
 * No retries, because the next invocation follows anyway. One minute is the shortest event age that
 * Lambda and EventBridge accept.
 */
const retryAttempts = 0;
const maxEventAge = Duration.minutes(1);

/**
 * Invokes a function at an interval by EventBridge Scheduler, without retries.
 *
 * Scheduler and the asynchronous queue of Lambda each have their own retries. By default, Lambda
 * retries a failed invocation twice, and keeps an event without free concurrency for six hours (AWS
 * documentation, asynchronous invocation). A retry of the canary would be a second login.
 */
export function addSchedule(
  scope: BridgeFunction,
  { description, every, input }: FunctionSchedule,
): void {
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
      ...(input !== undefined && { input }),
      retryPolicy: {
        maximumRetryAttempts: retryAttempts,
        maximumEventAgeInSeconds: maxEventAge.toSeconds(),
      },
    },
  });
}

/**
 * Only Scheduler can assume the role, for schedules of this account in the default group (AWS
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
    // Inline, so that the role has its permission before the schedule is created.
    inlinePolicies: {
      Invoke: new PolicyDocument({
        statements: [
          new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }),
        ],
      }),
    },
  });
}
