import type { LoginHistory } from '../autosys/account.ts';

const halfHourMs = 30 * 60_000;
/** Accounts lock after three to five rejections. */
const maxRejected = 2;

/**
 * Checks that each secret has at most two rejected logins in any half hour, over all functions and
 * instances. The first rejection of each new version of the secret is not counted.
 */
export function judgeLogins({ secret, newPasswords, rejections }: LoginHistory): readonly string[] {
  const tried = new Set<string>();
  const counted = rejections.flatMap(({ atMs, password }) => {
    const isFirst = newPasswords.has(password) && !tried.has(password);
    tried.add(password);
    return isFirst ? [] : [atMs];
  });
  const most = Math.max(
    0,
    ...counted.map(
      (fromMs) => counted.filter((ms) => ms >= fromMs && ms < fromMs + halfHourMs).length,
    ),
  );
  return most > maxRejected ? [`secret ${secret}: ${most} rejected logins in half an hour`] : [];
}
