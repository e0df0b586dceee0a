import { Duration, type Stack } from 'aws-cdk-lib';
import { type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { rulesPerBus } from '../event-pattern/index.ts';
import type { AppSettings } from './app-settings.ts';
import type { AutosysBridgeProps } from './autosys-bridge-props.ts';
import { selectGivenSubnets } from './given-subnets.ts';
import type { StackLocation } from './placement.ts';
import type { RulesOptions } from './workload-rules.ts';

/** Alarm props of a bridge or source. */
export function toAlarmProps(stack: Stack, settings: AppSettings) {
  const { alarmPrefix, alarmTopicArn, runbookUrl } = settings;
  return {
    ...(alarmPrefix && { alarmPrefix }),
    ...(alarmTopicArn && { alarmTopic: Topic.fromTopicArn(stack, 'GivenTopic', alarmTopicArn) }),
    ...(runbookUrl && { runbookUrl }),
  };
}

/** Rule props of a bridge or source. */
export function toRulesProps({ maxRules, rules, rulePrefix }: AppSettings): RulesOptions {
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

/** The rule quota of the Region of the stack. */
export function toMaxRules({ region }: StackLocation): RulesOptions {
  return region === undefined ? {} : { maxRules: rulesPerBus(region) };
}

/** Props of a bridge, as the settings say. */
export function toBridgeProps(
  stack: Stack,
  settings: AppSettings,
): Omit<AutosysBridgeProps, 'config'> {
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
