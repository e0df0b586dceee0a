import { Annotations, Duration, Token } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { BridgeConfig } from '../lambda/routing/routes.ts';
import { BridgeBus } from './bridge-bus.ts';
import { functionTimeout } from './bridge-function.ts';
import { admitServices, BridgeKey } from './bridge-key.ts';
import { BridgeNetwork } from './bridge-network.ts';
import { CanaryFunction } from './canary-function.ts';
import { LedgerBackup } from './ledger-backup.ts';
import { LedgerTable } from './ledger-table.ts';
import { ids } from './names.ts';
import { Operators, type OperatorsOptions } from './operators.ts';
import {
  checkGiven,
  checkLocation,
  checkOtherAccounts,
  findUnmatchedAccounts,
  type Given,
  secretKeyAdvice,
} from './placement.ts';
import { checkOperatorsRoles } from './queue-policy.ts';
import { defaultConcurrency, ReportFunction } from './report-function.ts';
import { ReportQueue } from './report-queue.ts';
import { checkResourceCount } from './resource-count.ts';
import type { WatchedRule } from './rule-alarms.ts';
import { toRulePrefix } from './rule-prefix.ts';
import { SweepFunction } from './sweep-function.ts';
import { toStackLocation } from './stack-location.ts';
import type { VpcEndpointService } from './vpc-endpoints.ts';
import { type RulesOptions, WorkloadRules } from './workload-rules.ts';

export interface AutosysBridgeProps extends OperatorsOptions, RulesOptions {
  /** The compiled route file, as `readBridgeConfig('bridge.yaml')` gives it. */
  readonly config: BridgeConfig;
  /**
   * Encrypts queues, ledger and logs.
   *
   * @default - a new key, rotated each year, that outlives the stack. A key that is not part of the
   * app must let EventBridge and CloudWatch Logs use it, see docs/deploy.md
   */
  readonly encryptionKey?: IKey;
  /**
   * KMS keys that encrypt the secrets of the route file, in the Region of the stack. The functions
   * may decrypt with them, through Secrets Manager only; the policy of each key must admit policies
   * of the bridge's account.
   *
   * @default - the secrets have the AWS managed key `aws/secretsmanager`, which needs no permission
   */
  readonly secretKeys?: readonly IKey[];
  /**
   * Encrypts the environment variables of the functions.
   *
   * @default - the AWS managed key `aws/lambda`
   */
  readonly environmentEncryption?: IKey;
  /** Whether AWS X-Ray traces the functions. @default false */
  readonly tracing?: boolean;
  /**
   * Concurrent executions of the account that are reserved for the report function:
   * `maxConcurrency` or more. The sweep then reserves 2 and the canary 1. AWS leaves at least 100
   * of an account unreserved.
   *
   * @default - none; the functions share the account's concurrency with all others
   */
  readonly reservedConcurrency?: number;
  /**
   * Whether AWS Backup keeps daily backups of the ledger for 35 days.
   *
   * @default false - point-in-time recovery alone
   */
  readonly backup?: boolean;
  /** @default - the functions run outside any VPC and reach AutoSys over its public address */
  readonly vpc?: IVpc;
  /** @default - the private subnets of the VPC */
  readonly vpcSubnets?: SubnetSelection;
  /**
   * @default - one is made, with egress to the ports of the AutoSys endpoints and to AWS's APIs
   * only
   */
  readonly securityGroups?: readonly ISecurityGroup[];
  /**
   * Networks that AutoSys lives in, such as `10.20.0.0/16`; narrows the egress of the security
   * group that is made.
   *
   * @default - anywhere, on the ports of the endpoints
   */
  readonly autosysCidrs?: readonly string[];
  /**
   * Makes endpoints for the AWS APIs that the bridge calls, so that it works without a NAT. All of
   * the VPC calls these APIs by them from then on, and is let in by its CIDR block, which a VPC
   * that is not looked up must name.
   *
   * A list makes endpoints for these services only, beside those that the VPC has. An interface
   * endpoint takes one subnet for each availability zone, so the zones of the subnets must be known
   * at synth.
   *
   * @default false - a NAT, or endpoints that the VPC has already
   */
  readonly vpcEndpoints?: boolean | readonly VpcEndpointService[];
  /**
   * Makes a bus for accounts and Regions beside the bridge's own, each with a `BridgeSource`;
   * twelve digits each. For another Region of the same account name that account. The route file
   * must name all of them.
   *
   * @default - the default bus of the bridge's account and Region alone is heard
   */
  readonly otherAccounts?: readonly string[];
  /**
   * Makes the same bus for every account of an AWS organization, such as `o-a1b2c3d4e5`; for more
   * accounts than the policy of a bus can name. The functions still handle events of those accounts
   * only that the route file names.
   *
   * @default - the accounts of `otherAccounts` only
   */
  readonly organizationId?: string;
  /** @default AutosysBridge */
  readonly busName?: string;
  /**
   * How many sandboxes may speak to AutoSys at once, from 2 up to 1,000.
   *
   * @default 5 - it protects AutoSys, not AWS
   */
  readonly maxConcurrency?: number;
  /**
   * How often the canary signs in to each AutoSys, sets its scratch variable and reads it back:
   * whole minutes, up to 12 hours.
   *
   * @default - every 15 minutes; `false` for no canary, and no alarm when a certificate ends
   */
  readonly canary?: Duration | false;
  /**
   * Roles that may send to the report queue, as moving dead letters back does; `*` stands for what
   * is not known of a name.
   *
   * @default - none: EventBridge alone may send, and dead letters cannot be moved back
   */
  readonly operatorsRoleArns?: readonly string[];
  /** @default - three months; the ledger, which keeps 90 days, is the audit trail */
  readonly logRetention?: RetentionDays;
}

/**
 * The bridge: rules hear what Step Functions and AWS Batch announce, functions tell AutoSys, a
 * ledger remembers.
 *
 * One in an account and Region serves any number of routes and AutoSys instances.
 */
export class AutosysBridge extends Construct {
  readonly encryptionKey: IKey;
  readonly ledger: LedgerTable;
  /** Feeds the report function. */
  readonly queue: Queue;
  /** What the report function gave up. */
  readonly deadLetterQueue: Queue;
  /** What EventBridge could not hand over. */
  readonly undeliveredQueue: Queue;
  readonly report: ReportFunction;
  readonly sweep: SweepFunction;
  /** Absent where it was asked for none. */
  readonly canary: CanaryFunction | undefined;
  /** Where other accounts and Regions hand in; there where it was asked for. */
  readonly bus: BridgeBus | undefined;
  /** What the names of its rules begin with, and no other rule's may. */
  readonly rulePrefix: string;
  /** Who is told of alarms. */
  readonly alarmTopic: ITopic;

  constructor(scope: Construct, id: string, props: AutosysBridgeProps) {
    super(scope, id);
    checkProps(props);
    this.#checkPlace(props);
    const { config, logRetention = RetentionDays.THREE_MONTHS } = props;
    this.rulePrefix = toRulePrefix(this, props.rulePrefix);
    const encryptionKey = props.encryptionKey ?? new BridgeKey(this, ids.key);
    admitServices(encryptionKey, this);
    const network = this.#makeNetwork(props);
    const reportQueue = new ReportQueue(this, ids.reportQueue, {
      functionTimeout,
      encryptionKey,
      rulePrefix: this.rulePrefix,
      ...(hasBus(props) && { busName: toBusName(props) }),
      ...(props.operatorsRoleArns && { operatorsRoleArns: props.operatorsRoleArns }),
    });
    const rules = {
      routes: config.routes,
      target: reportQueue.asTarget(),
      rulePrefix: this.rulePrefix,
      ...(props.maxRules !== undefined && { maxRules: props.maxRules }),
      ...(props.rules !== undefined && { rules: props.rules }),
    };
    const { watched } = new WorkloadRules(this, ids.rules, rules);
    this.bus = this.#makeBus(props);
    const onBus =
      this.bus && new WorkloadRules(this, ids.busRules, { ...rules, eventBus: this.bus });
    this.encryptionKey = encryptionKey;
    this.queue = reportQueue.queue;
    this.deadLetterQueue = reportQueue.deadLetterQueue;
    this.undeliveredQueue = reportQueue.undeliveredQueue;
    this.ledger = new LedgerTable(this, ids.ledger, { encryptionKey });
    if (props.backup) {
      new LedgerBackup(this, ids.backup, { table: this.ledger.table, encryptionKey });
    }
    const { secretKeys = [], tracing = false, environmentEncryption, reservedConcurrency } = props;
    const reserve = (count: number) =>
      reservedConcurrency === undefined ? {} : { reservedConcurrency: count };
    const shared = {
      config,
      ledger: this.ledger,
      encryptionKey,
      logRetention,
      secretKeys,
      tracing,
      ...(environmentEncryption && { environmentEncryption }),
      ...network,
    };
    this.report = new ReportFunction(this, ids.report, {
      ...shared,
      ...(reservedConcurrency !== undefined && { reservedConcurrency }),
      queue: this.queue,
      ...(props.maxConcurrency !== undefined && { maxConcurrency: props.maxConcurrency }),
    });
    this.sweep = new SweepFunction(this, ids.sweep, {
      ...shared,
      ...reserve(reservedForSweep),
      busName: toBusName(props),
    });
    const { canary: every = defaultCanary } = props;
    this.canary = every
      ? new CanaryFunction(this, ids.canary, { ...shared, ...reserve(reservedForCanary), every })
      : undefined;
    const watchedRules = [...watched, ...(onBus?.watched ?? [])];
    this.alarmTopic = this.#makeOperators(props, watchedRules).topic;
    checkResourceCount(this);
  }

  /** What the route file names is held against where the stack goes, as far as that is known. */
  #checkPlace(props: AutosysBridgeProps): void {
    const { config, otherAccounts = [], organizationId, ...given } = props;
    const place = toStackLocation(this);
    checkLocation(config, place);
    checkGiven(toGiven(given), place);
    const known = otherAccounts.filter((account) => !Token.isUnresolved(account));
    checkOtherAccounts(config, known, place);
    const unheard = findUnmatchedAccounts(config, otherAccounts, place);
    // Which accounts an organization has is not known here.
    if (unheard.length === 0 || organizationId !== undefined) return;
    const which = place.account
      ? ''
      : ' (but for one of them, if it is the own account of the bridge)';
    Annotations.of(this).addWarningV2(
      'autosys-bridge:unheard-accounts',
      `the route file names ${unheard.join(', ')}, from which nothing comes${which}: let them in with otherAccounts, and deploy a BridgeSource in each`,
    );
  }

  #makeBus(props: AutosysBridgeProps) {
    if (!hasBus(props)) return undefined;
    const { otherAccounts: accounts = [], organizationId } = props;
    return new BridgeBus(this, ids.bus, {
      name: toBusName(props),
      accounts,
      ...(organizationId !== undefined && { organizationId }),
    });
  }

  #makeOperators(
    { config, canary: every, ...options }: AutosysBridgeProps,
    rules: readonly WatchedRule[],
  ): Operators {
    const canary = this.canary && { function: this.canary.function, every: every || defaultCanary };
    return new Operators(this, ids.operators, {
      ...options,
      queue: this.queue,
      deadLetterQueue: this.deadLetterQueue,
      undeliveredQueue: this.undeliveredQueue,
      rules,
      report: this.report.function,
      sweep: this.sweep.function,
      instances: config.instances.map(({ name }) => name),
      ...(canary && { canary }),
      // The questions are about what AWS announced; the canary's log knows nothing of it.
      logGroups: [this.report.logGroup, this.sweep.logGroup],
    });
  }

  #makeNetwork(props: AutosysBridgeProps): { readonly network?: BridgeNetwork } {
    const { config, vpc, vpcSubnets, securityGroups, autosysCidrs, vpcEndpoints } = props;
    if (vpc === undefined) return {};
    const network = new BridgeNetwork(this, ids.network, {
      vpc,
      autosysEndpoints: config.instances.flatMap(({ endpoints }) => endpoints),
      ...(vpcSubnets && { vpcSubnets }),
      ...(securityGroups && { securityGroups }),
      ...(autosysCidrs && { autosysCidrs }),
      ...(vpcEndpoints !== undefined && { vpcEndpoints }),
      asksOtherAccounts: config.accounts.some(
        (account) => account !== toStackLocation(this).account,
      ),
    });
    return { network };
  }
}

function toBusName({ busName = 'AutosysBridge' }: AutosysBridgeProps): string {
  return busName;
}

function hasBus({ otherAccounts = [], organizationId }: AutosysBridgeProps): boolean {
  return otherAccounts.length > 0 || organizationId !== undefined;
}

const defaultCanary = Duration.minutes(15);

/** A sweep run may end after the next one has begun; the canary has one at a time. */
const reservedForSweep = 2;
const reservedForCanary = 1;

/** Props that make sense in a VPC only. */
const needVpc = ['vpcSubnets', 'securityGroups', 'autosysCidrs', 'vpcEndpoints'] as const;

/** What lies somewhere already, as far as its place is known. */
function toGiven({
  encryptionKey,
  environmentEncryption,
  secretKeys = [],
  alarmTopic,
  alarmTopicKey,
}: Pick<
  AutosysBridgeProps,
  'encryptionKey' | 'environmentEncryption' | 'secretKeys' | 'alarmTopic' | 'alarmTopicKey'
>): readonly Given[] {
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

function checkProps(props: AutosysBridgeProps): void {
  const { vpc, maxConcurrency, canary, slowAfter } = props;
  const astray = needVpc.filter((name) => vpc === undefined && props[name] !== undefined);
  if (astray.length > 0) {
    throw new Error(`${astray.join(', ')}: found without vpc, allowed together with vpc only`);
  }
  const isKnown = maxConcurrency !== undefined && !Token.isUnresolved(maxConcurrency);
  if (isKnown && !(maxConcurrency >= 2 && maxConcurrency <= 1_000)) {
    throw new Error(
      `maxConcurrency: found ${maxConcurrency}, allowed are 2 to 1,000, as Lambda has it for queues`,
    );
  }
  checkAlarmTopicKey(props);
  checkReserved(props);
  checkOperatorsRoles(props.operatorsRoleArns ?? []);
  // The alarm looks at two periods, and CloudWatch at a day.
  const minutes = canary ? canary.toMinutes({ integral: false }) : undefined;
  if (minutes !== undefined && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= 720)) {
    throw new Error(
      `canary: found ${minutes} minutes, allowed are false, and 1 to 720 whole minutes`,
    );
  }
  const slow = slowAfter?.isUnresolved()
    ? 'a time that is known at the deployment only'
    : slowAfter && `${slowAfter.toMinutes({ integral: false })} minutes`;
  if (slow !== undefined && !/^[1-9]\d* /.test(slow)) {
    throw new Error(`slowAfter: found ${slow}, allowed are whole minutes, 1 or more`);
  }
}

/** @throws {Error} where the key of the topic would go unused, or fail together with the queues */
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
      'alarmTopicKey: found the key of the queues, allowed: another key, or none; a fault of one key would stop the events and the alarm together',
    );
  }
}

/**
 * Lambda throttles invocations beyond the reserved concurrency, and the queue would count them as
 * failed.
 */
function checkReserved({ reservedConcurrency, maxConcurrency }: AutosysBridgeProps): void {
  const least = maxConcurrency ?? defaultConcurrency;
  if (reservedConcurrency === undefined || Token.isUnresolved(reservedConcurrency)) return;
  if (Token.isUnresolved(least)) return;
  if (Number.isInteger(reservedConcurrency) && reservedConcurrency >= least) return;
  throw new Error(
    `reservedConcurrency: found ${reservedConcurrency}, allowed: a whole number of ${least} or more, as maxConcurrency is ${least}`,
  );
}
