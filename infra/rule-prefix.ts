import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { toDigest } from '../lambda/workload/digest.ts';

/**
 * EventBridge takes 64 characters for a rule's name; the rest is for the hyphen and the digest of
 * the pattern.
 */
const mostCharacters = 40;

/** A prefix that may be given. */
export const rulePrefixForm = {
  regex: new RegExp(`^[A-Za-z0-9._-]{1,${mostCharacters}}$`),
  allowed: `1 to ${mostCharacters} letters, digits and . _ -`,
} as const;

/**
 * What the names of a bridge's rules begin with, and nothing else in the account may: the queue
 * admits rules by it.
 *
 * @param given 1 to 40 letters, digits and `. _ -`
 * @returns the given one, or the stack's name, cut, with a digest of where the bridge stands in it
 * @throws {Error} for one that EventBridge would not take
 */
export function toRulePrefix(scope: Construct, given: string | undefined): string {
  if (given === undefined) return makePrefix(scope);
  const { regex, allowed } = rulePrefixForm;
  if (regex.test(given)) return given;
  throw new Error(`rulePrefix: found ${JSON.stringify(given)}, allowed: ${allowed}`);
}

function makePrefix(scope: Construct): string {
  const stack = toTopStack(Stack.of(scope));
  const stackName = Token.isUnresolved(stack.stackName) ? stack.node.id : stack.stackName;
  const digest = toDigest(`${stackName}/${scope.node.path}`).slice(0, 8);
  return `${stackName.slice(0, mostCharacters - 1 - digest.length)}-${digest}`;
}

/** CloudFormation makes up the name of a nested stack at the deployment. */
function toTopStack(stack: Stack): Stack {
  return stack.nestedStackParent ? toTopStack(stack.nestedStackParent) : stack;
}
