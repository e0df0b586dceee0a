import { App, type AppProps, Duration, type Environment, type Stack } from 'aws-cdk-lib';
import { type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { SourceError } from '../autosys/source.ts';
import { rulesPerBus } from '../event-pattern/index.ts';
import { readArn, toPartition } from '../lambda/routing/partition.ts';
import { type AppSettings, readAppSettings } from './app-settings.ts';
import type { AutosysBridgeProps } from './autosys-bridge.ts';
import { BridgeSourceStack } from './bridge-source-stack.ts';
import { BridgeStack } from './bridge-stack.ts';
import { selectGivenSubnets } from './given-subnets.ts';
import { ids } from './names.ts';
import {
  checkGiven,
  type StackLocation,
  sayElsewhere,
  sayIdleSource,
  secretKeyAdvice,
} from './placement.ts';
import { readBridgeConfig } from './read-bridge-config.ts';
import type { RulesOptions } from './workload-rules.ts';

// The flags go with the pinned aws-cdk-lib: what a new project gets. A cdk.json that names one has
// the last word.
const app = new App({
  context: recommendedFlags satisfies AppProps['context'],
  // By itself the CDK would make a template of what stands after a fault, and bury the fault under
  // what is missing.
  autoSynth: false,
});
try {
  const settings = readAppSettings(app.node.getAllContext());
  const place = readPlace();
  const config = readBridgeConfig(settings.config, { place });
  const { bridgeBusArn: busArn, bridgeSweepRoleArn: sweepRoleArn, stackName } = settings;
  const { terminationProtection } = settings;
  const stackProps = { ...(terminationProtection !== undefined && { terminationProtection }) };
  if (busArn) {
    // StackSets may carry it to other accounts than the one that is signed in.
    const idle = sayIdleSource(config, busArn, place);
    if (idle !== undefined) console.error(`warning: context bridgeBusArn: ${idle}`);
    new BridgeSourceStack(
      app,
      stackName ?? ids.sourceStack,
      (stack) => ({
        config,
        busArn,
        ...(sweepRoleArn && { sweepRoleArn }),
        ...toRulesProps(settings),
        ...toAlarmProps(stack, settings),
      }),
      stackProps,
    );
  } else {
    holdGiven(settings, place);
    new BridgeStack(
      app,
      stackName ?? ids.stack,
      (stack) => ({ config, ...toMaxRules(place), ...toProps(stack, settings) }),
      { ...stackProps, ...(settings.vpcId && { env: readEnvironment() }) },
    );
  }
  app.synth();
} catch (error) {
  // Faults of the route file and of the settings are told in their own words, without a stack
  // trace.
  console.error(error instanceof SourceError || isPlain(error) ? error.message : error);
  process.exitCode = 1;
}

/**
 * Where the CDK would deploy to now; nothing where nobody is signed in, as when a template is made
 * for any account.
 */
function readPlace(): StackLocation {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  // Where nobody is signed in, the CDK tells a Region all the same: a default of its own.
  return account && region ? { account, region } : {};
}

/** A VPC is looked up in an account and Region; without one the template fits any. */
function readEnvironment(): Environment {
  const { account, region } = readPlace();
  if (account && region) return { account, region };
  throw new Error(
    'context vpcId: the VPC is looked up in AWS, and the CDK found no account and Region to ask; sign in, or name a profile with --profile',
  );
}

/**
 * Holds the ARNs of the settings against the place, by the names of the settings.
 *
 * Without a VPC the template fits any Region, and may yet be deployed to another one: then only
 * what no Region of this partition can use is refused.
 */
function holdGiven(settings: AppSettings, place: StackLocation): void {
  const given = (
    ['keyArn', 'environmentKeyArn', 'secretKeyArns', 'alarmTopicArn', 'alarmTopicKeyArn'] as const
  ).flatMap((name) =>
    [settings[name] ?? []].flat().map((arn) => ({
      name: `context ${name}`,
      arn,
      ...readArn(arn),
      ...(name === 'secretKeyArns' && { advice: secretKeyAdvice }),
    })),
  );
  const { region = '' } = place;
  const isRefused = ({ partition }: { readonly partition?: string }) =>
    settings.vpcId !== undefined || partition !== toPartition(region);
  checkGiven(given.filter(isRefused), place);
  for (const one of given) {
    const says = sayElsewhere(one, place);
    if (says !== undefined) console.error(`warning: ${says}`);
  }
}

function isPlain(error: unknown): error is Error {
  return error instanceof Error && error.constructor === Error;
}

/** What bridge and source alike may be told about alarms. */
function toAlarmProps(stack: Stack, settings: AppSettings) {
  const { alarmPrefix, alarmTopicArn, runbookUrl } = settings;
  return {
    ...(alarmPrefix && { alarmPrefix }),
    ...(alarmTopicArn && { alarmTopic: Topic.fromTopicArn(stack, 'GivenTopic', alarmTopicArn) }),
    ...(runbookUrl && { runbookUrl }),
  };
}

/** What bridge and source alike may be told about rules. */
function toRulesProps({ maxRules, rules, rulePrefix }: AppSettings): RulesOptions {
  return {
    ...(maxRules !== undefined && { maxRules }),
    ...(rules && { rules }),
    ...(rulePrefix && { rulePrefix }),
  };
}

/** The quota of where the CDK would deploy to now, though the template fits any Region. */
function toMaxRules({ region }: StackLocation): RulesOptions {
  return region === undefined ? {} : { maxRules: rulesPerBus(region) };
}

function toProps(stack: Stack, settings: AppSettings): Omit<AutosysBridgeProps, 'config'> {
  const { keyArn, vpcId, subnetIds, securityGroupIds, autosysCidrs, vpcEndpoints } = settings;
  const { otherAccounts, organizationId, busName, alarmTopicKeyArn, operatorsRoleArns } = settings;
  const { secretKeyArns, environmentKeyArn, tracing, backup, reservedConcurrency } = settings;
  const { maxConcurrency, logRetentionDays, slowAfterMinutes, canaryMinutes, alarmEmail } =
    settings;
  return {
    ...toAlarmProps(stack, settings),
    ...toRulesProps(settings),
    ...(operatorsRoleArns && { operatorsRoleArns }),
    ...(keyArn && { encryptionKey: Key.fromKeyArn(stack, 'GivenKey', keyArn) }),
    ...(environmentKeyArn && {
      environmentEncryption: Key.fromKeyArn(stack, 'EnvironmentKey', environmentKeyArn),
    }),
    ...(tracing !== undefined && { tracing }),
    ...(backup !== undefined && { backup }),
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    ...(secretKeyArns && {
      secretKeys: secretKeyArns.map((arn, at) => Key.fromKeyArn(stack, `SecretKey${at + 1}`, arn)),
    }),
    ...(vpcId && toVpcProps(Vpc.fromLookup(stack, 'GivenVpc', { vpcId }), { vpcId, subnetIds })),
    ...(securityGroupIds && {
      securityGroups: securityGroupIds.map((id) =>
        SecurityGroup.fromSecurityGroupId(stack, id, id),
      ),
    }),
    ...(autosysCidrs && { autosysCidrs }),
    ...(otherAccounts && { otherAccounts }),
    ...(organizationId && { organizationId }),
    ...(busName && { busName }),
    ...(vpcEndpoints !== undefined && { vpcEndpoints }),
    ...(alarmEmail && { alarmEmail }),
    ...(alarmTopicKeyArn && {
      alarmTopicKey: Key.fromKeyArn(stack, 'GivenTopicKey', alarmTopicKeyArn),
    }),
    ...(slowAfterMinutes !== undefined && { slowAfter: Duration.minutes(slowAfterMinutes) }),
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(canaryMinutes !== undefined && {
      canary: canaryMinutes > 0 && Duration.minutes(canaryMinutes),
    }),
    ...(logRetentionDays !== undefined && { logRetention: logRetentionDays }),
  };
}

function toVpcProps(
  vpc: IVpc,
  { vpcId, subnetIds }: { readonly vpcId: string; readonly subnetIds: AppSettings['subnetIds'] },
): Pick<AutosysBridgeProps, 'vpc' | 'vpcSubnets'> {
  return { vpc, ...(subnetIds && { vpcSubnets: selectGivenSubnets(vpc, { vpcId, subnetIds }) }) };
}
