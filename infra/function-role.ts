import { Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface FunctionRoleProps {
  /** The only log the function may write. */
  readonly logGroup: ILogGroup;
  readonly inVpc: boolean;
  /** Whether AWS X-Ray traces the function. */
  readonly isTraced: boolean;
  /**
   * Customer key of the function's environment variables.
   *
   * @default - the AWS managed key, which needs no permission
   */
  readonly environmentKey?: IKey;
}

/**
 * What Lambda itself must do with a network interface (AWS documentation); none of it can be
 * narrowed to a resource.
 */
const networkInterfaceActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * A function's role with its own log and nothing else: AWS's managed policies name every log of the
 * account.
 */
export class FunctionRole extends Role {
  constructor(scope: Construct, id: string, props: FunctionRoleProps) {
    super(scope, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const { logGroup, inVpc, isTraced, environmentKey } = props;
    logGroup.grantWrite(this);
    this.node.addValidation({ validate: () => findTooManyPolicies(this) });
    if (environmentKey) {
      this.addToPolicy(
        new PolicyStatement({ actions: ['kms:Decrypt'], resources: [environmentKey.keyArn] }),
      );
    }
    if (isTraced) {
      Validations.of(this).acknowledge({
        id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
        reason:
          'AWS X-Ray has no permission for single resources; the CDK grants it with the tracing',
      });
    }
    if (!inVpc) return;
    this.addToPolicy(new PolicyStatement({ actions: networkInterfaceActions, resources: ['*'] }));
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'Lambda makes network interfaces whose names nobody knows beforehand',
    });
  }
}

/** A role has at most so many managed policies, unless AWS has raised the quota (IAM quotas). */
const maxManagedPolicies = 10;

/** The CDK moves what outgrows the inline policy into managed ones, and only warns of too many. */
function findTooManyPolicies(role: Role): string[] {
  const policies = role.node.children.filter((child) => child instanceof ManagedPolicy).length;
  return policies <= maxManagedPolicies
    ? []
    : [
        `the permissions of this function need ${policies} managed policies, allowed: ${maxManagedPolicies} for a role; let routes name fewer accounts, Regions or secrets`,
      ];
}
