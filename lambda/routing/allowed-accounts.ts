import type { BridgeConfig } from './routes.ts';

/**
 * Binds who may speak: the bridge's own account, and those that the route file names.
 *
 * EventBridge itself writes the account into the envelope, and nobody can put an event under the names of AWS's services
 * (AWS documentation, PutEvents); so the account says who speaks.
 *
 * @param own the account the bridge runs in, twelve digits
 */
export function createAllowedAccounts(
  { accounts }: Pick<BridgeConfig, 'accounts'>,
  own: string,
): (account: string) => boolean {
  const admitted = new Set([own, ...accounts]);
  return (account) => admitted.has(account);
}

/** Why an announcement is refused, and what to do about it. */
export function describeNotAllowed(account: string): string {
  return `account ${account} is not named in the route file, so nothing that happens there reaches AutoSys; name it under accounts, if that is meant`;
}
