import { type AppSettings, readAppSettings, settingNames } from '../app-settings.ts';

/** Parameters of the templates that replace settings of the CDK app. */
const parameters: Readonly<Record<string, string>> = {
  vpcId: 'the parameter VpcId of the template; add --vpc, and set it at the deployment',
  subnetIds: 'the parameter SubnetIds of the template; add --vpc, and set it at the deployment',
  securityGroupIds:
    'the parameter SecurityGroupIds of the template; add --vpc, and set it at the deployment',
  alarmTopicArn: 'the parameter AlarmTopicArn of the template; set it at the deployment',
  alarmEmail: 'the parameter AlarmEmail of the template; set it at the deployment',
  bridgeBusArn:
    'the parameters BridgeAccount and BridgeRegion of source.template.json; set them at the deployment',
  bridgeSweepRoleArn:
    'the parameter SweepRoleArn of source.template.json; set it at the deployment',
  bridgeRequestRoleArns:
    'the parameters RequestRoleArn and WaitRoleArn of source.template.json; set them at the deployment',
};

/** Settings that a template cannot have. */
const refused: Readonly<Record<string, string>> = {
  config: 'the option --config',
  terminationProtection:
    'no setting of a template; run aws cloudformation update-termination-protection after the deployment',
  vpcEndpoints:
    'no setting of a package, because endpoints need the zones and route tables of your VPC; create them with your VPC, see docs/deploy.md, Network and firewall',
};

/** What the settings of a package depend on. */
export interface PackageSettingsOptions {
  /** Path of the route file. */
  readonly config: string;
  /** Whether the functions run in a VPC that parameters name. */
  readonly inVpc: boolean;
}

/**
 * Reads the settings of a package. They have the names and values of the CDK app's settings.
 *
 * @throws {Error} lists every fault
 */
export function readPackageSettings(
  given: Readonly<Record<string, unknown>>,
  { config, inVpc }: PackageSettingsOptions,
): AppSettings {
  const elsewhere = { ...parameters, ...refused };
  const faults = Object.keys(given).flatMap((name) =>
    elsewhere[name] === undefined
      ? []
      : [`setting ${name}: found ${JSON.stringify(given[name])}, allowed: ${elsewhere[name]}`],
  );
  const others = Object.entries(given).filter(([name]) => !(name in elsewhere));
  try {
    const settings = readAppSettings(
      { ...Object.fromEntries(others), config },
      {
        word: 'setting',
        advice: 'set settings by --set NAME=VALUE, or in the file of --settings',
        assumed: inVpc ? ['vpcId'] : [],
      },
    );
    if (faults.length === 0) return settings;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    faults.push(error.message);
  }
  throw new Error(faults.join('\n'));
}

/** Names of the settings that a package accepts, for its documentation. */
export const packageSettingNames: readonly string[] = settingNames.filter(
  (name) => !(name in parameters) && !(name in refused),
);
