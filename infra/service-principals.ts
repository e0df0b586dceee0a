import { Aws, CfnCondition, Fn, Stack, Token } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { toPartition } from '../lambda/routing/partition.ts';

/**
 * DNS suffix of the principal of CloudWatch Logs, for partitions in which it is not
 * `amazonaws.com`.
 *
 * Source: tables of the AWS CDK (region-info) and of the Terraform provider. The European Sovereign
 * Cloud rejects principals with its suffix `amazonaws.eu` (seen for `ec2.amazonaws.eu`), so it has
 * the usual suffix (inferred).
 */
const suffixByPartition: Readonly<Record<string, string>> = {
  'aws-cn': 'amazonaws.com.cn',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
};

/**
 * The principal of CloudWatch Logs in the Region of the stack. If the Region is unknown at synth,
 * CloudFormation chooses the suffix.
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
