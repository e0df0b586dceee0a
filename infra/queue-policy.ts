import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** The rules of one bridge, by the beginning of their names. */
export interface OwnRules {
  readonly rulePrefix: string;
  /** The bridge's own bus. @default - it has none */
  readonly busName?: string;
}

const events = 'events.amazonaws.com';

/** Lets EventBridge send for rules of this bridge, and for no other rule of the account. */
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
 * Refuses messages of all principals but EventBridge and the operators, whatever other policies
 * allow: a message is an event, and an event can start and kill jobs.
 *
 * @param operatorsRoleArns the roles that may move dead letters back
 */
export function refuseOtherSenders(queue: Queue, operatorsRoleArns: readonly string[]): void {
  refuseSending(queue, operatorsRoleArns, {
    StringNotEquals: { 'aws:PrincipalServiceName': events },
  });
}

/**
 * Refuses messages of every role and user but the operators. SQS itself, which moves messages here
 * that were received too often, is no IAM principal, and is not meant.
 */
export function refuseSendingPrincipals(queue: Queue, operatorsRoleArns: readonly string[]): void {
  refuseSending(queue, operatorsRoleArns, { Null: { 'aws:PrincipalArn': 'false' } });
}

/** Refuses messages of all but the operators, where the condition holds. */
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
 * @throws {Error} for what is no role: the policy would be refused, or would let in more than was
 * meant
 */
export function checkOperatorsRoles(roleArns: readonly string[]): void {
  const wrong = roleArns.filter((arn) => !operatorsRoleArn.test(arn));
  if (wrong.length === 0) return;
  throw new Error(
    `operatorsRoleArns: found ${wrong.join(', ')}, allowed: ARNs of IAM roles, such as arn:aws:iam::111122223333:role/Operators`,
  );
}

/** A role, with * where a name is not known; never every role of an account. */
export const operatorsRoleArn =
  /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/*-]*[\w+=,.@-][\w+=,.@/*-]*$/;
