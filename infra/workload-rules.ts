import { Annotations, Fn } from 'aws-cdk-lib';
import {
  type EventPattern,
  type IEventBusRef,
  type IRuleTarget,
  Rule,
} from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { fewestRulesPerBus, rulesPerBus } from '../event-pattern/index.ts';
import type { Route } from '../lambda/routing/routes.ts';
import { toDigest } from '../lambda/workload/digest.ts';
import type { RuleBus } from '../route-file/rules/bus.ts';
import { describeWideRoutes } from '../route-file/rules/describe-wide.ts';
import { planRules, toWidePatterns } from '../route-file/rules/event-patterns.ts';
import type { WorkloadPattern } from '../route-file/rules/pack.ts';
import type { StackLocation } from './placement.ts';
import { roomForRules } from './resource-count.ts';
import type { WatchedRule } from './rule-alarms.ts';
import { toStackLocation } from './stack-location.ts';
import { findOthers, isSameLocation } from './duplicates.ts';

/** What may be said about the rules of a bridge or source. */
export interface RulesOptions {
  /**
   * How many rules a bus may have, which other rules of the account share. Raise it with
   * EventBridge's quota.
   *
   * @default - EventBridge's default quota: 100 in af-south-1 and eu-south-1, and where the Region
   * is known at the deployment only; 300 in every other Region
   */
  readonly maxRules?: number;
  /**
   * `wide`: where the routes need more rules than `maxRules`, or than the stack has room for, one
   * rule for each source takes their place, Step Functions and AWS Batch. It sends every state
   * change to the function, which discards what no route matches.
   *
   * @default exact - more rules than that are a fault
   */
  readonly rules?: 'exact' | 'wide';
  /**
   * What the names of all rules begin with: 1 to 40 letters, digits and `. _ -`. The queue admits
   * rules by it, so guard the names that begin so.
   *
   * @default - the name of the stack, cut, and a digest
   */
  readonly rulePrefix?: string;
}

export interface WorkloadRulesProps extends Omit<RulesOptions, 'rulePrefix'> {
  readonly routes: readonly Route[];
  /** Where matched events go, whole. */
  readonly target: IRuleTarget;
  /** As `toRulePrefix` makes it. */
  readonly rulePrefix: string;
  /** @default - the default bus of the account, where AWS's services emit their events */
  readonly eventBus?: IEventBusRef;
  /** In a source: account and Region of the bridge. @default - the bridge is in this stack */
  readonly bridgePlace?: StackLocation;
}

/**
 * The rules of one bus: every event that a route wants, and as few others as EventBridge's quotas
 * allow.
 *
 * A rule is named for its pattern, and so never changes: CloudFormation makes what is new before it
 * deletes what is gone. Rules that changed, in whatever order, would hand workloads on from one to
 * the other, with a while in which neither matches them; that for this while both do costs nothing,
 * as the ledger discards duplicates.
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
      // The text of a pattern is stable; CDK's tokens, which stand for accounts and Regions, are
      // not.
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

  #plan({ routes, rules = 'exact', ...props }: WorkloadRulesProps) {
    const bus = toBus(toStackLocation(this), props);
    const maxRules = props.maxRules ?? this.#defaultQuota();
    const exact = planRules(routes, bus);
    // Where the account is not known, the accounts that routes name take room that the ARNs make
    // needless.
    const plan =
      exact.patterns.length > maxRules ? planRules(routes, bus, { dropAccounts: true }) : exact;
    const needed = plan.patterns.length;
    if (rules === 'wide' && needed > Math.min(maxRules, roomForRules(this))) {
      this.#inform(
        'one-wide-rule',
        `rules: wide: ${routes.length} routes need ${needed} rules on ${describeBus(bus)}; one rule for each source takes their place, and the function discards what no route matches`,
      );
      return toWidePatterns(routes, bus);
    }
    if (needed > maxRules) {
      throw new Error(
        `maxRules: the routes need ${needed} EventBridge rules on ${describeBus(bus)}, allowed are ${maxRules}; name workloads by globs such as night-*, drop account and region where they do not differ, raise the quota and maxRules, or set rules: wide`,
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
      `maxRules: the Region is known at the deployment only, so ${fewestRulesPerBus} rules a bus are allowed, the lowest quota of any Region; set maxRules where it is higher`,
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
      `${found}; a route without account and region means those of the bridge's stack, so name others in from`,
    );
  }

  #inform(id: string, text: string): void {
    Annotations.of(this).addInfoV2(`autosys-bridge:${id}`, text);
  }
}

function toBus(
  place: StackLocation,
  { eventBus, bridgePlace }: Pick<WorkloadRulesProps, 'eventBus' | 'bridgePlace'>,
): RuleBus {
  if (eventBus) return { kind: 'own', home: place };
  return bridgePlace
    ? { kind: 'source', ...place, home: bridgePlace }
    : { kind: 'default', ...place };
}

function describeBus({ kind }: RuleBus): string {
  return kind === 'own' ? 'the bus of the bridge' : 'the default bus';
}

/** CDK spells one key its own way and wants lists it may change. */
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

/** Has CloudFormation fill in what is known at the deployment only. */
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

/** The queue of one bridge would admit the rules of the other. */
function refuseSharedPrefix(self: WorkloadRules): void {
  const begins = (one: string, other: string) => `${one}-`.startsWith(`${other}-`);
  const twin = findOthers(self, WorkloadRules).find(
    (other) =>
      other.node.scope !== self.node.scope &&
      (begins(other.rulePrefix, self.rulePrefix) || begins(self.rulePrefix, other.rulePrefix)) &&
      isSameLocation(other, self),
  );
  if (twin === undefined) return;
  throw new Error(
    `rulePrefix: found ${self.rulePrefix} beside ${twin.rulePrefix} of ${twin.node.scope?.node.path}, allowed: prefixes of which none begins with another, one for each bridge in an account and Region`,
  );
}
