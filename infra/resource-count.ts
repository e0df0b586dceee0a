import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';

/** CloudFormation takes at most so many resources in a stack (quota; it cannot be raised). */
const mostResources = 500;

/**
 * What a bridge makes after its rules, with room to spare: ledger, functions, alarms of several
 * instances.
 */
const reserved = 150;

/** How many rules the stack still has room for. */
export function roomForRules(scope: Construct): number {
  return Math.max(0, mostResources - reserved - findResources(scope).length);
}

/**
 * @throws {Error} where the stack has more resources than CloudFormation takes; what comes after is
 * not counted
 */
export function checkResourceCount(scope: Construct): void {
  const resources = findResources(scope);
  if (resources.length <= mostResources) return;
  const rules = resources.filter((resource) => resource instanceof CfnRule).length;
  throw new Error(
    `stack ${Stack.of(scope).node.path}: found ${resources.length} resources, ${rules} of them EventBridge rules, allowed: ${mostResources}, CloudFormation's quota; name workloads by globs such as night-*, split the route file over two bridges, or set rules: wide`,
  );
}

function findResources(scope: Construct): readonly CfnResource[] {
  const stack = Stack.of(scope);
  return stack.node
    .findAll()
    .filter((one): one is CfnResource => CfnResource.isCfnResource(one) && Stack.of(one) === stack);
}
