import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { didYouMean } from '../autosys/suggest.ts';
import { operatorsRoleArn } from './queue-policy.ts';
import { rulePrefixForm } from './rule-prefix.ts';
import { vpcEndpointServices } from './vpc-endpoints.ts';

/** `-c name=a,b` and a list in `cdk.json` mean the same. */
const list = z.preprocess(
  (given) => (typeof given === 'string' ? given.split(',').map((one) => one.trim()) : given),
  z.array(z.string().min(1)).min(1),
);
const accounts = z.preprocess(
  (given) => (typeof given === 'number' ? String(given) : given),
  list.pipe(z.array(z.string().regex(/^\d{12}$/))),
);
const whole = z.preprocess((given) => (typeof given === 'string' ? Number(given) : given), z.int());
const yesOrNo = z.preprocess(
  (given) => (typeof given === 'string' ? { true: true, false: false }[given] : given),
  z.boolean(),
);
const arn = (service: string) => z.string().regex(new RegExp(`^arn:[a-z-]+:${service}:`));
/** An alias would be taken by some resources and by no policy. */
const keyArn = z
  .string()
  .regex(
    /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
  );
const retentions = Object.values(RetentionDays).filter((days) => typeof days === 'number');

/** What the app takes from the CDK's context, with what is allowed in words. */
const settings = {
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
      "the ARN of the bridge's event bus; then the stack of a source is made instead of the bridge's",
  },
  bridgeSweepRoleArn: {
    shape: z
      .string()
      .regex(/^arn:[a-z-]+:iam::\d{12}:role\/[^*]+$/)
      .optional(),
    allowed: "the ARN of the role of the bridge's sweep, as its output SweepRoleArn has it",
  },
  otherAccounts: {
    shape: accounts.optional(),
    allowed: 'accounts of twelve digits, with commas between them',
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
    allowed: 'ARNs of KMS keys, not of aliases, with commas between them',
  },
  environmentKeyArn: {
    shape: keyArn.optional(),
    allowed: 'the ARN of a KMS key, not of an alias',
  },
  terminationProtection: { shape: yesOrNo.optional(), allowed: 'true or false' },
  tracing: { shape: yesOrNo.optional(), allowed: 'true or false' },
  backup: { shape: yesOrNo.optional(), allowed: 'true or false' },
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
    allowed: 'ids of subnets, such as subnet-0a1b2c3d, with commas between them',
  },
  securityGroupIds: {
    shape: list.optional(),
    allowed: 'ids of security groups, such as sg-0a1b2c3d, with commas between them',
  },
  autosysCidrs: {
    shape: list.pipe(z.array(z.cidrv4())).optional(),
    allowed: 'IPv4 networks such as 10.20.0.0/16, with commas between them',
  },
  operatorsRoleArns: {
    shape: list.pipe(z.array(z.string().regex(operatorsRoleArn))).optional(),
    allowed:
      'ARNs of IAM roles, such as arn:aws:iam::111122223333:role/Operators, with commas between them',
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
    shape: z.union([yesOrNo, list.pipe(z.array(z.enum(vpcEndpointServices)))]).optional(),
    allowed: `true, false, or some of ${vpcEndpointServices.join(', ')}, with commas between them`,
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
    // Each alarm adds the heading of its own page.
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
    allowed: `what CloudWatch Logs takes: ${retentions.join(', ')}`,
  },
} as const;

/** What the stack of a source takes; all else is about the bridge. */
const ofSource: readonly string[] = [
  'config',
  'stackName',
  'terminationProtection',
  'bridgeBusArn',
  'bridgeSweepRoleArn',
  'maxRules',
  'rules',
  'rulePrefix',
  'alarmPrefix',
  'alarmTopicArn',
  'runbookUrl',
];

type Name = keyof typeof settings;

/** Every setting that there is, as `docs/deploy.md` lists them. */
export const settingNames: readonly string[] = Object.keys(settings);

/** Settings that have no effect without one of some others. */
const useless = {
  subnetIds: ['vpcId'],
  securityGroupIds: ['vpcId'],
  autosysCidrs: ['vpcId'],
  vpcEndpoints: ['vpcId'],
  busName: ['otherAccounts', 'organizationId'],
  bridgeSweepRoleArn: ['bridgeBusArn'],
} as const satisfies Partial<Record<Name, readonly Name[]>>;

/** The settings of the app, checked; absent ones have the defaults of `AutosysBridge`. */
export type AppSettings = { readonly [Key in Name]: z.output<(typeof settings)[Key]['shape']> };

/**
 * Checks the context that the app knows; the CDK's own keys are left alone.
 *
 * @param context all of it, as `app.node.getAllContext()` gives it
 * @throws {Error} with every fault at once
 */
export function readAppSettings(context: Readonly<Record<string, unknown>>): AppSettings {
  const faults: string[] = [];
  const read: Record<string, unknown> = {};
  for (const [name, { shape, allowed }] of Object.entries(settings)) {
    const result = shape.safeParse(context[name]);
    if (result.success) read[name] = result.data;
    else faults.push(`context ${name}: found ${describe(context[name])}, allowed: ${allowed}`);
  }
  if (context['bridgeBusArn'] !== undefined) {
    const idle = settingNames.filter(
      (name) => context[name] !== undefined && !ofSource.includes(name),
    );
    for (const name of idle) {
      faults.push(
        `context ${name}: found together with bridgeBusArn, which makes the stack of a source; it belongs to the stack of the bridge, so leave it out here`,
      );
    }
  }
  faults.push(...findAstray(context));
  const unknown = Object.keys(context).filter(
    (key) => /^[A-Za-z]+$/.test(key) && !(key in settings),
  );
  for (const key of unknown) {
    faults.push(`context ${key}: there is no such setting${didYouMean(key, settingNames)}`);
  }
  if (faults.length > 0) {
    throw new Error(`${faults.join('\n')}\npass settings with -c name=value, or in cdk.json`);
  }
  return read as AppSettings;
}

/** What would be passed over in silence, though somebody has said it. */
function findAstray(context: Readonly<Record<string, unknown>>): readonly string[] {
  if (context['bridgeBusArn'] !== undefined) return [];
  const faults = Object.entries(useless)
    .filter(
      ([name, others]) =>
        context[name] !== undefined && others.every((other) => context[other] === undefined),
    )
    .map(
      ([name, others]) =>
        `context ${name}: found without ${others.join(' or ')}, allowed: together with it`,
    );
  if (context['alarmEmail'] !== undefined && context['alarmTopicArn'] !== undefined) {
    faults.push(
      'context alarmEmail: found together with alarmTopicArn, allowed: one of them; subscribe the address to your topic',
    );
  }
  const { alarmTopicArn, alarmTopicKeyArn, keyArn: queueKeyArn } = context;
  if (alarmTopicKeyArn !== undefined && alarmTopicArn !== undefined) {
    faults.push(
      'context alarmTopicKeyArn: found together with alarmTopicArn, allowed: one of them; the key of your topic is yours to set',
    );
  }
  if (alarmTopicKeyArn !== undefined && alarmTopicKeyArn === queueKeyArn) {
    faults.push(
      'context alarmTopicKeyArn: found the same key as keyArn, allowed: another key, or none; a fault of one key would stop the events and the alarm together',
    );
  }
  return faults;
}

function describe(given: unknown): string {
  return given === undefined ? 'none' : JSON.stringify(given);
}
