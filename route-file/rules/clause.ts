import type { sources } from '../../lambda/contract.ts';

/** One matcher of an EventBridge pattern: a text as it stands, or a content filter. */
export type Matcher = string | Readonly<Record<string, unknown>>;

/** The field that the matchers of a clause are about; `qualified` is any of the three ARNs of an execution. */
export type ClauseField =
  | 'stateMachineArn'
  | 'qualified'
  | 'jobName'
  | 'jobDefinition'
  | 'jobQueue'
  | 'none';

/**
 * One thing that a route asks for: everything in `detail`, and in `field` one of the `matchers`.
 *
 * Clauses that differ in nothing but their matchers and accounts become one rule.
 */
export interface Clause {
  readonly source: keyof typeof sources;
  /** Where a workload must run; absent: anywhere that the bus hears. */
  readonly where: Where;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly field: ClauseField;
  /** None where the field is `none`. */
  readonly matchers: readonly Matcher[];
}

/** Accounts and Regions as a pattern has them. */
export interface Where {
  readonly account?: readonly string[];
  readonly region?: readonly string[];
}
