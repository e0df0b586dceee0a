import { App, type AppProps, Duration, type Environment, type Stack } from 'aws-cdk-lib';
import { type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { SourceError } from '../autosys/source.ts';
import { rulesPerBus } from '../event-pattern/index.ts';
import { readArn, toPartition } from '../lambda/routing/partition.ts';
import { type AppSettings, readAppSettings } from './app-settings.ts';
import type { AutosysBridgeProps } from './autosys-bridge-props.ts';
import { BridgeSourceStack } from './bridge-source-stack.ts';
import { BridgeStack } from './bridge-stack.ts';
import { selectGivenSubnets } from './given-subnets.ts';
import { ids } from './names.ts';
import {
  checkGiven,
  describeIdleSource,
  describeOtherRegion,
  type StackLocation,
  secretKeyAdvice,
} from './placement.ts';
import { readBridgeConfig } from './read-bridge-config.ts';
import type { RulesOptions } from './workload-rules.ts';

// The feature flags of a new project with the pinned aws-cdk-lib. Flags in cdk.json override them.
const app = new App({
  context: recommendedFlags satisfies AppProps['context'],
  // With autoSynth, the CDK would synthesize an incomplete app after a fault, and more errors would
  // hide the fault.
  autoSynth: false,
});
try {
  const settings = readAppSettings(app.node.getAllContext());
  const location = readStackLocation();
  const config = readBridgeConfig(settings.config, { stackLocation: location });
  const { bridgeBusArn: busArn, bridgeSweepRoleArn: sweepRoleArn, stackName } = settings;
  const { bridgeRequestRoleArns: requestRoleArns } = settings;
  const { terminationProtection } = settings;
  const stackProps = { ...(terminationProtection !== undefined && { terminationProtection }) };
  if (busArn) {
    // Only a warning, because StackSets can deploy the template to other accounts.
    const idle = describeIdleSource(config, busArn, location);
    if (idle !== undefined) console.error(`warning: context bridgeBusArn: ${idle}`);
    new BridgeSourceStack(
      app,
      stackName ?? ids.sourceStack,
      (stack) => ({
        config,
        busArn,
        ...(sweepRoleArn && { sweepRoleArn }),
        ...(requestRoleArns && { requestRoleArns }),
        ...toRulesProps(settings),
        ...toAlarmProps(stack, settings),
      }),
      stackProps,
    );
  } else {
    checkGivenArns(settings, location);
    new BridgeStack(
      app,
      stackName ?? ids.stack,
      (stack) => ({ config, ...toMaxRules(location), ...toProps(stack, settings) }),
      { ...stackProps, ...(settings.vpcId && { env: readEnvironment() }) },
    );
  }
  app.synth();
} catch (error) {
  // Faults of the route file and the settings are printed without a stack trace.
  console.error(error instanceof SourceError || isPlain(error) ? error.message : error);
  process.exitCode = 1;
}

/**
 * Account and Region that the CDK would deploy to now. Empty without AWS credentials, for example
 * for a template for any account.
 */
function readStackLocation(): StackLocation {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  // Without credentials, the CDK still provides a default Region.
  return account && region ? { account, region } : {};
}

/**
 * The environment for a VPC lookup. Without a VPC, the template is valid for any account and
 * Region.
 */
function readEnvironment(): Environment {
  const { account, region } = readStackLocation();
  if (account && region) return { account, region };
  throw new Error(
    'context vpcId: found no AWS account and Region for the VPC lookup; sign in, or use a profile with --profile',
  );
}

/**
 * Compares the Region of the ARNs in the settings with the current location, by the names of the
 * settings.
 *
 * Without a VPC, the template can be deployed to another Region. Then only ARNs of another
 * partition are errors; the others are warnings.
 */
function checkGivenArns(settings: AppSettings, location: StackLocation): void {
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
  const { region = '' } = location;
  const isRefused = ({ partition }: { readonly partition?: string }) =>
    settings.vpcId !== undefined || partition !== toPartition(region);
  checkGiven(given.filter(isRefused), location);
  for (const one of given) {
    const fault = describeOtherRegion(one, location);
    if (fault !== undefined) console.error(`warning: ${fault}`);
  }
}

function isPlain(error: unknown): error is Error {
  return error instanceof Error && error.constructor === Error;
}

/** Alarm props of a bridge or source. */
function toAlarmProps(stack: Stack, settings: AppSettings) {
  const { alarmPrefix, alarmTopicArn, runbookUrl } = settings;
  return {
    ...(alarmPrefix && { alarmPrefix }),
    ...(alarmTopicArn && { alarmTopic: Topic.fromTopicArn(stack, 'GivenTopic', alarmTopicArn) }),
    ...(runbookUrl && { runbookUrl }),
  };
}

/** Rule props of a bridge or source. */
function toRulesProps({ maxRules, rules, rulePrefix }: AppSettings): RulesOptions {
  return {
    ...(maxRules !== undefined && { maxRules }),
    ...(rules && { rules }),
    ...(rulePrefix && { rulePrefix }),
  };
}

/** Props of the launch API. Absent if no setting names from where it can be called. */
function toLaunchProps(settings: AppSettings): Pick<AutosysBridgeProps, 'launchApi'> {
  const { launchVpcEndpointIds, launchNetworks, launchAccess } = settings;
  const { heldWaits, launchLogGroups, launchSetsLogRole } = settings;
  if (launchVpcEndpointIds === undefined && launchNetworks === undefined) return {};
  return {
    launchApi: {
      ...(launchVpcEndpointIds && { vpcEndpointIds: launchVpcEndpointIds }),
      ...(launchNetworks && { sourceNetworks: launchNetworks }),
      ...(launchAccess && { access: launchAccess }),
      ...(heldWaits !== undefined && { heldWaits }),
      ...(launchLogGroups && { logGroups: launchLogGroups }),
      ...(launchSetsLogRole !== undefined && { setsLogRole: launchSetsLogRole }),
    },
  };
}

/** Props of the requests. Absent without a setting. */
function toRequestsProps({
  requestConcurrency,
  requestsRefusedAlarm,
  waitOverdueMinutes,
}: AppSettings): Pick<AutosysBridgeProps, 'requests'> {
  const requests = {
    ...(requestConcurrency !== undefined && { reservedConcurrency: requestConcurrency }),
    ...(requestsRefusedAlarm !== undefined && { refusedAlarm: requestsRefusedAlarm }),
    ...(waitOverdueMinutes !== undefined && { overdueAfter: Duration.minutes(waitOverdueMinutes) }),
  };
  return Object.keys(requests).length === 0 ? {} : { requests };
}

/** The rule quota of the current Region. */
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
    ...toLaunchProps(settings),
    ...toRequestsProps(settings),
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
