import { Aws, type CfnCondition, type CfnResource, Fn, type Stack, Validations } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnSecurityGroup, type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnFunction, CfnVersion } from 'aws-cdk-lib/aws-lambda';
import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import type { AlarmParameters, NetworkParameters } from './template-parameters.ts';

type ResourceClass<Resource> = abstract new (...args: never[]) => Resource;

function findResources<Resource extends CfnResource>(
  stack: Stack,
  type: ResourceClass<Resource>,
): readonly Resource[] {
  return stack.node.findAll().filter((one): one is Resource => one instanceof type);
}

/** Creates the topic of the alarms on its condition, and sends the alarms to the one that is used. */
export function applyAlarmParameters(stack: Stack, parameters: AlarmParameters): void {
  const { topicArn, createsTopic, subscribes } = parameters;
  const [topic] = findResources(stack, CfnTopic);
  if (topic === undefined) throw new Error('the stack of the bridge has no topic');
  setCondition(createsTopic, [topic, ...findResources(stack, CfnTopicPolicy)]);
  setCondition(subscribes, findResources(stack, CfnSubscription));
  const action = Fn.conditionIf(createsTopic.logicalId, topic.ref, topicArn.valueAsString);
  for (const alarm of findResources(stack, CfnAlarm)) {
    alarm.addPropertyOverride('AlarmActions', [action]);
    alarm.addPropertyOverride('OKActions', [action]);
    acceptDefault(alarm, ['F3033']);
  }
}

/** Sends the alarms of a source to a topic, if the parameter names one. */
export function applyOptionalTopic(
  stack: Stack,
  topicArn: string,
  { logicalId }: CfnCondition,
): void {
  const actions = Fn.conditionIf(logicalId, [topicArn], Aws.NO_VALUE);
  for (const alarm of findResources(stack, CfnAlarm)) {
    alarm.addPropertyOverride('AlarmActions', actions);
    alarm.addPropertyOverride('OKActions', actions);
    acceptDefault(alarm, ['F3033']);
  }
}

/**
 * A VPC with one subnet, the first of the parameter. The CDK must know how many subnets there are,
 * so `applyNetworkParameters` replaces it by all of them.
 */
export function importVpc(stack: Stack, { vpcId, subnetIds }: NetworkParameters): IVpc {
  return Vpc.fromVpcAttributes(stack, 'GivenVpc', {
    vpcId: vpcId.valueAsString,
    availabilityZones: ['unknown'],
    privateSubnetIds: [Fn.select(0, subnetIds.valueAsList)],
    privateSubnetRouteTableIds: ['unknown'],
  });
}

/** Runs the functions in the subnets and security groups of the parameters. */
export function applyNetworkParameters(stack: Stack, parameters: NetworkParameters): void {
  const { subnetIds, securityGroupIds, createsGroup } = parameters;
  const [group] = findResources(stack, CfnSecurityGroup);
  if (group === undefined) throw new Error('the stack of the bridge has no security group');
  setCondition(createsGroup, [group]);
  const groups = Fn.conditionIf(
    createsGroup.logicalId,
    [group.attrGroupId],
    securityGroupIds.valueAsList,
  );
  for (const one of findResources(stack, CfnFunction)) {
    one.addPropertyOverride('VpcConfig', {
      SubnetIds: subnetIds.valueAsList,
      SecurityGroupIds: groups,
    });
    acceptDefault(one, ['F3031', 'E1150']);
  }
  // CloudFormation publishes a version only for a new resource. A changed description makes one
  // (documented: replacement), so that the aliases follow a change of the parameters.
  const description = Fn.join(' ', [
    'network',
    withoutWord(subnetIds.valueAsList, 'subnet-'),
    withoutWord(securityGroupIds.valueAsList, 'sg-'),
  ]);
  for (const version of findResources(stack, CfnVersion)) {
    version.addPropertyOverride('Description', description);
  }
}

/** Joins ids without their first word: Lambda allows 256 characters for a description. */
function withoutWord(values: readonly string[], word: string): string {
  return Fn.join(' ', Fn.split(word, Fn.join('', [...values])));
}

/**
 * The CDK checks a property with the default of its parameter, also the one that a condition leaves
 * out.
 */
function acceptDefault(resource: CfnResource, rules: readonly string[]): void {
  for (const rule of rules) {
    Validations.of(resource).acknowledge({
      id: `CloudFormation-Validate::${rule}`,
      reason: 'the default of the parameter is empty; a condition uses it only when it is not',
    });
  }
}

function setCondition(condition: CfnCondition, resources: readonly CfnResource[]): void {
  for (const { cfnOptions } of resources) cfnOptions.condition = condition;
}
