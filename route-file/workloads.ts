import { type Origin, type Selector, toArnLocation } from '../lambda/routing/origin.ts';
import { canMeet, type NameToken, toGlobTokens, toTextTokens } from './name-tokens.ts';

/** Stands for the stack's own account or Region, which the route file does not know. */
export const ownLocation = 'own';

/** What tells two workloads apart: a state machine's or Batch job's name, a Batch queue's name, account and Region. */
export type Dimension = 'name' | 'queue' | 'account' | 'region';

/** What a dimension may be: one of a few texts, or any name that a glob matches. */
export type Range =
  | { readonly kind: 'listed'; readonly texts: readonly string[] }
  | { readonly kind: 'glob'; readonly text: string };

/**
 * The workloads that an origin can match.
 *
 * A workload is one state machine, or one Batch job name in one queue, in one account and Region. Versions and aliases of a
 * state machine, and children of a run, belong to the same workload.
 */
export interface Workloads {
  readonly kind: Origin['kind'];
  readonly ranges: Readonly<Record<Dimension, Range>>;
}

const anyName: Range = { kind: 'glob', text: '*' };
const none: Range = { kind: 'listed', texts: [''] };
const dimensions = ['name', 'queue', 'account', 'region'] as const;

/** The accounts and Regions of an origin; {@link ownLocation} where it names none. */
export function toLocations(origin: Origin) {
  const arn = toArnLocation(origin);
  // An ARN is in one place, whatever is listed beside it.
  if (arn !== undefined) return { accounts: [arn.account], regions: [arn.region] };
  const { accounts = [ownLocation], regions = [ownLocation] } = origin;
  return { accounts: [...new Set(accounts)], regions: [...new Set(regions)] };
}

/** Works out which workloads an origin can match. */
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

/** The range of a plain name, without what qualifies it. */
export function toRange(selector: Selector | undefined): Range {
  if (selector === undefined) return anyName;
  const { by, text } = selector;
  if (by === 'arn') return { kind: 'listed', texts: [toArnName(text)] };
  // A glob may name versions and aliases behind a colon, and the names themselves hold none.
  const [name = ''] = text.split(':');
  return name.includes('*') ? { kind: 'glob', text: name } : { kind: 'listed', texts: [name] };
}

/** The name of a workload in its ARN, without what qualifies it. */
export function toArnName(arn: string): string {
  const [head = '', name = ''] = arn.split(':').slice(5);
  return head.includes('/') ? head.slice(head.indexOf('/') + 1) : name;
}

/**
 * True when the one can match a workload and the other can match a different one that has the same value in each dimension
 * of `alike`. With the same workloads on both sides: true when these are several.
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

/** The dimensions in which an origin can match several values, in a fixed order. */
export function findOpenDimensions({ ranges }: Workloads): readonly Dimension[] {
  return dimensions.filter((dimension) => !isSame(ranges[dimension], ranges[dimension]));
}

/** True when both are the same single value. */
function isSame(one: Range, other: Range): boolean {
  if (one.kind === 'glob' || other.kind === 'glob') return false;
  return one.texts.length === 1 && other.texts.length === 1 && one.texts[0] === other.texts[0];
}

function canBeEqual(one: Range, other: Range): boolean {
  const isUnknown = [one, other].some(
    (range) => range.kind === 'listed' && range.texts.includes(ownLocation),
  );
  if (isUnknown) return true;
  return toAlternatives(one).some((mine) =>
    toAlternatives(other).some((theirs) => canMeet(mine, theirs)),
  );
}

function toAlternatives(range: Range): readonly (readonly NameToken[])[] {
  return range.kind === 'glob' ? [toGlobTokens(range.text)] : range.texts.map(toTextTokens);
}
