import type { sources } from '../../lambda/contract.ts';

/** A matcher of an EventBridge pattern: an exact text, or a content filter. */
export type Matcher = string | Readonly<Record<string, unknown>>;

/**
 * The field that the matchers of a clause apply to. `qualified` means any of the three ARNs of an
 * execution.
 */
export type ClauseField =
  | 'stateMachineArn'
  | 'qualified'
  | 'jobName'
  | 'jobDefinition'
  | 'jobQueue'
  | 'none';

/**
 * A condition on events: everything in `detail`, and one of `matchers` in `field`.
 *
 * Clauses that differ only in matchers and accounts become one rule.
 */
export interface Clause {
  readonly source: keyof typeof sources;
  /** Accounts and Regions of the workload. Empty: all that the bus receives events from. */
  readonly where: Where;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly field: ClauseField;
  /** Empty if the field is `none`. */
  readonly matchers: readonly Matcher[];
}

/** Accounts and Regions in the form of a pattern. */
export interface Where {
  readonly account?: readonly string[];
  readonly region?: readonly string[];
}
