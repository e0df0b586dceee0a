import { toArnLocation } from '../../lambda/routing/origin.ts';
import type { Route } from '../../lambda/routing/routes.ts';
import type { WorkloadEvent } from '../../lambda/workload/workload.ts';

/**
 * Describes the account and Region in which the stack must be for routes to match an event.
 *
 * A route without `account` or `region` means the account or Region of the stack, which only the
 * deployment knows. If the file names no account, or no Region, all routes mean that of the stack.
 *
 * @param routes the routes that match the event
 * @param named the accounts and Regions that the file names
 * @returns `undefined` if the match does not depend on them
 */
export function describeAssumedHome(
  routes: readonly Pick<Route, 'name' | 'from'>[],
  { account, region }: Pick<WorkloadEvent, 'account' | 'region'>,
  named: { readonly accounts: readonly string[]; readonly regions: readonly string[] },
): string | undefined {
  const open = routes.filter(({ from }) => toArnLocation(from) === undefined);
  const lacksAccount = open.filter(
    ({ from }) => from.accounts === undefined && named.accounts.includes(account),
  );
  const lacksRegion = open.filter(
    ({ from }) => from.regions === undefined && named.regions.length > 0,
  );
  const names = [...new Set([...lacksAccount, ...lacksRegion].map(({ name }) => name))];
  if (names.length === 0) return undefined;
  const locations = [
    ...(lacksAccount.length > 0 ? [`account ${account}`] : []),
    ...(lacksRegion.length > 0 ? [`Region ${region}`] : []),
  ];
  return `matches only if the stack is in ${locations.join(' and ')}; a route without account or region uses those of the stack (${names.join(', ')})`;
}
