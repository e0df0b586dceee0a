import { type Origin, toArnLocation, toSelectors } from '../../lambda/routing/origin.ts';
import { readArn } from '../../lambda/routing/partition.ts';
import { placeholders, type RuleBus, type RuleLocation } from './bus.ts';
import type { Where } from './clause.ts';

/** Accounts and Regions; absent: any. */
type Location = Pick<Origin, 'accounts' | 'regions'>;

/**
 * The accounts and Regions that a pattern on this bus must ask for.
 *
 * A route without account or Region means those of an ARN that it names, else those of the bridge's stack.
 *
 * @returns `undefined` where the bus never sees an event of the origin: a default bus sees its own account and Region only;
 * the bridge's own bus and the default bus of a source see every other place than that of the bridge's stack
 */
export function toWhere(origin: Origin, bus: RuleBus): Where | undefined {
  const home = toHome(bus);
  const arnPlace = toArnLocation(origin);
  const asked = placeIn(origin, arnPlace ?? home);
  if (bus.kind !== 'default' && isAtHome(asked, home)) return undefined;
  if (bus.kind !== 'own' && !isSeen(origin, asked, bus)) return undefined;
  // An ARN is asked for as a whole, with its account and Region.
  const { accounts, regions } = arnPlace ? origin : asked;
  return {
    ...(accounts && !isOwn(accounts, bus, 'account') && { account: accounts }),
    ...(regions && !isOwn(regions, bus, 'region') && { region: regions }),
  };
}

/** Account and Region of the bridge's stack as a pattern names them; absent: not known, not even at the deployment. */
function toHome(bus: RuleBus): RuleLocation {
  if (bus.kind === 'source') return bus.home;
  const { account = placeholders.account, region = placeholders.region } =
    bus.kind === 'own' ? bus.home : bus;
  return { account, region };
}

function placeIn({ accounts, regions }: Origin, { account, region }: RuleLocation): Location {
  const named = { accounts: accounts ?? toList(account), regions: regions ?? toList(region) };
  return {
    ...(named.accounts && { accounts: named.accounts }),
    ...(named.regions && { regions: named.regions }),
  };
}

function isAtHome({ accounts, regions }: Location, { account, region }: RuleLocation): boolean {
  const isOnly = (asked: readonly string[] | undefined, own: string | undefined) =>
    asked?.every((one) => one === own) ?? false;
  return isOnly(accounts, account) && isOnly(regions, region);
}

/** Whether the default bus may see events of the origin, as far as its place is known. */
function isSeen(origin: Origin, { accounts, regions }: Location, bus: RuleLocation): boolean {
  const arns = toSelectors(origin).flatMap(([, { by, text }]) =>
    by === 'arn' ? (readArn(text) ?? []) : [],
  );
  return (
    [accounts, ...arns.map(({ account }) => toList(account))].every((asked) =>
      includes(asked, bus.account),
    ) &&
    [regions, ...arns.map(({ region }) => toList(region))].every((asked) =>
      includes(asked, bus.region),
    )
  );
}

/** What is known of a default bus need not be asked for: all of its events have that account and Region. */
function isOwn(asked: readonly string[], bus: RuleBus, part: 'account' | 'region'): boolean {
  if (bus.kind === 'own') return false;
  return bus[part] !== undefined || (bus.kind === 'default' && asked.includes(placeholders[part]));
}

function toList(one: string | undefined): readonly string[] | undefined {
  return one === undefined ? undefined : [one];
}

function includes(asked: readonly string[] | undefined, own: string | undefined): boolean {
  return asked === undefined || own === undefined || asked.includes(own);
}
