import { toPartition } from '../../lambda/routing/partition.ts';

/** An account and Region. Absent: known at deployment only, or unknown. */
export interface RuleLocation {
  /** Twelve digits. */
  readonly account?: string;
  readonly region?: string;
}

/**
 * The bus that rules are for.
 *
 * - `default`: the default bus in the account and Region of the bridge's stack. It receives only
 *   events of AWS services in that account and Region, so patterns can contain complete ARNs.
 * - `source`: the default bus of another account or Region. `home` is the location of the bridge's
 *   stack.
 * - `own`: the bus of the bridge, which receives the events that sources forward.
 */
export type RuleBus =
  | ({ readonly kind: 'default' } & RuleLocation)
  | ({ readonly kind: 'source'; readonly home: RuleLocation } & RuleLocation)
  | { readonly kind: 'own'; readonly home: RuleLocation };

/** CloudFormation placeholders (`Fn::Sub`) for values that are known at deployment only. */
export const placeholders = {
  partition: '\u0024{AWS::Partition}',
  region: '\u0024{AWS::Region}',
  account: '\u0024{AWS::AccountId}',
} as const;

/** The longest possible value of each placeholder. */
export const longest = {
  partition: 'aws-us-gov',
  region: 'ap-southeast-99',
  account: '000000000000',
} as const satisfies Record<keyof typeof placeholders, string>;

/** Replaces placeholders by their longest values, to check a quota of characters. */
export function toLongestLiteral(text: string): string {
  return text
    .replaceAll(placeholders.partition, longest.partition)
    .replaceAll(placeholders.region, longest.region)
    .replaceAll(placeholders.account, longest.account);
}

/**
 * Beginning of an ARN in the account and Region of this bus, up to the resource. `undefined` if
 * account and Region vary.
 */
export function toArnHead(bus: RuleBus, service: 'states' | 'batch'): string | undefined {
  if (bus.kind === 'own') return undefined;
  const { account = placeholders.account, region } = bus;
  const partition = region === undefined ? placeholders.partition : toPartition(region);
  return `arn:${partition}:${service}:${region ?? placeholders.region}:${account}:`;
}
