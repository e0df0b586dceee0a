import type { sources } from '../lambda/contract.ts';
import type { ExecutionOrigin } from '../lambda/shared/routes.ts';

/** One matcher of an EventBridge pattern: a text as it stands, or a content filter. */
export type Matcher = string | Readonly<Record<string, unknown>>;

/**
 * One thing that some routes ask for: everything in `pattern`, and in `field` one of the `matchers`.
 *
 * Clauses that differ in nothing but their matchers become one rule.
 */
export interface Clause {
  readonly source: keyof typeof sources;
  readonly whereabouts: Whereabouts;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly toDetail: 'stateMachineArn' | 'qualified' | 'jobName' | 'jobDefinition' | 'jobQueue';
  readonly matchers: readonly Matcher[];
}

/** Where a workload must run; absent: anywhere. */
export interface Whereabouts {
  readonly account?: readonly string[];
  readonly region?: readonly string[];
}

/** The accounts and Regions that an origin asks for, as a pattern has them. */
export function toWhereabouts({
  accounts,
  regions,
}: Pick<ExecutionOrigin, 'accounts' | 'regions'>): Whereabouts {
  return { ...(accounts && { account: accounts }), ...(regions && { region: regions }) };
}
