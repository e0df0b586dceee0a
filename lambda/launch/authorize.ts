import { createHash, timingSafeEqual } from 'node:crypto';
import type { ReadSecret, SecretStage } from '../aws/secret-login.ts';
import { type CallerLogin, parseCallerLogin } from '../login/caller-login.ts';
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

/**
 * Creates the check of a login: Basic with the caller's name and password, or a bearer token.
 *
 * The current and the
 * previous version are accepted, so that agents may follow a rotation later. Comparisons take the
 * same time wherever texts differ.
 */
export function createAuthorize(deps: AuthorizeDeps) {
  const read = createReadAccepted(deps);

  /**
   * @param header value of the header `Authorization`
   * @returns the name of the caller, or `undefined` for a login that is not accepted
   * @throws {CredentialsError} if the login is of no known secret, and a secret cannot be read now. A
   * login is not called wrong then: a waiting command ends on 401, and repeats on 5xx
   */
  return async function authorize(header: string): Promise<string | undefined> {
    const login = readAuthorization(header);
    if (login === undefined) return undefined;
    const candidates =
      login.kind === 'basic'
        ? deps.callers.filter(({ name }) => name === login.username)
        : deps.callers;
    let away: CredentialsError | undefined;
    for (const caller of candidates) {
      const accepted = await read(caller);
      if (accepted instanceof CredentialsError) away = accepted;
      else if (accepted.some((one) => isAccepted(login, one))) return caller.name;
    }
    if (away !== undefined) throw away;
    return undefined;
  };
}

function createReadAccepted({ readSecret, now, maxAgeMs, onFailure }: AuthorizeDeps) {
  const known = new Map<string, { readonly readMs: number; readonly logins: CallerLogin[] }>();

  /** @returns the error while Secrets Manager cannot be reached */
  return async function readAccepted({
    name,
    secret,
  }: LaunchCaller): Promise<CallerLogin[] | CredentialsError> {
    const cached = known.get(secret);
    // The absolute value, since the clock may have been set back.
    if (cached && Math.abs(now().getTime() - cached.readMs) < maxAgeMs) return cached.logins;
    try {
      const stages: readonly SecretStage[] = ['AWSCURRENT', 'AWSPREVIOUS'];
      const [current, previous] = await Promise.all(
        stages.map((stage) => readSecret(secret, stage)),
      );
      const logins = [
        ...(current === undefined ? [] : [parseCallerLogin(secret, current.text)]),
        ...readPrevious(secret, previous?.text),
      ];
      known.set(secret, { readMs: now().getTime(), logins });
      return logins;
    } catch (error) {
      onFailure(name, error);
      // Secrets Manager may be away for a while. A deleted or denied secret locks the caller out.
      if (!(error instanceof CredentialsError)) return [];
      const isFresh = cached && Math.abs(now().getTime() - cached.readMs) < maxStaleMs;
      return isFresh ? cached.logins : error;
    }
  };
}

/** How long a login stays accepted while Secrets Manager cannot be reached. */
const maxStaleMs = 60 * 60_000;
/** A previous version that is no login is normal after the first rotation. */
function readPrevious(secret: string, text: string | undefined): readonly CallerLogin[] {
  if (text === undefined) return [];
  try {
    return [parseCallerLogin(secret, text)];
  } catch (error) {
    if (error instanceof SecretShapeError) return [];
    throw error;
  }
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

function isAccepted(login: PresentedLogin, { password, token }: CallerLogin): boolean {
  return login.kind === 'basic'
    ? password !== undefined && isSameText(login.password, password)
    : token !== undefined && isSameText(login.token, token);
}

/** Compares digests, so that neither the length nor the position of a difference shows. */
function isSameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
