import { Aws, Stack, Token, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { RequestEntry } from '../../lambda/routing/requests.ts';
import { maxNamedMachines, toFindingText, toRoleArn } from '../sweep-permissions.ts';

/** Calls with a task token. */
const answerActions = [
  'states:SendTaskSuccess',
  'states:SendTaskFailure',
  'states:SendTaskHeartbeat',
] as const;

/**
 * Allows a role to answer the tasks of the state machines that may wait for a job, in the account
 * and Region of its stack.
 *
 * The service authorization reference lists no resource for these actions. The messages of refused
 * calls name the ARN of the state machine, and the CDK grants them on that ARN
 * (`StateMachine.grantTaskResponse`), so a policy can name it (inferred; not tried against AWS).
 *
 * A caller that is named by its role alone can be any state machine: then the name is a star. Only
 * the holder of a task token can answer a task.
 *
 * A state machine that an entry names is in the Region of the bridge, or synth refuses it.
 *
 * @param actions the calls that it needs. @default - all
 */
export function grantAnswers(
  role: IRole,
  requests: readonly RequestEntry[],
  actions: readonly (typeof answerActions)[number][] = answerActions,
): void {
  const resources = toMachineNames(requests).flatMap((name) => {
    const arn = `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:stateMachine:${name}`;
    // An execution of a version or alias (inferred).
    return name === '*' ? [arn] : [arn, `${arn}:*`];
  });
  if (resources.length === 0) return;
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources }));
  for (const arn of resources.filter((one) => one.endsWith('*'))) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${toFindingText(arn)}]`,
      reason: 'a task can be answered only with its token, which its execution has sent',
    });
  }
}

/** Whether a function may have to answer executions of other accounts. */
export function answersOtherAccounts(scope: Construct, requests: readonly RequestEntry[]): boolean {
  return toOtherAccounts(scope, requests).length > 0;
}

/**
 * Allows a role to assume the role of the source in each other account whose callers may wait for a
 * job. Step Functions invokes a function of its own Region only, so the source is in the Region of
 * the bridge.
 *
 * @param sourceRole returns the name of the role of a source in a Region
 */
export function grantAnswerRoles(
  role: IRole,
  requests: readonly RequestEntry[],
  sourceRole: (region: string) => string,
): void {
  const { region } = Stack.of(role);
  const resources = toOtherAccounts(role, requests).map((account) =>
    toRoleArn(account, sourceRole(region)),
  );
  if (resources.length === 0) return;
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources }));
}

function toOtherAccounts(scope: Construct, requests: readonly RequestEntry[]): readonly string[] {
  const { account: own } = Stack.of(scope);
  const accounts = waiting(requests).flatMap(({ roles }) =>
    roles.map((arn) => arn.split(':')[4] ?? ''),
  );
  // If the account of the stack is unknown, the role in it does not exist and is never assumed.
  return [...new Set(accounts)].filter((one) => Token.isUnresolved(own) || one !== own);
}

function toMachineNames(requests: readonly RequestEntry[]): readonly string[] {
  const entries = waiting(requests);
  const names = entries.flatMap(({ stateMachines }) =>
    stateMachines.map((arn) => arn.split(':')[6] ?? '*'),
  );
  const distinct = [...new Set(names)];
  const isNamed = entries.every(({ stateMachines }) => stateMachines.length > 0);
  return isNamed && distinct.length <= maxNamedMachines ? distinct : ['*'];
}

/** The entries whose callers may wait for a job with a task token. */
function waiting(requests: readonly RequestEntry[]): readonly RequestEntry[] {
  return requests.filter(({ actions }) => actions.includes('runJob'));
}
