import { type Origin, toArnLocation, toSelectors } from '../../lambda/routing/origin.ts';
import { readArn } from '../../lambda/routing/partition.ts';
import { placeholders, type RuleBus, type RuleLocation } from './bus.ts';
import type { Where } from './clause.ts';

/** Accounts and Regions. Absent: any. */
type Location = Pick<Origin, 'accounts' | 'regions'>;

/**
 * Returns the accounts and Regions that a pattern on this bus must contain.
 *
 * A route without account or Region matches those of an ARN in its origin, otherwise those of the
 * bridge's stack.
 *
 * @returns `undefined` if the bus never receives an event of the origin. A default bus receives
 * events of its own account and Region only. The bus of the bridge, and the default bus of a
 * source, receive events of every location except that of the bridge's stack.
 */
export function toWhere(origin: Origin, bus: RuleBus): Where | undefined {
  const home = toHome(bus);
  const arnLocation = toArnLocation(origin);
  const requested = resolveLocation(origin, arnLocation ?? home);
  if (bus.kind !== 'default' && isAtHome(requested, home)) return undefined;
  if (bus.kind !== 'own' && !isSeen(origin, requested, bus)) return undefined;
  // A pattern contains the whole ARN, so its account and Region need no condition.
  const { accounts, regions } = arnLocation ? origin : requested;
  return {
    ...(accounts && !isOwn(accounts, bus, 'account') && { account: accounts }),
    ...(regions && !isOwn(regions, bus, 'region') && { region: regions }),
  };
}

/**
 * Account and Region of the bridge's stack as in a pattern. Absent: unknown, even at deployment.
 */
function toHome(bus: RuleBus): RuleLocation {
  if (bus.kind === 'source') return bus.home;
  const { account = placeholders.account, region = placeholders.region } =
    bus.kind === 'own' ? bus.home : bus;
  return { account, region };
}

function resolveLocation(
  { accounts, regions }: Origin,
  { account, region }: RuleLocation,
): Location {
  const named = { accounts: accounts ?? toList(account), regions: regions ?? toList(region) };
  return {
    ...(named.accounts && { accounts: named.accounts }),
    ...(named.regions && { regions: named.regions }),
  };
}

function isAtHome({ accounts, regions }: Location, { account, region }: RuleLocation): boolean {
  const isOnly = (requested: readonly string[] | undefined, own: string | undefined) =>
    requested?.every((one) => one === own) ?? false;
  return isOnly(accounts, account) && isOnly(regions, region);
}

/** True if the default bus may receive events of the origin, as far as its location is known. */
function isSeen(origin: Origin, { accounts, regions }: Location, bus: RuleLocation): boolean {
  const arns = toSelectors(origin).flatMap(([, { by, text }]) =>
    by === 'arn' ? (readArn(text) ?? []) : [],
  );
  return (
    [accounts, ...arns.map(({ account }) => toList(account))].every((requested) =>
      includes(requested, bus.account),
    ) &&
    [regions, ...arns.map(({ region }) => toList(region))].every((requested) =>
      includes(requested, bus.region),
    )
  );
}

/** True if a condition is unnecessary: all events of a default bus have its account and Region. */
function isOwn(requested: readonly string[], bus: RuleBus, part: 'account' | 'region'): boolean {
  if (bus.kind === 'own') return false;
  return (
    bus[part] !== undefined || (bus.kind === 'default' && requested.includes(placeholders[part]))
  );
}

function toList(one: string | undefined): readonly string[] | undefined {
  return one === undefined ? undefined : [one];
}

function includes(requested: readonly string[] | undefined, own: string | undefined): boolean {
  return requested === undefined || own === undefined || requested.includes(own);
}
