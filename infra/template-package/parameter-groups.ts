import { CfnParameter, type Stack } from 'aws-cdk-lib';

/** Order and headings of the parameters in the console of CloudFormation. */
const groups: readonly (readonly [string, readonly string[]])[] = [
  ['Code of the functions', ['CodeBucket', 'CodePrefix']],
  ['Network of the functions', ['VpcId', 'SubnetIds', 'SecurityGroupIds']],
  ['Bridge', ['BridgeAccount', 'BridgeRegion', 'SweepRoleArn', 'RequestRoleArn', 'WaitRoleArn']],
  ['Alarms', ['AlarmTopicArn', 'AlarmEmail']],
];

/** Adds the groups of the parameters that a stack has to its template. */
export function describeParameters(stack: Stack): void {
  const found = stack.node.children.filter((one) => one instanceof CfnParameter);
  const names = new Set(found.map(({ node }) => node.id));
  stack.templateOptions.metadata = {
    'AWS::CloudFormation::Interface': {
      ParameterGroups: groups.flatMap(([label, members]) => {
        const Parameters = members.filter((name) => names.has(name));
        return Parameters.length > 0 ? [{ Label: { default: label }, Parameters }] : [];
      }),
    },
  };
}
