import type { Route } from '../lambda/routing/routes.ts';
import type { Faults } from './faults.ts';
import type { Mention } from './mentions.ts';

/**
 * Compiles who may speak: the accounts that the file lists, and every one that a `from` names.
 *
 * A list that stands there is meant to be whole, so an ARN in another account is taken for a slip.
 */
export function compileAccounts(
  raw: unknown,
  {
    routes,
    mentions,
  }: { readonly routes: readonly Route[]; readonly mentions: readonly Mention[] },
  { faults, warnings }: { readonly faults: Faults; readonly warnings: Faults },
): readonly string[] {
  const listed = Array.isArray(raw) ? raw.filter((one) => typeof one === 'string') : [];
  const asked = routes.flatMap(({ from }) => from.accounts ?? []);
  const inArns = mentions.filter(({ use, byArn }) => use === 'from' && byArn);
  if (raw !== undefined) {
    for (const { path, account } of inArns) {
      if (account === undefined || listed.includes(account) || asked.includes(account)) continue;
      faults.at(
        path,
        `${String(path.at(-1))}: found an ARN in account ${account}, which accounts (line ${faults.lineOf(['accounts'])}) does not name; add it there, the bridge's own as well, or mend the ARN`,
      );
    }
  }
  const named = inArns.flatMap(({ account }) => account ?? []);
  for (const [at, account] of listed.entries()) {
    if (asked.includes(account) || named.includes(account)) continue;
    warnings.at(
      ['accounts', at],
      `accounts: no route names ${account}; a route without account means the stack's own, so events of ${account} match no route unless it is that one; name it in account of the routes`,
    );
  }
  return [...new Set([...listed, ...asked, ...named])].sort();
}
