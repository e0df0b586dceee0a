import type { Problem } from '../../autosys/source.ts';
import {
  createReadCredentials,
  createReadSecret,
  createSecretsClient,
} from '../../lambda/aws/credentials.ts';
import type {
  ReadSecret,
  SecretCredentials,
  SecretVersion,
} from '../../lambda/aws/secret-login.ts';
import { SecretAuthorities } from '../../lambda/login/authorities.ts';
import { type CallerLogin, parseCallerLogin } from '../../lambda/login/caller-login.ts';
import { LoginSecret } from '../../lambda/login/secret.ts';
import {
  CredentialsError,
  SecretDeniedError,
  SecretShapeError,
} from '../../lambda/login-errors.ts';
import type { NamedSecret } from '../../route-file/index.ts';
import type { Io } from '../io.ts';
import { createProxyAgent } from '../proxy.ts';
import {
  describeDenied,
  describeNonAscii,
  describeShapeFault,
  describeUnread,
} from './describe-secret.ts';

/** Problems with the secrets, at the locations in the file that name them. */
export interface CheckedSecrets {
  /** The secret is missing, denied or invalid. */
  readonly faults: readonly Problem[];
  /** Secrets Manager could not be reached, so the secret was not checked. */
  readonly unread: readonly Problem[];
  /** Logins with non-ASCII characters, which AutoSys may read in another encoding. */
  readonly warnings: readonly Problem[];
}

/**
 * Reads each secret once, and checks it with the same code as the functions. The SDK reads Region,
 * credentials and endpoint.
 */
export async function checkSecrets(
  named: readonly NamedSecret[],
  { env, clock }: Pick<Io, 'env' | 'clock'>,
): Promise<CheckedSecrets> {
  const client = createSecretsClient(createProxyAgent('validate', env));
  const readSecret = once(createReadSecret(client));
  const now = () => clock.now();
  const checked = await Promise.all(named.map((one) => check(one, readSecret, now)));
  const pick = (kind: 'fault' | 'unread' | 'warning') =>
    checked.flatMap((one) => (one?.kind === kind ? [one.problem] : []));
  return { faults: pick('fault'), unread: pick('unread'), warnings: pick('warning') };
}

async function check(named: NamedSecret, readSecret: ReadSecret, now: () => Date) {
  const at = (message: string): Problem => ({ start: named.start, end: named.end, message });
  try {
    const login = await readAsFunctions(named, readSecret, now);
    const warning = login && describeNonAscii(named, login);
    return warning === undefined ? undefined : ({ kind: 'warning', problem: at(warning) } as const);
  } catch (error) {
    if (error instanceof SecretShapeError) {
      return { kind: 'fault', problem: at(describeShapeFault(named, error)) } as const;
    }
    if (error instanceof SecretDeniedError) {
      return { kind: 'fault', problem: at(describeDenied(named, error.reason)) } as const;
    }
    if (error instanceof CredentialsError) {
      return { kind: 'unread', problem: at(describeUnread(named, error.reason)) } as const;
    }
    throw error;
  }
}

/** @returns the login, if the secret holds one */
async function readAsFunctions(
  named: NamedSecret,
  readSecret: ReadSecret,
  now: () => Date,
): Promise<SecretCredentials | CallerLogin | undefined> {
  const { secret } = named;
  if (named.holds === 'callerLogin') {
    const version = await readSecret(secret, 'AWSCURRENT');
    return parseCallerLogin(secret, version?.text ?? '');
  }
  if (named.holds === 'login') {
    const login = new LoginSecret(secret, createReadCredentials(readSecret), now);
    await login.read();
    return login.current;
  }
  const { key } = named;
  const from = { secret, ...(key !== undefined && { key }) };
  await new SecretAuthorities({ from, readSecret, now, maxAgeMs: 0 }).read();
  return undefined;
}

/** Caches reads: several instances may name one secret, which may hold a login and certificates. */
function once(readSecret: ReadSecret): ReadSecret {
  const known = new Map<string, Promise<SecretVersion | undefined>>();
  return function readOnce(secret, stage) {
    const reading = known.get(secret) ?? readSecret(secret, stage);
    known.set(secret, reading);
    return reading;
  };
}
