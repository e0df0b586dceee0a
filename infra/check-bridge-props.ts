import { Annotations, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AutosysBridgeProps } from './autosys-bridge-props.ts';
import {
  checkGiven,
  checkLocation,
  checkOtherAccounts,
  findUnmatchedAccounts,
  type GivenResource,
  secretKeyAdvice,
} from './placement.ts';
import { checkOperatorsRoles } from './queue-policy.ts';
import { defaultConcurrency } from './report-function.ts';
import { checkRequests } from './requests/requests-options.ts';
import { toStackLocation } from './stack-location.ts';

/** Props that have no effect without `vpc`. */
const vpcOnlyProps = ['vpcSubnets', 'securityGroups', 'autosysCidrs', 'vpcEndpoints'] as const;

/** Checks the props that do not depend on the stack. @throws {Error} */
export function checkBridgeProps(props: AutosysBridgeProps): void {
  const { vpc, maxConcurrency, canary, slowAfter } = props;
  const withoutVpc = vpcOnlyProps.filter((name) => vpc === undefined && props[name] !== undefined);
  if (withoutVpc.length > 0) {
    throw new Error(`${withoutVpc.join(', ')}: found without vpc, allowed: only together with vpc`);
  }
  const isKnown = maxConcurrency !== undefined && !Token.isUnresolved(maxConcurrency);
  if (isKnown && !(maxConcurrency >= 2 && maxConcurrency <= 1_000)) {
    throw new Error(
      `maxConcurrency: found ${maxConcurrency}, allowed: 2 to 1,000, the range of Lambda for queues`,
    );
  }
  checkAlarmTopicKey(props);
  checkReserved(props);
  checkLaunchApi(props);
  checkRequests(props.config, props.requests);
  checkOperatorsRoles(props.operatorsRoleArns ?? []);
  // The alarm evaluates two periods. CloudWatch allows one day for both together.
  const minutes = canary ? canary.toMinutes({ integral: false }) : undefined;
  if (minutes !== undefined && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= 720)) {
    throw new Error(`canary: found ${minutes} minutes, allowed: false, or 1 to 720 whole minutes`);
  }
  const slow = slowAfter?.isUnresolved()
    ? 'a time that is known at deployment only'
    : slowAfter && `${slowAfter.toMinutes({ integral: false })} minutes`;
  if (slow !== undefined && !/^[1-9]\d* /.test(slow)) {
    throw new Error(`slowAfter: found ${slow}, allowed: whole minutes, 1 or more`);
  }
}

/**
 * Compares the route file and the given resources with the location of the stack, if it is known.
 * Adds a warning for accounts of the route file whose events cannot reach the bridge.
 *
 * @throws {Error}
 */
export function checkBridgeLocation(scope: Construct, props: AutosysBridgeProps): void {
  const { config, otherAccounts = [], organizationId, ...given } = props;
  const location = toStackLocation(scope);
  checkLocation(config, location);
  checkGiven(toGivenResources(given), location);
  const known = otherAccounts.filter((account) => !Token.isUnresolved(account));
  checkOtherAccounts(config, known, location);
  const unmatched = findUnmatchedAccounts(config, otherAccounts, location);
  // The accounts of an organization are unknown at synth.
  if (unmatched.length === 0 || organizationId !== undefined) return;
  const exception = location.account ? '' : ' (unless one of them is the account of the bridge)';
  Annotations.of(scope).addWarningV2(
    'autosys-bridge:unmatched-accounts',
    `the route file names ${unmatched.join(', ')}, but their events cannot reach the bridge${exception}; add them to otherAccounts, and deploy a BridgeSource in each`,
  );
}

/** Resources that the props refer to, with their Region if it is known. */
function toGivenResources({
  encryptionKey,
  environmentEncryption,
  secretKeys = [],
  alarmTopic,
  alarmTopicKey,
}: Pick<
  AutosysBridgeProps,
  'encryptionKey' | 'environmentEncryption' | 'secretKeys' | 'alarmTopic' | 'alarmTopicKey'
>): readonly GivenResource[] {
  const of = (name: string, arn: string, { region }: { readonly region: string }) => ({
    name,
    arn: Token.isUnresolved(arn) ? 'one' : arn,
    ...(!Token.isUnresolved(region) && { region }),
  });
  return [
    ...(encryptionKey ? [of('encryptionKey', encryptionKey.keyArn, encryptionKey.env)] : []),
    ...(environmentEncryption
      ? [of('environmentEncryption', environmentEncryption.keyArn, environmentEncryption.env)]
      : []),
    ...secretKeys.map((key) => ({
      ...of('secretKeys', key.keyArn, key.env),
      advice: secretKeyAdvice,
    })),
    ...(alarmTopic ? [of('alarmTopic', alarmTopic.topicArn, alarmTopic.env)] : []),
    ...(alarmTopicKey ? [of('alarmTopicKey', alarmTopicKey.keyArn, alarmTopicKey.env)] : []),
  ];
}

/** @throws {Error} if the key of the topic would be unused, or is the key of the queues */
function checkAlarmTopicKey({
  encryptionKey,
  alarmTopic,
  alarmTopicKey,
}: Pick<AutosysBridgeProps, 'encryptionKey' | 'alarmTopic' | 'alarmTopicKey'>): void {
  if (alarmTopicKey === undefined) return;
  if (alarmTopic !== undefined) {
    throw new Error('alarmTopicKey: found together with alarmTopic, allowed: one of them');
  }
  if (encryptionKey !== undefined && encryptionKey.keyArn === alarmTopicKey.keyArn) {
    throw new Error(
      'alarmTopicKey: found the key of the queues, allowed: another key, or none; a fault of one key would stop events and alarms together',
    );
  }
}

/** @throws {Error} if the launch API and the targets of the route file do not come together */
function checkLaunchApi({ config: { targets }, launchApi }: AutosysBridgeProps): void {
  if (targets.length > 0 && launchApi === undefined) {
    throw new Error(
      `launchApi: not set, but the route file has ${targets.length} targets that AutoSys starts through it; set from where it can be called: vpcEndpointIds or sourceNetworks`,
    );
  }
  if (targets.length === 0 && launchApi !== undefined) {
    throw new Error(
      'launchApi: found without targets in the route file, allowed: only together with targets',
    );
  }
}

/**
 * Lambda throttles invocations beyond the reserved concurrency, and the queue would count them as
 * failed.
 *
 * @throws {Error} if `reservedConcurrency` is below `maxConcurrency`
 */
function checkReserved({ reservedConcurrency, maxConcurrency }: AutosysBridgeProps): void {
  const least = maxConcurrency ?? defaultConcurrency;
  if (reservedConcurrency === undefined || Token.isUnresolved(reservedConcurrency)) return;
  if (Token.isUnresolved(least)) return;
  if (Number.isInteger(reservedConcurrency) && reservedConcurrency >= least) return;
  throw new Error(
    `reservedConcurrency: found ${reservedConcurrency}, allowed: a whole number of ${least} or more, because maxConcurrency is ${least}`,
  );
}
