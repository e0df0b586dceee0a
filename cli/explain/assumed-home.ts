import { toArnLocation } from '../../lambda/routing/origin.ts';
import type { Route } from '../../lambda/routing/routes.ts';
import type { WorkloadEvent } from '../../lambda/workload/workload.ts';

/**
 * Says on which account and Region of the stack it depends that routes match an event.
 *
 * A route without `account` or `region` means the stack's own, which only the deployment knows. A file that names no account,
 * or no Region, is about the stack's own alone.
 *
 * @param routes those that match the event
 * @param named the accounts and Regions that the file names
 * @returns `undefined` where it depends on neither
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
  const where = [
    ...(lacksAccount.length > 0 ? [`account ${account}`] : []),
    ...(lacksRegion.length > 0 ? [`Region ${region}`] : []),
  ];
  return `matched only if the stack is in ${where.join(' and ')}: a route without account or region means the stack's own (${names.join(', ')})`;
}
