import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** The rules of one bridge. */
export interface OwnRules {
  readonly rulePrefix: string;
  /** Name of the event bus of the bridge. @default - no bus */
  readonly busName?: string;
}

const events = 'events.amazonaws.com';

/** Allows EventBridge to send for rules of this bridge, and for no other rule of the account. */
export function admitRules(queue: Queue, { rulePrefix, busName }: OwnRules): void {
  const buses = ['rule', ...(busName === undefined ? [] : [`rule/${busName}`])];
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OwnRulesSend',
      principals: [new ServicePrincipal(events)],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: {
        ArnLike: {
          'aws:SourceArn': buses.map((resource) =>
            Stack.of(queue).formatArn({
              service: 'events',
              resource,
              resourceName: `${rulePrefix}-*`,
            }),
          ),
        },
      },
    }),
  );
}

/**
 * Denies messages of all principals except EventBridge and the operators, even if another policy
 * allows them. A message is an event, and an event can start and kill jobs.
 *
 * @param operatorsRoleArns roles that can move dead letters back
 */
export function refuseOtherSenders(queue: Queue, operatorsRoleArns: readonly string[]): void {
  refuseSending(queue, operatorsRoleArns, {
    StringNotEquals: { 'aws:PrincipalServiceName': events },
  });
}

/**
 * Denies messages of every role and user except the operators. SQS, which moves messages here after
 * too many receives, is not an IAM principal and is not affected.
 */
export function refuseSendingPrincipals(queue: Queue, operatorsRoleArns: readonly string[]): void {
  refuseSending(queue, operatorsRoleArns, { Null: { 'aws:PrincipalArn': 'false' } });
}

/** Denies messages of all principals except the operators, if the condition is true. */
function refuseSending(
  queue: Queue,
  operatorsRoleArns: readonly string[],
  condition: Readonly<Record<string, object>>,
): void {
  const hasOperators = operatorsRoleArns.length > 0;
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyEventBridgeAndOperatorsSend',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: {
        ...condition,
        ...(hasOperators && { ArnNotLike: { 'aws:PrincipalArn': [...operatorsRoleArns] } }),
      },
    }),
  );
}

/**
 * @throws {Error} for an ARN that is not a role: AWS would reject the policy, or it would allow too
 * much
 */
export function checkOperatorsRoles(roleArns: readonly string[]): void {
  const wrong = roleArns.filter((arn) => !operatorsRoleArn.test(arn));
  if (wrong.length === 0) return;
  throw new Error(
    `operatorsRoleArns: found ${wrong.join(', ')}, allowed: ARNs of IAM roles, such as arn:aws:iam::111122223333:role/Operators`,
  );
}

/** ARN of a role. `*` matches a part of the name, but not every role of an account. */
export const operatorsRoleArn =
  /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/*-]*[\w+=,.@-][\w+=,.@/*-]*$/;
