import { Fn } from 'aws-cdk-lib';
import {
  type EventPattern,
  type IEventBusRef,
  type IRuleTarget,
  Rule,
} from 'aws-cdk-lib/aws-events';
import { EVENTS_TARGET_QUEUE_SAME_ACCOUNT } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { toDigest } from '../lambda/shared/digest.ts';
import type { Route } from '../lambda/shared/routes.ts';
import { toEventPatterns, type WorkloadPattern } from './event-patterns.ts';
import type { WatchedRule } from './rule-alarms.ts';

export interface WorkloadRulesProps {
  readonly routes: readonly Route[];
  /** Where matched events go, whole. */
  readonly target: IRuleTarget;
  /** @default - the default bus of the account, where AWS's services announce */
  readonly eventBus?: IEventBusRef;
  /**
   * How many rules the bus may have.
   *
   * @default - 300, EventBridge's quota per bus, which other rules share; it can be raised
   */
  readonly maxRules?: number;
}

/**
 * The rules that hear workloads: every event that a route wants, and no other.
 *
 * A rule is named for its pattern, and so never changes: CloudFormation makes what is new before it deletes what is gone.
 * Rules that changed, in whatever order, would hand workloads on from one to the other, with a while in which neither
 * hears them; that for this while both do costs nothing, as the ledger drops what comes twice.
 */
export class WorkloadRules extends Construct {
  /** What the metrics of the rules are found under. */
  readonly watched: readonly WatchedRule[];

  constructor(
    scope: Construct,
    id: string,
    { routes, target, eventBus, maxRules = 300 }: WorkloadRulesProps,
  ) {
    super(scope, id);
    // Else a queue that is the target, and its key, would be open to the rules of anybody's account.
    this.node.setContext(EVENTS_TARGET_QUEUE_SAME_ACCOUNT, true);
    const patterns = toEventPatterns(routes);
    if (patterns.length > maxRules) {
      throw new Error(
        `maxRules: the routes need ${patterns.length} EventBridge rules, allowed are ${maxRules}; name workloads by globs, drop account and region where they do not differ, or raise the quota and maxRules`,
      );
    }
    this.watched = patterns.map((pattern) => {
      const rule = new Rule(this, `Rule${toDigest(JSON.stringify(pattern)).slice(0, 16)}`, {
        description: `AutoSys bridge: ${pattern['detail-type'][0]}`,
        eventPattern: toCdkPattern(pattern),
        targets: [target],
        ...(eventBus && { eventBus }),
      });
      return toWatched(rule, eventBus);
    });
  }
}

/** On another bus than the default one, `Ref` of a rule is `BUS|RULE`; the ARN ends with `rule/BUS/RULE`. */
function toWatched(rule: Rule, eventBus: IEventBusRef | undefined): WatchedRule {
  if (eventBus === undefined) return { ruleName: rule.ruleName };
  return {
    ruleName: Fn.select(2, Fn.split('/', rule.ruleArn)),
    eventBusName: eventBus.eventBusRef.eventBusName,
  };
}

/** CDK spells one key its own way and wants lists it may change. */
function toCdkPattern(pattern: WorkloadPattern): EventPattern {
  const { source, 'detail-type': detailType, account, region, detail } = pattern;
  return {
    source: [...source],
    detailType: [...detailType],
    ...(account && { account: [...account] }),
    ...(region && { region: [...region] }),
    detail,
  };
}
