import {
  matchesGlob,
  type Origin,
  type Selector,
  toArnLocation,
} from '../lambda/routing/origin.ts';
import { canMeet, type NameToken, toGlobTokens, toTextTokens } from './name-tokens.ts';

/** Placeholder for the account or Region of the stack, which the route file does not know. */
export const ownLocation = 'own';

/**
 * A property that distinguishes workloads: name of the state machine or Batch job, name of the
 * Batch queue, account, Region.
 */
export type Dimension = 'name' | 'queue' | 'account' | 'region';

/** Possible values of a dimension: one of a few texts, or any name that a glob matches. */
export type Range =
  | { readonly kind: 'listed'; readonly texts: readonly string[] }
  | { readonly kind: 'glob'; readonly text: string; readonly except?: readonly string[] };

/**
 * The workloads that an origin can match.
 *
 * A workload is one state machine, or one Batch job name in one queue, in one account and Region.
 * Versions and aliases of a state machine, and children of a run, belong to the same workload.
 */
export interface Workloads {
  readonly kind: Origin['kind'];
  readonly ranges: Readonly<Record<Dimension, Range>>;
}

const anyName: Range = { kind: 'glob', text: '*' };
const none: Range = { kind: 'listed', texts: [''] };
const dimensions = ['name', 'queue', 'account', 'region'] as const;

/** Returns the accounts and Regions of an origin; {@link ownLocation} if it names none. */
export function toLocations(origin: Origin) {
  const arn = toArnLocation(origin);
  // An ARN has one account and Region, whatever the keys beside it list.
  if (arn !== undefined) return { accounts: [arn.account], regions: [arn.region] };
  const { accounts = [ownLocation], regions = [ownLocation] } = origin;
  return { accounts: [...new Set(accounts)], regions: [...new Set(regions)] };
}

/** Determines which workloads an origin can match. */
export function toWorkloads(origin: Origin): Workloads {
  const { accounts, regions } = toLocations(origin);
  const names =
    origin.kind === 'execution'
      ? { name: toRange(origin.stateMachine), queue: none }
      : { name: toRange(origin.batchJobName), queue: toRange(origin.jobQueue) };
  return {
    kind: origin.kind,
    ranges: {
      ...names,
      account: { kind: 'listed', texts: accounts },
      region: { kind: 'listed', texts: regions },
    },
  };
}

/** Returns the possible names of a selector, without version, alias or revision. */
export function toRange(selector: Selector | undefined): Range {
  if (selector === undefined) return anyName;
  const { by, text, except } = selector;
  if (by === 'arn') return { kind: 'listed', texts: [toArnName(text)] };
  // A glob may match versions and aliases after a colon. Names contain no colon.
  const [name = ''] = text.split(':');
  if (!name.includes('*')) return { kind: 'listed', texts: [name] };
  // An exception with a revision leaves the other revisions of its name.
  const excepted = except?.filter((one) => !one.includes(':')) ?? [];
  return { kind: 'glob', text: name, ...(excepted.length > 0 && { except: excepted }) };
}

/** Returns the name in an ARN, without version, alias or revision. */
export function toArnName(arn: string): string {
  const [head = '', name = ''] = arn.split(':').slice(5);
  return head.includes('/') ? head.slice(head.indexOf('/') + 1) : name;
}

/**
 * True if `one` can match a workload, and `other` can match a different workload with the same
 * value in each dimension of `alike`. If both are the same set: true if it has several workloads.
 */
export function canDiffer(
  one: Workloads,
  other: Workloads,
  alike: ReadonlySet<Dimension>,
): boolean {
  for (const dimension of alike) {
    if (!canBeEqual(one.ranges[dimension], other.ranges[dimension])) return false;
  }
  if (one.kind !== other.kind) return true;
  return dimensions.some(
    (dimension) => !alike.has(dimension) && !isSame(one.ranges[dimension], other.ranges[dimension]),
  );
}

/** Returns the dimensions with several possible values, in a fixed order. */
export function findOpenDimensions({ ranges }: Workloads): readonly Dimension[] {
  return dimensions.filter((dimension) => !isSame(ranges[dimension], ranges[dimension]));
}

/** True if both are the same single value. */
function isSame(one: Range, other: Range): boolean {
  if (one.kind === 'glob' || other.kind === 'glob') return false;
  return one.texts.length === 1 && other.texts.length === 1 && one.texts[0] === other.texts[0];
}

function canBeEqual(one: Range, other: Range): boolean {
  const isUnknown = [one, other].some(
    (range) => range.kind === 'listed' && range.texts.includes(ownLocation),
  );
  if (isUnknown) return true;
  return toAlternatives(one, other).some((mine) =>
    toAlternatives(other, one).some((theirs) => canMeet(mine, theirs)),
  );
}

/** The values of a range, without those that the other range excepts. */
function toAlternatives(range: Range, other: Range): readonly (readonly NameToken[])[] {
  if (range.kind === 'glob') {
    return isExcepted(range.text, other) ? [] : [toGlobTokens(range.text)];
  }
  return range.texts.filter((text) => !isExcepted(text, other)).map(toTextTokens);
}

/** True if the exceptions of a range cover a name, or every name of a glob. */
export function isExcepted(name: string, range: Range): boolean {
  return range.kind === 'glob' && (range.except ?? []).some((one) => matchesGlob(one, name));
}
