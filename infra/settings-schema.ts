import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { logGroupName, vpcEndpointId } from './launch-api-props.ts';
import { operatorsRoleArn } from './queue-policy.ts';
import { rulePrefixForm } from './rule-prefix.ts';
import { vpcEndpointServices } from './vpc-endpoints.ts';

/** A list: `-c name=a,b`, or a list in `cdk.json`. */
const list = z.preprocess(
  (given) => (typeof given === 'string' ? given.split(',').map((one) => one.trim()) : given),
  z.array(z.string().min(1)).min(1),
);
const accounts = z.preprocess(
  (given) => (typeof given === 'number' ? String(given) : given),
  list.pipe(z.array(z.string().regex(/^\d{12}$/))),
);
const whole = z.preprocess((given) => (typeof given === 'string' ? Number(given) : given), z.int());
const trueOrFalse = z.preprocess(
  (given) => (typeof given === 'string' ? { true: true, false: false }[given] : given),
  z.boolean(),
);
const arn = (service: string) => z.string().regex(new RegExp(`^arn:[a-z-]+:${service}:`));
/** ARN of a key. Policies do not accept the ARN of an alias. */
const keyArn = z
  .string()
  .regex(
    /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
  );
const retentions = Object.values(RetentionDays).filter((days) => typeof days === 'number');

/**
 * The settings of the app in the CDK context, each with its schema and a description of valid
 * values.
 */
export const settings = {
  config: { shape: z.string().min(1), allowed: 'the path of a route file, such as bridge.yaml' },
  stackName: {
    shape: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/)
      .optional(),
    allowed: 'a letter, then up to 127 letters, digits and -',
  },
  bridgeBusArn: {
    shape: arn('events').optional(),
    allowed:
      'the ARN of the event bus of the bridge; it creates the stack of a source instead of the bridge',
  },
  bridgeSweepRoleArn: {
    shape: z
      .string()
      .regex(/^arn:[a-z-]+:iam::\d{12}:role\/[^*]+$/)
      .optional(),
    allowed: 'the ARN of the role of the sweep function, the output SweepRoleArn of the bridge',
  },
  bridgeRequestRoleArns: {
    shape: list.pipe(z.array(z.string().regex(/^arn:[a-z-]+:iam::\d{12}:role\/[^*]+$/))).optional(),
    allowed:
      'the ARNs of the roles of the request and wait functions, separated by commas: the outputs RequestRoleArn and WaitRoleArn of the bridge',
  },
  otherAccounts: {
    shape: accounts.optional(),
    allowed: 'accounts of twelve digits, separated by commas',
  },
  organizationId: {
    shape: z
      .string()
      .regex(/^o-[a-z0-9]{10,32}$/)
      .optional(),
    allowed: 'the id of an AWS organization, such as o-a1b2c3d4e5',
  },
  busName: {
    shape: z
      .string()
      .regex(/^(?!default$)[A-Za-z0-9._-]{1,256}$/)
      .optional(),
    allowed: '1 to 256 letters, digits and . _ -, and not default',
  },
  keyArn: { shape: keyArn.optional(), allowed: 'the ARN of a KMS key, not of an alias' },
  secretKeyArns: {
    shape: list.pipe(z.array(keyArn)).optional(),
    allowed: 'ARNs of KMS keys, not of aliases, separated by commas',
  },
  environmentKeyArn: {
    shape: keyArn.optional(),
    allowed: 'the ARN of a KMS key, not of an alias',
  },
  terminationProtection: { shape: trueOrFalse.optional(), allowed: 'true or false' },
  tracing: { shape: trueOrFalse.optional(), allowed: 'true or false' },
  backup: { shape: trueOrFalse.optional(), allowed: 'true or false' },
  reservedConcurrency: {
    shape: whole.pipe(z.int().min(2)).optional(),
    allowed: 'a whole number, maxConcurrency or more',
  },
  vpcId: {
    shape: z
      .string()
      .regex(/^vpc-[0-9a-f]+$/)
      .optional(),
    allowed: 'the id of a VPC, such as vpc-0a1b2c3d',
  },
  subnetIds: {
    shape: list.optional(),
    allowed: 'ids of subnets, such as subnet-0a1b2c3d, separated by commas',
  },
  securityGroupIds: {
    shape: list.optional(),
    allowed: 'ids of security groups, such as sg-0a1b2c3d, separated by commas',
  },
  autosysCidrs: {
    shape: list.pipe(z.array(z.cidrv4())).optional(),
    allowed: 'IPv4 networks such as 10.20.0.0/16, separated by commas',
  },
  operatorsRoleArns: {
    shape: list.pipe(z.array(z.string().regex(operatorsRoleArn))).optional(),
    allowed:
      'ARNs of IAM roles, such as arn:aws:iam::111122223333:role/Operators, separated by commas',
  },
  maxRules: {
    shape: whole.pipe(z.int().min(1)).optional(),
    allowed: 'a whole number of rules, 1 or more',
  },
  rules: { shape: z.enum(['exact', 'wide']).optional(), allowed: 'exact or wide' },
  rulePrefix: {
    shape: z.string().regex(rulePrefixForm.regex).optional(),
    allowed: rulePrefixForm.allowed,
  },
  vpcEndpoints: {
    shape: z.union([trueOrFalse, list.pipe(z.array(z.enum(vpcEndpointServices)))]).optional(),
    allowed: `true, false, or some of ${vpcEndpointServices.join(', ')}, separated by commas`,
  },
  launchVpcEndpointIds: {
    shape: list.pipe(z.array(z.string().regex(vpcEndpointId))).optional(),
    allowed: 'ids of VPC endpoints of execute-api, such as vpce-0a1b2c3d, separated by commas',
  },
  launchNetworks: {
    shape: list.pipe(z.array(z.union([z.cidrv4(), z.cidrv6()]))).optional(),
    allowed: 'networks such as 10.20.0.0/16, separated by commas',
  },
  launchAccess: {
    shape: z.enum(['private', 'regional']).optional(),
    allowed: 'private or regional',
  },
  heldWaits: {
    shape: whole.pipe(z.int().min(0)).optional(),
    allowed: 'a whole number of waiting commands, 0 or more',
  },
  launchLogGroups: {
    shape: list.pipe(z.array(z.string().regex(logGroupName))).optional(),
    allowed: 'names of log groups such as /aws/lambda/settle-*, separated by commas',
  },
  launchSetsLogRole: { shape: trueOrFalse.optional(), allowed: 'true or false' },
  requestConcurrency: {
    shape: whole.pipe(z.int().min(1)).optional(),
    allowed: 'a whole number of concurrent requests, 1 or more',
  },
  requestsRefusedAlarm: {
    shape: whole.pipe(z.int().min(1)).optional(),
    allowed: 'a whole number of refused requests, 1 or more',
  },
  waitOverdueMinutes: {
    shape: whole.pipe(z.int().min(1)).optional(),
    allowed: 'a whole number of minutes, 1 or more',
  },
  alarmPrefix: {
    shape: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .optional(),
    allowed: '1 to 64 letters, digits, _ and -',
  },
  alarmTopicArn: { shape: arn('sns').optional(), allowed: 'the ARN of an SNS topic' },
  alarmTopicKeyArn: { shape: keyArn.optional(), allowed: 'the ARN of a KMS key, not of an alias' },
  alarmEmail: { shape: z.email().optional(), allowed: 'an e-mail address' },
  runbookUrl: {
    // Each alarm appends the anchor of its section.
    shape: z
      .url()
      .regex(/^[^#]*$/)
      .optional(),
    allowed: 'a URL, without #',
  },
  slowAfterMinutes: {
    shape: whole.pipe(z.int().min(1)).optional(),
    allowed: 'a whole number of minutes, 1 or more',
  },
  maxConcurrency: { shape: whole.optional(), allowed: 'a whole number from 2 to 1000' },
  canaryMinutes: {
    shape: whole.pipe(z.int().min(0).max(720)).optional(),
    allowed: 'a whole number of minutes, 1 to 720, or 0 for no canary',
  },
  logRetentionDays: {
    shape: z
      .preprocess(
        (given) => (typeof given === 'string' ? Number(given) : given),
        z.literal(retentions),
      )
      .optional(),
    allowed: `one of ${retentions.join(', ')}`,
  },
} as const;
