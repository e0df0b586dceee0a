import type { Cloud } from './cloud.ts';

/** True when CloudFormation asks for a capability before it creates a role. */
export async function requiresCapabilities({ cloudFormation }: Cloud): Promise<boolean> {
  const One = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
  return await isRefused(
    cloudFormation.createStack({
      StackName: 'gap-capability',
      TemplateBody: JSON.stringify({ Resources: { One } }),
    }),
    /InsufficientCapabilities|capabilit/i,
  );
}

/** True when CloudFormation looks for the VPC that a parameter names. */
export async function checksVpcParameters({ cloudFormation }: Cloud): Promise<boolean> {
  return await isRefused(
    cloudFormation.createStack({
      StackName: 'gap-vpc-parameter',
      TemplateBody: JSON.stringify({
        Parameters: { VpcId: { Type: 'AWS::EC2::VPC::Id' } },
        Resources: { One: { Type: 'AWS::SQS::Queue', Properties: {} } },
      }),
      Parameters: [{ ParameterKey: 'VpcId', ParameterValue: 'vpc-0000dead' }],
    }),
    /does not exist|invalid/i,
  );
}

/** True when CloudFormation has StackSets. */
export async function hasStackSets({ cloudFormation }: Cloud): Promise<boolean> {
  const One = { Type: 'AWS::SQS::Queue', Properties: {} };
  return !(await isRefused(
    cloudFormation.createStackSet({
      StackSetName: 'gap-stack-set',
      TemplateBody: JSON.stringify({ Resources: { One } }),
    }),
    /Unknown action/,
  ));
}

/** True when a call fails with this message; another failure is thrown. */
async function isRefused(call: Promise<unknown>, message: RegExp): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    if (error instanceof Error && message.test(`${error.name} ${error.message}`)) return true;
    throw error;
  }
}
