import { Annotations, Fn } from 'aws-cdk-lib';
import {
  type EventPattern,
  type IEventBusRef,
  type IRuleTarget,
  Rule,
} from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { fewestRulesPerBus, rulesPerBus } from '../event-pattern/index.ts';
import type { MatchedRoute } from '../lambda/routing/routes.ts';
import { toDigest } from '../lambda/workload/digest.ts';
import type { RuleBus } from '../route-file/rules/bus.ts';
import { describeWideRoutes } from '../route-file/rules/describe-wide.ts';
import { planRules, toWidePatterns } from '../route-file/rules/event-patterns.ts';
import type { WorkloadPattern } from '../route-file/rules/pack.ts';
import { findOthers, isSameLocation } from './duplicates.ts';
import type { StackLocation } from './placement.ts';
import { roomForRules } from './resource-count.ts';
import type { WatchedRule } from './rule-alarms.ts';
import { toStackLocation } from './stack-location.ts';

/** Props of the rules of a bridge or source. */
export interface RulesOptions {
  /**
   * Maximum number of rules on a bus. Other rules of the account count for the same quota of
   * EventBridge, so raise both together.
   *
   * @default - The default quota of EventBridge: 100 in af-south-1 and eu-south-1, or if the Region
   * is known at deployment only; 300 in all other Regions.
   */
  readonly maxRules?: number;
  /**
   * `exact`: rules match the events of the routes, and as few others as possible. Too many rules
   * are an error.
   *
   * `wide`: if the routes need more rules than `maxRules`, or than the stack has room for, they are
   * replaced by one rule for Step Functions and one for AWS Batch. These match every state change,
   * and the function discards events that no route matches.
   *
   * @default exact
   */
  readonly rules?: 'exact' | 'wide';
  /**
   * Prefix of the names of all rules: 1 to 40 letters, digits and `. _ -`. The queue accepts rules
   * by this prefix, so restrict who can create rules with it.
   *
   * @default - The shortened name of the stack, and a digest.
   */
  readonly rulePrefix?: string;
}

export interface WorkloadRulesProps extends Omit<RulesOptions, 'rulePrefix'> {
  /** Routes, and the launch targets as `toTargetRoutes` returns them. */
  readonly routes: readonly MatchedRoute[];
  /** Target of matched events. It receives the whole event. */
  readonly target: IRuleTarget;
  /** Result of `toRulePrefix`. */
  readonly rulePrefix: string;
  /**
   * Event bus of the rules.
   *
   * @default - the default bus of the account, which receives events of AWS services
   */
  readonly eventBus?: IEventBusRef;
  /** Resources that the stack gets for the entries of requests. @default 0 */
  readonly laterResources?: number;
  /** For a source: account and Region of the bridge. @default - the bridge is in this stack */
  readonly bridgeLocation?: StackLocation;
}

/**
 * The rules of one bus. They match every event that a route acts on, and as few others as the
 * quotas of EventBridge allow.
 *
 * The name of a rule contains a digest of its pattern, so a rule never changes. CloudFormation
 * creates new rules before it deletes old ones. Changed rules could leave a short time in which no
 * rule matches a workload. With new rules, both match for a short time, and the ledger discards the
 * duplicates.
 */
export class WorkloadRules extends Construct {
  /** The names of the rules, for their metrics. */
  readonly watched: readonly WatchedRule[];
  readonly rulePrefix: string;

  constructor(scope: Construct, id: string, props: WorkloadRulesProps) {
    super(scope, id);
    const { target, eventBus, rulePrefix } = props;
    this.rulePrefix = rulePrefix;
    refuseSharedPrefix(this);
    this.watched = this.#plan(props).map((pattern) => {
      // The text of a pattern is stable. The CDK tokens for accounts and Regions are not.
      const digest = toDigest(JSON.stringify(pattern)).slice(0, 16);
      const ruleName = `${rulePrefix}-${digest}`;
      new Rule(this, `Rule${digest}`, {
        ruleName,
        description: `AutoSys bridge: ${pattern['detail-type'][0]}`,
        eventPattern: toCdkPattern(pattern),
        targets: [target],
        ...(eventBus && { eventBus }),
      });
      return { ruleName, ...(eventBus && { eventBusName: eventBus.eventBusRef.eventBusName }) };
    });
  }

  #plan({ routes, rules = 'exact', laterResources, ...props }: WorkloadRulesProps) {
    const bus = toBus(toStackLocation(this), props);
    const maxRules = props.maxRules ?? this.#defaultQuota();
    const exact = planRules(routes, bus);
    // If the account is unknown, the patterns can omit accounts to save space, because the ARNs
    // contain the account.
    const plan =
      exact.patterns.length > maxRules ? planRules(routes, bus, { dropAccounts: true }) : exact;
    const needed = plan.patterns.length;
    if (rules === 'wide' && needed > Math.min(maxRules, roomForRules(this, laterResources))) {
      this.#inform(
        'one-wide-rule',
        `rules: wide: ${countRoutes(routes)} routes need ${needed} rules on ${describeBus(bus)}; they are replaced by one rule for each source, and the function discards events that no route matches`,
      );
      return toWidePatterns(routes, bus);
    }
    if (needed > maxRules) {
      throw new Error(
        `maxRules: the routes need ${needed} EventBridge rules on ${describeBus(bus)}, allowed: ${maxRules}; select workloads by globs such as night-*, remove account and region that are not needed, raise the quota and maxRules, or set rules: wide`,
      );
    }
    if (needed === 0 && bus.kind !== 'default') this.#warnIdle(bus);
    const wide = describeWideRoutes(plan.wide);
    if (wide.length > 0) this.#inform('wide-rules', `${describeBus(bus)}: ${wide.join('; ')}`);
    return plan.patterns;
  }

  #defaultQuota(): number {
    const { region } = toStackLocation(this);
    if (region !== undefined) return rulesPerBus(region);
    this.#inform(
      'unknown-region',
      `maxRules: the Region is known at deployment only, so the limit is ${fewestRulesPerBus} rules per bus, the lowest quota of all Regions; set maxRules if the quota of your Region is higher`,
    );
    return fewestRulesPerBus;
  }

  #warnIdle({ kind }: RuleBus): void {
    const found =
      kind === 'own'
        ? 'no route names another account or Region, so the bus of the bridge has no rules'
        : 'no route names the account and Region of this source, so it forwards nothing';
    Annotations.of(this).addWarningV2(
      'autosys-bridge:no-rules',
      `${found}; a route without account and region matches those of the stack of the bridge, so set account and region in from`,
    );
  }

  #inform(id: string, text: string): void {
    Annotations.of(this).addInfoV2(`autosys-bridge:${id}`, text);
  }
}

function toBus(
  location: StackLocation,
  { eventBus, bridgeLocation }: Pick<WorkloadRulesProps, 'eventBus' | 'bridgeLocation'>,
): RuleBus {
  if (eventBus) return { kind: 'own', home: location };
  return bridgeLocation
    ? { kind: 'source', ...location, home: bridgeLocation }
    : { kind: 'default', ...location };
}

function describeBus({ kind }: RuleBus): string {
  return kind === 'own' ? 'the bus of the bridge' : 'the default bus';
}

/**
 * Converts a pattern to the type of the CDK, which has another name for one key, and mutable lists.
 */
function toCdkPattern(pattern: WorkloadPattern): EventPattern {
  const { source, 'detail-type': detailType, account, region, detail } = pattern;
  return {
    source: [...source],
    detailType: [...detailType],
    ...(account && { account: account.map(substituteText) }),
    ...(region && { region: region.map(substituteText) }),
    detail: substituteFields(detail),
  };
}

/** Lets CloudFormation replace the placeholders. */
function substitute(value: unknown): unknown {
  if (typeof value === 'string') return substituteText(value);
  if (Array.isArray(value)) return value.map(substitute);
  if (typeof value !== 'object' || value === null) return value;
  return substituteFields(value);
}

function substituteFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, substitute(value)]),
  );
}

function substituteText(text: string): string {
  return text.includes('\u0024{AWS::') ? Fn.sub(text) : text;
}

/**
 * Rejects overlapping prefixes of two bridges: the queue of one bridge would accept the rules of
 * the other.
 */
function refuseSharedPrefix(self: WorkloadRules): void {
  const begins = (one: string, other: string) => `${one}-`.startsWith(`${other}-`);
  const other = findOthers(self, WorkloadRules).find(
    (other) =>
      other.node.scope !== self.node.scope &&
      (begins(other.rulePrefix, self.rulePrefix) || begins(self.rulePrefix, other.rulePrefix)) &&
      isSameLocation(other, self),
  );
  if (other === undefined) return;
  throw new Error(
    `rulePrefix: found ${self.rulePrefix}, which overlaps with ${other.rulePrefix} of ${other.node.scope?.node.path}, allowed: one prefix per bridge in an account and Region, none of them the beginning of another`,
  );
}

/** The number of routes of the file. One to several instances is compiled to one for each. */
function countRoutes(routes: readonly MatchedRoute[]): number {
  return new Set(routes.map(({ name }) => name)).size;
}
