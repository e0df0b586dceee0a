import { Annotations, Token } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { BridgeConfig } from '../lambda/routing/routes.ts';
import { toSourceRoutes } from '../lambda/routing/target-routes.ts';
import { toSourceAlarms } from './alarm-list.ts';
import { Alarms, defaultAlarmPrefix, defaultRunbookUrl } from './alarms.ts';
import { ids } from './names.ts';
import { describeIdleSource, type StackLocation } from './placement.ts';
import { checkResourceCount } from './resource-count.ts';
import { toRulePrefix } from './rule-prefix.ts';
import { type BusIdentity, SourceRole } from './source-role.ts';
import { toStackLocation } from './stack-location.ts';
import { UndeliveredQueue } from './undelivered-queue.ts';
import { type RulesOptions, WorkloadRules } from './workload-rules.ts';

/** Properties of `BridgeSource`. */
export interface BridgeSourceProps extends RulesOptions {
  /**
   * The compiled route file of the bridge. The source forwards only events that its routes match.
   */
  readonly config: BridgeConfig;
  /** ARN of the event bus of the bridge: output `BusArn` of its stack. */
  readonly busArn: string;
  /**
   * ARN of the role of the sweep function: output `SweepRoleArn` of the stack of the bridge.
   *
   * Creates a role that only the sweep can assume, to look up runs in this account and Region. Not
   * needed in another Region of the account of the bridge.
   *
   * @default - No role. The sweep cannot look up runs here, so the end of a run stays unknown if
   * its event is lost.
   */
  readonly sweepRoleArn?: string;
  /**
   * ARNs of the roles of the request function and of the wait function: outputs `RequestRoleArn` and
   * `WaitRoleArn` of the stack of the bridge. Only together with `sweepRoleArn`.
   *
   * They can assume the same role, which then also answers executions in this account and Region
   * that wait for an AutoSys job.
   *
   * @default - No such roles. The bridge refuses requests of executions here that wait for a job.
   */
  readonly requestRoleArns?: readonly string[];
  /**
   * Prefix of the alarm names, which are unique in an account and Region. Two sources for two
   * bridges need different prefixes.
   *
   * @default AutosysBridge
   */
  readonly alarmPrefix?: string;
  /** SNS topic of the alarms, in the Region of the source. @default - The alarms have no action. */
  readonly alarmTopic?: ITopic;
  /** URL of `docs/runbook.md` for your operators. @default - Its path in this repository. */
  readonly runbookUrl?: string;
}

/**
 * Forwards events of another account or Region to the event bus of a bridge.
 *
 * It forwards only events that the routes match. The route file of the bridge must name the
 * account, and the bridge must list it in `otherAccounts`, or its organization in `organizationId`.
 */
export class BridgeSource extends Construct {
  /** Events that EventBridge could not forward within 24 hours. */
  readonly undeliveredQueue: UndeliveredQueue;

  constructor(scope: Construct, id: string, props: BridgeSourceProps) {
    super(scope, id);
    const { config, busArn } = props;
    checkBusArn(busArn, config, toStackLocation(this));
    const rulePrefix = toRulePrefix(this, props.rulePrefix);
    this.undeliveredQueue = new UndeliveredQueue(this, ids.undelivered, { rulePrefix });
    this.#createSourceRole(props);
    const role = new Role(this, ids.role, {
      assumedBy: new ServicePrincipal('events.amazonaws.com'),
      description: 'AutoSys bridge: forwards events to the bus of the bridge',
    });
    role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn] }));
    const bus = EventBus.fromEventBusArn(this, ids.bus, busArn);
    const { watched } = new WorkloadRules(this, ids.rules, {
      routes: toSourceRoutes(config),
      target: new EventBusTarget(bus, { role, deadLetterQueue: this.undeliveredQueue.forRules }),
      rulePrefix,
      bridgeLocation: toBridgeLocation(busArn),
      ...(props.maxRules !== undefined && { maxRules: props.maxRules }),
      ...(props.rules !== undefined && { rules: props.rules }),
    });
    const { alarmPrefix = defaultAlarmPrefix, alarmTopic, runbookUrl = defaultRunbookUrl } = props;
    new Alarms(this, ids.alarms, {
      specs: toSourceAlarms({ undeliveredQueue: this.undeliveredQueue, rules: watched }),
      prefix: alarmPrefix,
      runbookUrl,
      actions: alarmTopic ? [new SnsAction(alarmTopic)] : [],
    });
    checkResourceCount(this);
  }

  #createSourceRole(props: BridgeSourceProps): void {
    const { config, busArn, sweepRoleArn, requestRoleArns } = props;
    const bus = readBus(busArn);
    checkRequestRoles(props);
    // Account and Region may be parameters of the template. A digest of the name is part of the
    // role's name.
    if ([bus.account, bus.region].includes('') || !isKnown(bus.name)) {
      if (sweepRoleArn === undefined) return;
      throw new Error(
        'busArn: found an ARN that is known at deployment only, allowed together with sweepRoleArn: an ARN with explicit account, Region and name, because the role name contains them',
      );
    }
    if (sweepRoleArn !== undefined) {
      checkBridgeRole('sweepRoleArn', sweepRoleArn, bus.account);
      for (const arn of requestRoleArns ?? []) checkBridgeRole('requestRoleArns', arn, bus.account);
      new SourceRole(this, ids.sourceRole, {
        routes: toSourceRoutes(config),
        requests: config.requests,
        bus,
        sweepRoleArn,
        ...(requestRoleArns && { requestRoleArns }),
      });
    } else if (toStackLocation(this).account !== bus.account) {
      Annotations.of(this).addWarningV2(
        'autosys-bridge:no-sweep-role',
        'sweepRoleArn: found none, so the sweep cannot look up runs here, and the end of a run stays unknown if its event is lost; set it to the output SweepRoleArn of the bridge',
      );
    }
  }
}

/** Account and Region of the bridge, if known at synth. */
function toBridgeLocation(busArn: string): StackLocation {
  const { account, region } = readBus(busArn);
  return { ...(isKnown(account) && { account }), ...(isKnown(region) && { region }) };
}

function isKnown(part: string): boolean {
  return part !== '' && !Token.isUnresolved(part);
}

function readBus(busArn: string): BusIdentity {
  const [, , , region = '', account = '', bus = ''] = busArn.split(':');
  return { account, region, name: bus.slice(bus.indexOf('/') + 1) };
}

const roleOutputs = {
  sweepRoleArn: 'the output SweepRoleArn',
  requestRoleArns: 'the outputs RequestRoleArn and WaitRoleArn',
} as const;

/**
 * @throws {Error} unless it is a role of the account of the bridge; otherwise another account could
 * assume the source role
 */
function checkBridgeRole(prop: keyof typeof roleOutputs, arn: string, account: string): void {
  if (Token.isUnresolved(arn) || Token.isUnresolved(account)) return;
  const [, owner] = /^arn:[^:]+:iam::(\d{12}):role\/[^*]+$/.exec(arn) ?? [];
  if (owner === account) return;
  throw new Error(
    `${prop}: found ${JSON.stringify(arn)}, allowed: the ARN of a role in account ${account}, the account of the bus; use ${roleOutputs[prop]} of the bridge`,
  );
}

/** @throws {Error} if the request functions have no role here that they could assume */
function checkRequestRoles({ sweepRoleArn, requestRoleArns }: BridgeSourceProps): void {
  if (requestRoleArns === undefined || sweepRoleArn !== undefined) return;
  throw new Error(
    'requestRoleArns: found without sweepRoleArn, allowed: only together with it, because both use the same role',
  );
}

/**
 * Checks the ARN of the bus, unless it is known at deployment only.
 *
 * @throws {Error} unless the bus accepts events of this account and Region
 */
function checkBusArn(busArn: string, config: BridgeConfig, location: StackLocation): void {
  if (Token.isUnresolved(busArn)) return;
  if (!/^arn:[^:]+:events:[^:]+:[^:]+:event-bus\/.+$/.test(busArn)) {
    throw new Error(
      `busArn: found ${JSON.stringify(busArn)}, allowed: the ARN of an event bus; use the output BusArn of the bridge`,
    );
  }
  const idle = describeIdleSource(config, busArn, location);
  if (idle !== undefined) throw new Error(`busArn: ${idle}`);
}
