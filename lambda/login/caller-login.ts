import { findUntypable, readSecretJson, readSecretText } from '../aws/secret-json.ts';
import { SecretShapeError } from '../login-errors.ts';

/** The login of a caller of the launch API: at least one of the two. */
export interface CallerLogin {
  /** Password of HTTP Basic. The user name is the name of the caller. */
  readonly password?: string;
  /** Bearer token. */
  readonly token?: string;
}

/** Description of a valid secret, for messages. */
const expected = 'JSON with the text password, or the text token, or both';

/** Characters of a bearer token (RFC 6750, section 2.1). */
const tokenPattern = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * Validates the text of the secret of a caller: `{"password": "…"}` or `{"token": "…"}`. Other keys
 * are ignored.
 *
 * @throws {SecretShapeError} with all faults; it never quotes the text
 */
export function parseCallerLogin(secret: string, text: string): CallerLogin {
  const read = readSecretJson(text);
  if ('found' in read) throw new SecretShapeError({ secret, expected, found: read.found });
  const { values } = read;
  const keys = (['password', 'token'] as const).filter((key) => Object.hasOwn(values, key));
  const faults = keys.length === 0 ? ['neither password nor token'] : [];
  const login: { password?: string; token?: string } = {};
  for (const key of keys) {
    const field = readSecretText(values, key);
    const fault = 'found' in field ? field.found : findFault(key, field.text);
    if (fault !== undefined) faults.push(fault);
    else if ('text' in field) login[key] = field.text;
  }
  if (faults.length > 0) {
    throw new SecretShapeError({ secret, expected, found: faults.join(' and ') });
  }
  return login;
}

/** Minimum characters of a password or token. A shorter one could be guessed over the network. */
const minCallerSecret = 16;

function findFault(key: keyof CallerLogin, text: string): string | undefined {
  const untypable = findUntypable(text);
  if (untypable !== undefined) return `a ${key} with ${untypable}`;
  if (key === 'token' && !tokenPattern.test(text)) {
    return 'a token with other characters than letters, digits and . _ ~ + / - =';
  }
  if (text.length >= minCallerSecret) return undefined;
  return `a ${key} of ${text.length} characters, allowed: ${minCallerSecret} or more`;
}
