import { Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface FunctionRoleProps {
  /** The only log group that the function can write to. */
  readonly logGroup: ILogGroup;
  /** Whether the function runs in a VPC. */
  readonly inVpc: boolean;
  /** Whether AWS X-Ray traces the function. */
  readonly isTraced: boolean;
  /**
   * Customer managed key of the environment variables.
   *
   * @default - the AWS managed key, which needs no permission
   */
  readonly environmentKey?: IKey;
}

/**
 * Actions that Lambda needs to manage network interfaces (AWS documentation). None can be
 * restricted to a resource.
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
 * Role of a function, with access to its own log group only. The managed policies of AWS allow
 * every log group of the account.
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
        reason: 'AWS X-Ray has no resource-level permissions; the CDK grants them with tracing',
      });
    }
    if (!inVpc) return;
    this.addToPolicy(new PolicyStatement({ actions: networkInterfaceActions, resources: ['*'] }));
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'Lambda creates network interfaces whose names are unknown before',
    });
  }
}

/** Maximum number of managed policies of a role, unless AWS has raised the quota (IAM quotas). */
const maxManagedPolicies = 10;

/**
 * The CDK moves statements that exceed the inline policy into managed policies, and only warns
 * about too many.
 */
function findTooManyPolicies(role: Role): string[] {
  const policies = role.node.children.filter((child) => child instanceof ManagedPolicy).length;
  return policies <= maxManagedPolicies
    ? []
    : [
        `the permissions of this function need ${policies} managed policies, allowed: ${maxManagedPolicies} for a role; use fewer accounts, Regions or secrets in the route file`,
      ];
}
