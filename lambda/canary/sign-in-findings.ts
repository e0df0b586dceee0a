import type { SecretLogin } from '../aws/secret-login.ts';
import { BridgeError, LedgerError } from '../errors.ts';
import { LockoutError, LoginHeldError } from '../login-errors.ts';
import { createFinding, type Finding } from './finding.ts';

const dayMs = 86_400_000;

/** The finding on a login that may not be sent because too many logins were refused. */
export function toSuspendedFinding(secret: string, untilMs: number): Finding {
  const until = new Date(untilMs).toISOString();
  const message = `AutoSys refused the login of secret ${secret}; no login is sent before ${until}`;
  return createFinding('loginSuspended', message);
}

/**
 * The finding on a failed preparation. Without the ledger no login is sent, since refusals could
 * not be counted.
 *
 * @throws any error that is no {@link BridgeError}
 */
export function toPrepareFailure(error: unknown): Finding {
  if (error instanceof LedgerError) return createFinding('ledgerUnavailable', error.message);
  if (error instanceof LoginHeldError) return createFinding('slotsInUse', error.message);
  if (!(error instanceof BridgeError)) throw error;
  const verdict = error instanceof LockoutError ? 'secretUnreadable' : 'secretUnavailable';
  return createFinding(verdict, error.message);
}

/** The finding on a secret that was read, with its age. */
export function toSecretFinding(
  secret: string,
  { createdAt }: SecretLogin,
  { now, alone }: { readonly now: Date; readonly alone: boolean },
): Finding {
  const counted = alone
    ? '; refused logins are counted within this command only, since no ledger table is given'
    : '';
  if (createdAt === undefined) {
    return createFinding('secretRead', `secret ${secret} was read${counted}`);
  }
  const secretAgeDays = Math.max(0, Math.floor((now.getTime() - createdAt.getTime()) / dayMs));
  const age = secretAgeDays === 1 ? '1 day' : `${secretAgeDays} days`;
  const message = `secret ${secret} was read, it is ${age} old${counted}`;
  return createFinding('secretRead', message, { secretAgeDays });
}
