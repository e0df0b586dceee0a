import type { LoginHistory } from '../autosys/account.ts';

const halfHourMs = 30 * 60_000;
/** Accounts lock at three to five. */
const mostRefused = 2;

/**
 * At most two refused logins per secret in any half hour, over all functions and all instances; and one more for each new version
 * of the secret.
 */
export function judgeLogins({ secret, newPasswords, refusals }: LoginHistory): readonly string[] {
  const tried = new Set<string>();
  const counted = refusals.flatMap(({ atMs, password }) => {
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
  return most > mostRefused ? [`secret ${secret}: ${most} refused logins in half an hour`] : [];
}
