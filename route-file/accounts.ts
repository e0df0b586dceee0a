import type { MatchedRoute } from '../lambda/routing/routes.ts';
import type { Faults } from './faults.ts';
import { type Mention, toPathKey } from './mentions.ts';

/**
 * Compiles the allowed accounts: those that the file lists, and those that routes name in `from` and
 * groups in `members`.
 *
 * A list in the file must be complete, so an ARN in an account that is not listed is a fault. Callers
 * of requests are compared with the list, and add nothing to it: who may ask says nothing about whose
 * events are allowed.
 */
export function compileAccounts(
  raw: unknown,
  {
    routes,
    mentions,
  }: {
    readonly routes: readonly Pick<MatchedRoute, 'from'>[];
    readonly mentions: readonly Mention[];
  },
  { faults, warnings }: { readonly faults: Faults; readonly warnings: Faults },
): readonly string[] {
  const listed = Array.isArray(raw) ? raw.filter((one) => typeof one === 'string') : [];
  const inRoutes = routes.flatMap(({ from }) => from.accounts ?? []);
  const inArns = mentions.filter(({ use, byArn }) => use === 'from' && byArn);
  const ofCallers = mentions.filter(({ use }) => use === 'caller');
  if (raw !== undefined) {
    for (const { path, account } of [...inArns, ...ofCallers]) {
      if (account === undefined || listed.includes(account) || inRoutes.includes(account)) continue;
      faults.at(
        path,
        `${toPathKey(path)}: found an ARN in account ${account}, which is not listed in accounts (line ${faults.lineOf(['accounts'])}); add it there, even if it is the account of the bridge, or correct the ARN`,
      );
    }
  }
  const named = inArns.flatMap(({ account }) => account ?? []);
  for (const [at, account] of listed.entries()) {
    if (inRoutes.includes(account) || named.includes(account)) continue;
    if (ofCallers.some((caller) => caller.account === account)) continue;
    warnings.at(
      ['accounts', at],
      `accounts: no route names ${account}; a route without account matches only the account of the stack, so events of ${account} match no route unless the stack is in that account; add it to account of a route`,
    );
  }
  return [...new Set([...listed, ...inRoutes, ...named])].sort();
}
