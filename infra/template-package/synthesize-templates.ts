import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  App,
  type AppProps,
  Aws,
  BootstraplessSynthesizer,
  CfnCondition,
  type CfnParameter,
  Fn,
  type IStackSynthesizer,
  type Stack,
} from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import type { AppSettings } from '../app-settings.ts';
import { BridgeSourceStack } from '../bridge-source-stack.ts';
import { BridgeStack } from '../bridge-stack.ts';
import { ids } from '../names.ts';
import { toAlarmProps, toBridgeProps, toMaxRules, toRulesProps } from '../settings-props.ts';
import {
  applyAlarmParameters,
  applyNetworkParameters,
  applyOptionalTopic,
  importVpc,
} from './apply-parameters.ts';
import { type CodeArchive, PackageSynthesizer } from './package-synthesizer.ts';
import { describeParameters } from './parameter-groups.ts';
import {
  addAlarmParameters,
  addBridgeParameters,
  addCodeParameters,
  addNetworkParameters,
  addRequestParameters,
  addTopicParameter,
  type CodeLocation,
} from './template-parameters.ts';

/** What the templates of a package are made from. */
export interface TemplateOptions {
  readonly config: BridgeConfig;
  readonly settings: AppSettings;
  /** Whether parameters name the network of the functions. */
  readonly inVpc: boolean;
  readonly code: CodeLocation;
  /** Region of the stack, for its quota of rules. @default - any Region */
  readonly region?: string;
  /** An existing directory for the files of the CDK, which the caller deletes. */
  readonly workDirectory: string;
}

/** A template as CloudFormation reads it. */
export type TemplateDocument = Readonly<Record<string, unknown>>;

/** Creates the template of a bridge, and the archives of its functions. @throws {Error} */
export function synthesizeBridge(options: TemplateOptions): {
  readonly template: TemplateDocument;
  readonly archives: readonly CodeArchive[];
} {
  const { config, settings, inVpc, code, region } = options;
  const app = createApp(options, 'bridge');
  const synthesizer = new PackageSynthesizer();
  const name = settings.stackName ?? ids.stack;
  const later: ((stack: Stack) => void)[] = [];
  const stack = new BridgeStack(
    app,
    name,
    (scope) => {
      synthesizer.locateCode(addCodeParameters(scope, code));
      const alarms = addAlarmParameters(scope);
      later.push((made) => applyAlarmParameters(made, alarms));
      const network = inVpc ? addNetworkParameters(scope) : undefined;
      if (network) later.push((made) => applyNetworkParameters(made, network));
      return {
        config,
        ...(region && toMaxRules({ region })),
        ...toBridgeProps(scope, settings),
        alarmEmail: alarms.email.valueAsString,
        ...(network && { vpc: importVpc(scope, network) }),
      };
    },
    { synthesizer: synthesizer as IStackSynthesizer },
  );
  for (const apply of later) apply(stack);
  describeParameters(stack);
  return { template: synthesizeApp(app, name), archives: synthesizer.archives };
}

/** True if the settings admit other accounts or Regions, so that a source has a bus to forward to. */
export function hasSources({ otherAccounts, organizationId }: AppSettings): boolean {
  return otherAccounts !== undefined || organizationId !== undefined;
}

/** Creates the template of the sources, for any account and Region. @throws {Error} */
export function synthesizeSource(options: TemplateOptions): TemplateDocument {
  const { config, settings } = options;
  const { busName = ids.stack } = settings;
  const app = createApp(options, 'source');
  let topicArn: CfnParameter | undefined;
  const stack = new BridgeSourceStack(
    app,
    ids.sourceStack,
    (scope) => {
      const { account, region, sweepRoleArn } = addBridgeParameters(scope);
      const roles = config.requests.length > 0 ? addRequestParameters(scope) : [];
      topicArn = addTopicParameter(
        scope,
        'ARN of an SNS topic in the Region of the source that is notified of alarms. Empty: none',
      );
      const location = `${region.valueAsString}:${account.valueAsString}`;
      return {
        config,
        busArn: `arn:${Aws.PARTITION}:events:${location}:event-bus/${busName}`,
        sweepRoleArn: sweepRoleArn.valueAsString,
        ...(roles.length > 0 && { requestRoleArns: roles.map((role) => role.valueAsString) }),
        ...toRulesProps(settings),
        ...toAlarmProps(scope, settings),
      };
    },
    { synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer },
  );
  if (topicArn) {
    const given = new CfnCondition(stack, 'HasAlarmTopic', {
      expression: Fn.conditionNot(Fn.conditionEquals(topicArn.valueAsString, '')),
    });
    applyOptionalTopic(stack, topicArn.valueAsString, given);
  }
  describeParameters(stack);
  return synthesizeApp(app, ids.sourceStack);
}

/** An app whose result depends on nothing but its stack: neither on settings of the CDK nor on the machine. */
function createApp({ workDirectory }: TemplateOptions, name: string): App {
  const outdir = join(workDirectory, name);
  mkdirSync(outdir, { recursive: true });
  return new App({
    context: recommendedFlags satisfies AppProps['context'],
    // No resource that reports the version to AWS.
    analyticsReporting: false,
    autoSynth: false,
    outdir,
  });
}

function synthesizeApp(app: App, name: string): TemplateDocument {
  return app.synth().getStackByName(name).template as TemplateDocument;
}
