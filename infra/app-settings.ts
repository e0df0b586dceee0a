import type * as z from 'zod';
import { didYouMean } from '../autosys/suggest.ts';
import { settings } from './settings-schema.ts';

/** Settings of the stack of a source. All others apply to the bridge. */
const sourceSettings: readonly string[] = [
  'config',
  'stackName',
  'terminationProtection',
  'bridgeBusArn',
  'bridgeSweepRoleArn',
  'bridgeRequestRoleArns',
  'maxRules',
  'rules',
  'rulePrefix',
  'alarmPrefix',
  'alarmTopicArn',
  'runbookUrl',
];

type Name = keyof typeof settings;

/** Names of all settings. `docs/deploy.md` lists them. */
export const settingNames: readonly string[] = Object.keys(settings);

/** Settings that have no effect without one of the listed others. */
const dependencies = {
  subnetIds: ['vpcId'],
  securityGroupIds: ['vpcId'],
  autosysCidrs: ['vpcId'],
  vpcEndpoints: ['vpcId'],
  busName: ['otherAccounts', 'organizationId'],
  bridgeSweepRoleArn: ['bridgeBusArn'],
  bridgeRequestRoleArns: ['bridgeSweepRoleArn'],
  launchAccess: ['launchNetworks', 'launchVpcEndpointIds'],
  heldWaits: ['launchNetworks', 'launchVpcEndpointIds'],
  launchLogGroups: ['launchNetworks', 'launchVpcEndpointIds'],
  launchSetsLogRole: ['launchNetworks', 'launchVpcEndpointIds'],
} as const satisfies Partial<Record<Name, readonly Name[]>>;

/** The checked settings of the app. Absent settings have the defaults of `AutosysBridge`. */
export type AppSettings = { readonly [Key in Name]: z.output<(typeof settings)[Key]['shape']> };

/** How the settings reach the stack. @default - the CDK context */
export interface SettingsSource {
  /** Word before the name of a setting in a fault. */
  readonly word: string;
  /** How to set one, the last line of the faults. */
  readonly advice: string;
  /** Settings that are given in another way, as parameters of a template. */
  readonly assumed: readonly string[];
}

const cdkContext: SettingsSource = {
  word: 'context',
  advice: 'set settings by -c name=value, or in cdk.json',
  assumed: [],
};

/**
 * Reads and checks the settings in the CDK context. Keys of the CDK itself are ignored.
 *
 * @param context the result of `app.node.getAllContext()`
 * @throws {Error} lists every fault
 */
export function readAppSettings(
  context: Readonly<Record<string, unknown>>,
  { word, advice, assumed }: SettingsSource = cdkContext,
): AppSettings {
  const faults: string[] = [];
  const read: Record<string, unknown> = {};
  for (const [name, { shape, allowed }] of Object.entries(settings)) {
    const result = shape.safeParse(context[name]);
    if (result.success) read[name] = result.data;
    else faults.push(`${word} ${name}: found ${describe(context[name])}, allowed: ${allowed}`);
  }
  if (context['bridgeBusArn'] !== undefined) {
    const idle = settingNames.filter(
      (name) => context[name] !== undefined && !sourceSettings.includes(name),
    );
    for (const name of idle) {
      faults.push(
        `${word} ${name}: found together with bridgeBusArn, which creates the stack of a source; this setting applies to the stack of the bridge, so remove it here`,
      );
    }
  }
  faults.push(...findUnusedSettings(context, { word, assumed }));
  const unknown = Object.keys(context).filter(
    (key) => /^[A-Za-z]+$/.test(key) && !(key in settings),
  );
  for (const key of unknown) {
    faults.push(`${word} ${key}: unknown setting${didYouMean(key, settingNames)}`);
  }
  if (faults.length > 0) {
    throw new Error(`${faults.join('\n')}\n${advice}`);
  }
  return read as AppSettings;
}

/** Finds settings that would be ignored. */
function findUnusedSettings(
  context: Readonly<Record<string, unknown>>,
  { word, assumed }: Pick<SettingsSource, 'word' | 'assumed'>,
): readonly string[] {
  if (context['bridgeBusArn'] !== undefined) return [];
  const faults = Object.entries(dependencies)
    .filter(
      ([name, others]) =>
        context[name] !== undefined &&
        others.every((other) => context[other] === undefined && !assumed.includes(other)),
    )
    .map(
      ([name, others]) =>
        `${word} ${name}: found without ${others.join(' or ')}, allowed: only together with it`,
    );
  if (context['alarmEmail'] !== undefined && context['alarmTopicArn'] !== undefined) {
    faults.push(
      `${word} alarmEmail: found together with alarmTopicArn, allowed: one of them; subscribe the address to your topic`,
    );
  }
  const { alarmTopicArn, alarmTopicKeyArn, keyArn: queueKeyArn } = context;
  if (alarmTopicKeyArn !== undefined && alarmTopicArn !== undefined) {
    faults.push(
      `${word} alarmTopicKeyArn: found together with alarmTopicArn, allowed: one of them; set the key in your own topic`,
    );
  }
  if (alarmTopicKeyArn !== undefined && alarmTopicKeyArn === queueKeyArn) {
    faults.push(
      `${word} alarmTopicKeyArn: found the same key as keyArn, allowed: another key, or none; a fault of one key would stop events and alarms together`,
    );
  }
  return faults;
}

function describe(given: unknown): string {
  return given === undefined ? 'none' : JSON.stringify(given);
}
