import { createHash, timingSafeEqual } from 'node:crypto';
import { readSecretJson, readSecretText } from '../aws/secret-json.ts';
import type { ReadSecret, SecretStage } from '../aws/secret-login.ts';
import { CredentialsError, SecretShapeError } from '../login-errors.ts';
import type { LaunchCaller } from '../routing/targets.ts';

export interface AuthorizeDeps {
  readonly callers: readonly LaunchCaller[];
  readonly readSecret: ReadSecret;
  readonly now: () => Date;
  /** How long a secret is used without reading it again, in milliseconds. */
  readonly maxAgeMs: number;
  /** Called when a secret cannot be read or used; the caller is then locked out. */
  readonly onFailure: (caller: string, error: unknown) => void;
}

/** A login as a request carries it. */
type PresentedLogin =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

/** What a version of a caller's secret accepts. */
interface AcceptedLogin {
  readonly password?: string;
  readonly token?: string;
}

/**
 * Creates the check of a login: Basic with the caller's name and password, or a bearer token.
 *
 * The secret of a caller is JSON, `{"password": "…"}` or `{"token": "…"}`. The current and the
 * previous version are accepted, so that agents may follow a rotation later. Comparisons take the
 * same time wherever texts differ.
 */
export function createAuthorize(deps: AuthorizeDeps) {
  const read = createReadAccepted(deps);

  /**
   * @param header value of the header `Authorization`
   * @returns the name of the caller, or `undefined` for a login that is not accepted
   */
  return async function authorize(header: string): Promise<string | undefined> {
    const login = readAuthorization(header);
    if (login === undefined) return undefined;
    const candidates =
      login.kind === 'basic'
        ? deps.callers.filter(({ name }) => name === login.username)
        : deps.callers;
    for (const caller of candidates) {
      const accepted = await read(caller);
      if (accepted.some((one) => isAccepted(login, one))) return caller.name;
    }
    return undefined;
  };
}

function createReadAccepted({ readSecret, now, maxAgeMs, onFailure }: AuthorizeDeps) {
  const known = new Map<string, { readonly readMs: number; readonly logins: AcceptedLogin[] }>();

  return async function readAccepted({ name, secret }: LaunchCaller): Promise<AcceptedLogin[]> {
    const cached = known.get(secret);
    // The absolute value, since the clock may have been set back.
    if (cached && Math.abs(now().getTime() - cached.readMs) < maxAgeMs) return cached.logins;
    try {
      const stages: readonly SecretStage[] = ['AWSCURRENT', 'AWSPREVIOUS'];
      const versions = await Promise.all(stages.map((stage) => readSecret(secret, stage)));
      const logins = versions.flatMap((version, at) => {
        if (version === undefined) return [];
        const login = readAccepting(version.text);
        // An unusable previous version is normal after the first rotation.
        if (login === undefined && at === 0) {
          throw new SecretShapeError({
            secret,
            expected: '{"password": "…"} or {"token": "…"} of 16 characters or more',
            found: 'neither',
          });
        }
        return login === undefined ? [] : [login];
      });
      known.set(secret, { readMs: now().getTime(), logins });
      return logins;
    } catch (error) {
      onFailure(name, error);
      // Secrets Manager may be away for a while. A deleted or denied secret locks the caller out.
      const isAway = error instanceof CredentialsError;
      const isFresh = cached && Math.abs(now().getTime() - cached.readMs) < maxStaleMs;
      return isAway && isFresh ? cached.logins : [];
    }
  };
}

/** How long a login stays accepted while Secrets Manager cannot be reached. */
const maxStaleMs = 60 * 60_000;
/** Minimum length of a password or token. A shorter one could be guessed over the network. */
const minLength = 16;

function readAccepting(text: string): AcceptedLogin | undefined {
  const read = readSecretJson(text);
  if ('found' in read) return undefined;
  const password = readSecretText(read.values, 'password');
  const token = readSecretText(read.values, 'token');
  const login = {
    ...('text' in password && password.text.length >= minLength && { password: password.text }),
    ...('text' in token && token.text.length >= minLength && { token: token.text }),
  };
  return Object.keys(login).length === 0 ? undefined : login;
}

/** Reads the header. `undefined` for another scheme, or a login that cannot be decoded. */
function readAuthorization(header: string): PresentedLogin | undefined {
  const [, scheme = '', value = ''] = /^\s*(\S+)\s+(\S+)\s*$/.exec(header) ?? [];
  if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', token: value };
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  return { kind: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function isAccepted(login: PresentedLogin, { password, token }: AcceptedLogin): boolean {
  return login.kind === 'basic'
    ? password !== undefined && isSameText(login.password, password)
    : token !== undefined && isSameText(login.token, token);
}

/** Compares digests, so that neither the length nor the position of a difference shows. */
function isSameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
