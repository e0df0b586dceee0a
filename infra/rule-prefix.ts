import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { toDigest } from '../lambda/workload/digest.ts';

/**
 * Maximum length of a prefix. EventBridge allows 64 characters for a rule name; the rest is for the
 * hyphen and the digest of the pattern.
 */
const maxCharacters = 40;

/** Format of a given prefix. */
export const rulePrefixForm = {
  regex: new RegExp(`^[A-Za-z0-9._-]{1,${maxCharacters}}$`),
  allowed: `1 to ${maxCharacters} letters, digits and . _ -`,
} as const;

/**
 * Returns the prefix of the rule names of a bridge. No other rule of the account may use it,
 * because the queue accepts rules by prefix.
 *
 * @param given 1 to 40 letters, digits and `. _ -`
 * @returns the given prefix, or the shortened name of the stack with a digest of the path of the
 * bridge
 * @throws {Error} for an invalid prefix
 */
export function toRulePrefix(scope: Construct, given: string | undefined): string {
  if (given === undefined) return createPrefix(scope);
  const { regex, allowed } = rulePrefixForm;
  if (regex.test(given)) return given;
  throw new Error(`rulePrefix: found ${JSON.stringify(given)}, allowed: ${allowed}`);
}

function createPrefix(scope: Construct): string {
  const stack = toTopStack(Stack.of(scope));
  const stackName = Token.isUnresolved(stack.stackName) ? stack.node.id : stack.stackName;
  const digest = toDigest(`${stackName}/${scope.node.path}`).slice(0, 8);
  return `${stackName.slice(0, maxCharacters - 1 - digest.length)}-${digest}`;
}

/** The name of a nested stack is known at deployment only. */
function toTopStack(stack: Stack): Stack {
  return stack.nestedStackParent ? toTopStack(stack.nestedStackParent) : stack;
}
