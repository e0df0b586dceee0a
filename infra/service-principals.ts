import { Aws, CfnCondition, Fn, Stack, Token } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { toPartition } from '../lambda/routing/partition.ts';

/**
 * DNS suffixes in the principal of CloudWatch Logs, where it is not `amazonaws.com`.
 *
 * Source: the tables of AWS's own CDK (region-info) and of the Terraform provider. The European
 * Sovereign Cloud refuses principals with its suffix `amazonaws.eu` (seen of `ec2.amazonaws.eu`),
 * so it has the usual one (inferred).
 */
const suffixByPartition: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
};

/**
 * CloudWatch Logs in the Region of the stack; of a stack that fits any Region, CloudFormation
 * chooses the suffix.
 */
export function createLogsPrincipal(scope: Construct): ServicePrincipal {
  const { region } = Stack.of(scope);
  const suffix = Token.isUnresolved(region)
    ? chooseSuffix(scope)
    : (suffixByPartition[toPartition(region)] ?? 'amazonaws.com');
  return new ServicePrincipal(`logs.${region}.${suffix}`);
}

function chooseSuffix(scope: Construct): string {
  const partitions = Object.keys(suffixByPartition);
  const hasOwn = new CfnCondition(scope, 'LogsHasOwnSuffix', {
    expression: Fn.conditionOr(
      ...partitions.map((partition) => Fn.conditionEquals(Aws.PARTITION, partition)),
    ),
  });
  return Fn.conditionIf(hasOwn.logicalId, Aws.URL_SUFFIX, 'amazonaws.com').toString();
}
