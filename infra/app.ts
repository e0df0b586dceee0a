import { App, type AppProps, type Environment } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { SourceError } from '../autosys/source.ts';
import { readArn, toPartition } from '../lambda/routing/partition.ts';
import { type AppSettings, readAppSettings } from './app-settings.ts';
import { BridgeSourceStack } from './bridge-source-stack.ts';
import { BridgeStack } from './bridge-stack.ts';
import { ids } from './names.ts';
import {
  checkGiven,
  describeIdleSource,
  describeOtherRegion,
  type StackLocation,
  secretKeyAdvice,
} from './placement.ts';
import { readBridgeConfig } from './read-bridge-config.ts';
import { toAlarmProps, toBridgeProps, toMaxRules, toRulesProps } from './settings-props.ts';

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
      (stack) => ({ config, ...toMaxRules(location), ...toBridgeProps(stack, settings) }),
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
