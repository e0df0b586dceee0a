import { Annotations, Token } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { BridgeConfig } from '../lambda/routing/routes.ts';
import { toSourceAlarms } from './alarm-list.ts';
import { Alarms, defaultAlarmPrefix, defaultRunbookUrl } from './alarms.ts';
import { ids } from './names.ts';
import { type StackLocation, sayIdleSource } from './placement.ts';
import { checkResourceCount } from './resource-count.ts';
import { toRulePrefix } from './rule-prefix.ts';
import { type BusIdentity, SourceRole } from './source-role.ts';
import { toStackLocation } from './stack-location.ts';
import { UndeliveredQueue } from './undelivered-queue.ts';
import { type RulesOptions, WorkloadRules } from './workload-rules.ts';

export interface BridgeSourceProps extends RulesOptions {
  /** The compiled route file of the bridge: its routes are what is forwarded, and nothing else. */
  readonly config: BridgeConfig;
  /**
   * Of the bridge's bus, in its account and Region; the stack of the bridge has it as output
   * `BusArn`.
   */
  readonly busArn: string;
  /**
   * Of the bridge's sweep; the stack of the bridge has it as output `SweepRoleArn`. A role is made
   * that it alone may take on, to ask how runs here stand. Not needed in another Region of the
   * bridge's own account.
   *
   * @default - none is made: the sweep cannot ask here, so an end that AWS does not announce is
   * told to nobody
   */
  readonly sweepRoleArn?: string;
  /**
   * In front of the name of the alarm, which is unique in an account and Region: two sources for
   * two bridges need two.
   *
   * @default AutosysBridge
   */
  readonly alarmPrefix?: string;
  /** In the Region of the source. @default - the alarm is there, and tells nobody */
  readonly alarmTopic?: ITopic;
  /** Where your people read `docs/runbook.md`. @default - its path in this repository */
  readonly runbookUrl?: string;
}

/**
 * Another account or Region whose workloads the bridge hears: forwards exactly what the routes ask
 * for.
 *
 * The bridge's route file must name the account, or its bus refuses what comes from there.
 */
export class BridgeSource extends Construct {
  /** What could not be forwarded within a day. */
  readonly undeliveredQueue: UndeliveredQueue;

  constructor(scope: Construct, id: string, props: BridgeSourceProps) {
    super(scope, id);
    const { config, busArn } = props;
    checkBusArn(busArn, config, toStackLocation(this));
    const rulePrefix = toRulePrefix(this, props.rulePrefix);
    this.undeliveredQueue = new UndeliveredQueue(this, ids.undelivered, { rulePrefix });
    this.#makeSourceRole(props);
    const role = new Role(this, ids.role, {
      assumedBy: new ServicePrincipal('events.amazonaws.com'),
      description: 'AutoSys bridge: forwards announcements to the bus of the bridge',
    });
    role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn] }));
    const bus = EventBus.fromEventBusArn(this, ids.bus, busArn);
    const { watched } = new WorkloadRules(this, ids.rules, {
      routes: config.routes,
      target: new EventBusTarget(bus, { role, deadLetterQueue: this.undeliveredQueue.forRules }),
      rulePrefix,
      bridgePlace: toBridgePlace(busArn),
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

  #makeSourceRole({ config, busArn, sweepRoleArn }: BridgeSourceProps): void {
    const bus = readBus(busArn);
    if (!Object.values(bus).every(isKnown)) {
      if (sweepRoleArn === undefined) return;
      throw new Error(
        'busArn: found an ARN that AWS names at the deployment only, allowed beside sweepRoleArn: one with account, Region and name written out, which make the name of the role',
      );
    }
    if (sweepRoleArn !== undefined) {
      checkSweepRole(sweepRoleArn, bus.account);
      new SourceRole(this, ids.sourceRole, { routes: config.routes, bus, sweepRoleArn });
    } else if (toStackLocation(this).account !== bus.account) {
      Annotations.of(this).addWarningV2(
        'autosys-bridge:no-sweep-role',
        'sweepRoleArn: found none, so the sweep cannot ask how runs here stand, and an end that AWS does not announce is told to nobody; give the output SweepRoleArn of the bridge',
      );
    }
  }
}

/** What is known of the account and Region of the bridge. */
function toBridgePlace(busArn: string): StackLocation {
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

/**
 * @throws {Error} for what is no role of the bridge's account: a role that anybody else may take on
 * would be made
 */
function checkSweepRole(sweepRoleArn: string, account: string): void {
  const [, owner] = /^arn:[^:]+:iam::(\d{12}):role\/[^*]+$/.exec(sweepRoleArn) ?? [];
  if (owner === account) return;
  throw new Error(
    `sweepRoleArn: found ${JSON.stringify(sweepRoleArn)}, allowed: the ARN of a role in account ${account}, that of the bus, as the output SweepRoleArn of the bridge has it`,
  );
}

/**
 * @throws {Error} unless it is a bus that hears this place; one that AWS names at the deployment is
 * left to it
 */
function checkBusArn(busArn: string, config: BridgeConfig, place: StackLocation): void {
  if (Token.isUnresolved(busArn)) return;
  if (!/^arn:[^:]+:events:[^:]+:[^:]+:event-bus\/.+$/.test(busArn)) {
    throw new Error(
      `busArn: found ${JSON.stringify(busArn)}, allowed: the ARN of an event bus, as the output BusArn of the bridge has it`,
    );
  }
  const idle = sayIdleSource(config, busArn, place);
  if (idle !== undefined) throw new Error(`busArn: ${idle}`);
}
