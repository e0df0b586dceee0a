import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnAlias } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** Maximum number of resources in a stack (CloudFormation quota; it cannot be raised). */
const maxResources = 500;

/**
 * Resources that a bridge creates after its rules, with a margin: ledger, functions, alarms of
 * several instances, and the functions of requests without their entries.
 */
const reserved = 150;

/**
 * Returns the number of rules that the stack still has room for.
 *
 * @param later resources that are created after the rules, beside those of every bridge
 */
export function roomForRules(scope: Construct, later = 0): number {
  return Math.max(0, maxResources - reserved - later - findResources(scope).length);
}

/**
 * Checks the number of resources. Resources that are created later are not counted.
 *
 * @throws {Error} if the stack has too many resources
 */
export function checkResourceCount(scope: Construct): void {
  const resources = findResources(scope);
  if (resources.length <= maxResources) return;
  const rules = resources.filter((resource) => resource instanceof CfnRule).length;
  const aliases = resources.filter((resource) => resource instanceof CfnAlias).length;
  const ofRequests = aliases === 0 ? '' : ` and ${2 * aliases} of entries of requests`;
  throw new Error(
    `stack ${Stack.of(scope).node.path}: found ${resources.length} resources, ${rules} of them EventBridge rules${ofRequests}, allowed: ${maxResources}, the quota of CloudFormation; select workloads by globs such as night-*, split the route file into two bridges, or set rules: wide`,
  );
}

function findResources(scope: Construct): readonly CfnResource[] {
  const stack = Stack.of(scope);
  return stack.node
    .findAll()
    .filter((one): one is CfnResource => CfnResource.isCfnResource(one) && Stack.of(one) === stack);
}
