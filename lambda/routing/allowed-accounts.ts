import type { BridgeConfig } from './routes.ts';

/**
 * Creates the check whether events of an AWS account are allowed: the bridge's own account, and
 * those that the route file names.
 *
 * The account in an event can be trusted. EventBridge writes it into the envelope, and PutEvents
 * rejects events with the source of an AWS service (AWS documentation, PutEvents).
 *
 * @param own account of the bridge, twelve digits
 */
export function createAllowedAccounts(
  { accounts }: Pick<BridgeConfig, 'accounts'>,
  own: string,
): (account: string) => boolean {
  const allowed = new Set([own, ...accounts]);
  return function isAllowed(account) {
    return allowed.has(account);
  };
}

/** Why an event is refused, and what to do. */
export function describeNotAllowed(account: string): string {
  return `the route file does not allow account ${account}, so its events are discarded; to allow it, add it to accounts in the route file`;
}
