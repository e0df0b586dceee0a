import { toPartition } from '../../lambda/routing/partition.ts';

/** An account and Region. Absent: known at the deployment only, or not known at all. */
export interface RuleLocation {
  /** Twelve digits. */
  readonly account?: string;
  readonly region?: string;
}

/**
 * The bus that rules are for.
 *
 * - `default`: the default bus where the bridge's stack is. It sees what the services of its own account and Region emit, and
 *   nothing else, so ARNs can be written out.
 * - `source`: the same of another account or Region. `home` is where the bridge's stack is.
 * - `own`: the bridge's own bus, which takes what sources forward.
 */
export type RuleBus =
  | ({ readonly kind: 'default' } & RuleLocation)
  | ({ readonly kind: 'source'; readonly home: RuleLocation } & RuleLocation)
  | { readonly kind: 'own'; readonly home: RuleLocation };

/** CloudFormation's spelling (`Fn::Sub`) of what is known at the deployment only. */
export const placeholders = {
  partition: '\u0024{AWS::Partition}',
  region: '\u0024{AWS::Region}',
  account: '\u0024{AWS::AccountId}',
} as const;

/** The longest text that AWS puts there. */
export const longest = {
  partition: 'aws-us-gov',
  region: 'ap-southeast-99',
  account: '000000000000',
} as const satisfies Record<keyof typeof placeholders, string>;

/** The text as long as AWS could make it: what a quota of characters must be held against. */
export function toLongestLiteral(text: string): string {
  return text
    .replaceAll(placeholders.partition, longest.partition)
    .replaceAll(placeholders.region, longest.region)
    .replaceAll(placeholders.account, longest.account);
}

/** How an ARN of this bus's account and Region begins, up to the resource; `undefined` where it may be any. */
export function toArnHead(bus: RuleBus, service: 'states' | 'batch'): string | undefined {
  if (bus.kind === 'own') return undefined;
  const { account = placeholders.account, region } = bus;
  const partition = region === undefined ? placeholders.partition : toPartition(region);
  return `arn:${partition}:${service}:${region ?? placeholders.region}:${account}:`;
}
