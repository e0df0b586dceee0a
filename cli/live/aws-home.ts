import { createReadCallerHome } from '../../lambda/aws/caller-identity.ts';
import { createDescribeStack, type DescribedStack } from '../../lambda/aws/describe-stack.ts';
import type { Home } from '../../lambda/routing/origin.ts';
import { readArn } from '../../lambda/routing/partition.ts';
import type { LiveDeps } from './live-deps.ts';
import type { LiveFact } from './live-row.ts';
import { toUnreadAws } from './unread-aws.ts';

/** Whose credentials are used, where the bridge is, and its stack. */
export interface AwsHome {
  /** Account and Region of the credentials. */
  readonly caller: LiveFact<Home>;
  /** Account and Region of the bridge: those of the stack, else those of the credentials. */
  readonly home: Home | undefined;
  readonly stack: LiveFact<DescribedStack>;
}

/** Reads who the caller is, and the stack if one is named. */
export async function readAwsHome(
  stackName: string | undefined,
  { httpsAgent, signal }: LiveDeps,
): Promise<AwsHome> {
  const answer = await createReadCallerHome(httpsAgent)(signal);
  if (answer.kind !== 'found') {
    const unread = toUnreadAws(answer, 'sts:GetCallerIdentity');
    return { caller: unread, home: undefined, stack: unread };
  }
  const { account, region } = answer;
  const home = { account, region };
  const caller = { kind: 'read', value: home } as const;
  if (stackName === undefined) return { caller, home, stack: noStack };
  const describe = createDescribeStack({ region, httpsAgent });
  const described = await describe(stackName, signal);
  if (described.kind === 'unknown') {
    const reason = `account ${account}, Region ${region} has no stack ${stackName}`;
    const advice = 'correct --stack, or set AWS_REGION and AWS_PROFILE to those of the stack';
    return { caller, home, stack: { kind: 'unread', reason, advice } };
  }
  if (described.kind !== 'found') {
    const stack = toUnreadAws(described, 'cloudformation:DescribeStacks');
    return { caller, home, stack };
  }
  const { stack } = described;
  return { caller, home: toHome(stack.id) ?? home, stack: { kind: 'read', value: stack } };
}

const noStack = {
  kind: 'unread',
  reason: 'the stack is not known',
  advice: 'give --stack with the name of the stack of the bridge',
} as const;

function toHome(stackId: string): Home | undefined {
  const { account, region } = readArn(stackId) ?? {};
  return account === undefined || region === undefined ? undefined : { account, region };
}
