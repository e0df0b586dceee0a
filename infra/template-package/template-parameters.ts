import { CfnCondition, CfnParameter, CfnRule, Fn, type Stack } from 'aws-cdk-lib';
import type { CodeParameters } from './package-synthesizer.ts';

/** Where a template looks for its code unless its parameters name another place. */
export interface CodeLocation {
  readonly bucket: string;
  /** Empty, or ends with `/`. */
  readonly prefix: string;
}

/** Parameters that name the recipient of the alarms, and their conditions. */
export interface AlarmParameters {
  readonly topicArn: CfnParameter;
  readonly email: CfnParameter;
  readonly createsTopic: CfnCondition;
  readonly subscribes: CfnCondition;
}

/** Parameters that name the network of the functions, and the condition of its group. */
export interface NetworkParameters {
  readonly vpcId: CfnParameter;
  readonly subnetIds: CfnParameter;
  readonly securityGroupIds: CfnParameter;
  readonly createsGroup: CfnCondition;
}

/** An SNS topic, or nothing. */
const topicPattern = '^$|^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$';
/** An address, or nothing. SNS sends a confirmation, which proves that it exists. */
const emailPattern = '^$|^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$';
const roleArn = {
  allowedPattern: '^arn:[a-z-]+:iam::[0-9]{12}:role/[^*]+$',
  constraintDescription: 'the ARN of an IAM role, an output of the stack of the bridge',
} as const;

/** Adds the parameters that name bucket and prefix of the code. */
export function addCodeParameters(stack: Stack, { bucket, prefix }: CodeLocation): CodeParameters {
  return {
    bucket: new CfnParameter(stack, 'CodeBucket', {
      default: bucket,
      allowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      constraintDescription: 'the name of an S3 bucket',
      description:
        'S3 bucket that holds the code of the functions, in the Region of the stack. Lambda reads code in its own Region only',
    }),
    prefix: new CfnParameter(stack, 'CodePrefix', {
      default: prefix,
      allowedPattern: '^$|^[A-Za-z0-9._-][A-Za-z0-9._/-]*/$',
      constraintDescription: 'nothing, or letters, digits and . _ - /, with / at the end',
      description: 'Prefix of the code in the bucket. Empty, or ends with /',
    }),
  };
}

/** Adds the parameters that name the recipient of the alarms of a bridge. */
export function addAlarmParameters(stack: Stack): AlarmParameters {
  const topicArn = addTopicParameter(
    stack,
    'ARN of an SNS topic in the Region of the stack that is notified of alarms. Empty: a new topic',
  );
  const email = new CfnParameter(stack, 'AlarmEmail', {
    default: '',
    allowedPattern: emailPattern,
    constraintDescription: 'nothing, or an e-mail address',
    description:
      'E-mail address that is subscribed to the new topic. Empty: none. Only without AlarmTopicArn',
  });
  const createsTopic = new CfnCondition(stack, 'CreatesAlarmTopic', {
    expression: Fn.conditionEquals(topicArn.valueAsString, ''),
  });
  const subscribes = new CfnCondition(stack, 'SubscribesAlarmEmail', {
    expression: Fn.conditionAnd(
      Fn.conditionEquals(topicArn.valueAsString, ''),
      Fn.conditionNot(Fn.conditionEquals(email.valueAsString, '')),
    ),
  });
  new CfnRule(stack, 'OneAlarmRecipient', {
    assertions: [
      {
        assert: Fn.conditionOr(
          Fn.conditionEquals(topicArn.valueAsString, ''),
          Fn.conditionEquals(email.valueAsString, ''),
        ),
        assertDescription:
          'AlarmEmail: found together with AlarmTopicArn, allowed: one of them; subscribe the address to your topic',
      },
    ],
  });
  return { topicArn, email, createsTopic, subscribes };
}

/** Adds the parameter of an existing topic, which may be empty. */
export function addTopicParameter(stack: Stack, description: string): CfnParameter {
  return new CfnParameter(stack, 'AlarmTopicArn', {
    default: '',
    allowedPattern: topicPattern,
    constraintDescription: 'nothing, or the ARN of an SNS topic',
    description,
  });
}

/** Adds the parameters that name VPC, subnets and security groups of the functions. */
export function addNetworkParameters(stack: Stack): NetworkParameters {
  const securityGroupIds = new CfnParameter(stack, 'SecurityGroupIds', {
    // The types of EC2 accept no empty list.
    type: 'CommaDelimitedList',
    default: '',
    description:
      'Security groups of the functions, separated by commas. Empty: a new group with egress to AutoSys and to AWS',
  });
  return {
    vpcId: new CfnParameter(stack, 'VpcId', {
      type: 'AWS::EC2::VPC::Id',
      description: 'VPC of the functions. It needs a way to AutoSys and to the APIs of AWS',
    }),
    subnetIds: new CfnParameter(stack, 'SubnetIds', {
      type: 'List<AWS::EC2::Subnet::Id>',
      description:
        'Private subnets of the functions in this VPC, 1 to 8. A function in a public subnet has no public address',
    }),
    securityGroupIds,
    createsGroup: new CfnCondition(stack, 'CreatesSecurityGroup', {
      expression: Fn.conditionEquals(Fn.join('', securityGroupIds.valueAsList), ''),
    }),
  };
}

/** Adds the parameters by which a source knows its bridge. */
export function addBridgeParameters(stack: Stack) {
  const account = new CfnParameter(stack, 'BridgeAccount', {
    allowedPattern: '^[0-9]{12}$',
    constraintDescription: 'an account of twelve digits',
    description: 'Account of the stack of the bridge',
  });
  const region = new CfnParameter(stack, 'BridgeRegion', {
    allowedPattern: '^[a-z]{2}(-[a-z]+)+-[0-9]+$',
    constraintDescription: 'a Region, such as eu-west-1',
    description: 'Region of the stack of the bridge',
  });
  const sweepRoleArn = new CfnParameter(stack, 'SweepRoleArn', {
    ...roleArn,
    description: 'Output SweepRoleArn of the bridge: the role that looks up the status of runs',
  });
  return { account, region, sweepRoleArn };
}

/** Adds the parameters by which a source knows the functions of requests of its bridge. */
export function addRequestParameters(stack: Stack) {
  return ['Request', 'Wait'].map(
    (name) =>
      new CfnParameter(stack, `${name}RoleArn`, {
        ...roleArn,
        description: `Output ${name}RoleArn of the bridge: a role that answers executions which wait for a job`,
      }),
  );
}
