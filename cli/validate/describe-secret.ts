import type { SecretRefusal, SecretShapeError } from '../../lambda/login-errors.ts';
import type { NamedSecret } from '../../route-file/index.ts';
import { commandPrefix } from '../command-prefix.ts';

/** Describes why the content of a secret is invalid, without the content. */
export function describeShapeFault(
  named: NamedSecret,
  { found, expected }: Pick<SecretShapeError, 'found' | 'expected'>,
): string {
  return `${keyOf(named)}: found ${found} in the secret ${named.secret}, allowed: ${expected}; correct it with ${putCommand(named)}`;
}

/** Describes why Secrets Manager denied a secret, and what to do. */
export function describeDenied(named: NamedSecret, refusal: SecretRefusal): string {
  return `${keyOf(named)}: ${denials[refusal](named)}`;
}

/**
 * Warns about non-ASCII characters in a login, without the login. `undefined` if it has none.
 *
 * In HTTP Basic the server decides about the encoding (RFC 7617). The bridge sends UTF-8. The
 * encoding that AutoSys expects is not documented.
 */
export function describeNonAscii(
  named: NamedSecret,
  { username, password }: { readonly username?: string; readonly password?: string },
): string | undefined {
  const fields = Object.entries({ username, password })
    .filter(([, text = '']) => /\P{ASCII}/u.test(text))
    .map(([name]) => name);
  if (fields.length === 0) return undefined;
  if (named.holds === 'callerLogin') {
    return `${keyOf(named)}: found non-ASCII characters in the password of the secret ${named.secret}; clients differ in the encoding of such a password, so the bridge may refuse the login. Use ASCII only`;
  }
  return `${keyOf(named)}: found non-ASCII characters in the ${fields.join(' and the ')} of the secret ${named.secret}; the bridge sends UTF-8, and an AutoSys that expects another encoding rejects the login, which can lock the account. Use ASCII only, or test the login with ${commandPrefix} doctor`;
}

/** Describes why a secret could not be read. */
export function describeUnread(named: NamedSecret, reason: string): string {
  return `${keyOf(named)}: the secret ${named.secret} could not be read: ${reason}; check AWS_REGION, AWS_PROFILE and the network, then try again`;
}

const denials: Readonly<Record<SecretRefusal, (named: NamedSecret) => string>> = {
  ResourceNotFoundException: (named) =>
    `secret ${named.secret} not found, or it has no value, in this account and Region; ${toCreateAdvice(named)}, or set AWS_REGION and AWS_PROFILE to its account and Region`,
  InvalidRequestException: ({ secret }) =>
    `secret ${secret} is marked for deletion; restore it with aws secretsmanager restore-secret --secret-id ${secret}, or name another secret`,
  AccessDeniedException: ({ secret }) =>
    `access to the secret ${secret} denied (AccessDeniedException); needed: secretsmanager:GetSecretValue on the secret, and kms:Decrypt if it has its own key. Check your policies, the policy of the secret and the policy of the key`,
  DecryptionFailure: ({ secret }) =>
    `the secret ${secret} cannot be decrypted with its key (DecryptionFailure); check that the key is enabled and that the readers of the secret may use it`,
  InvalidParameterException: ({ secret }) =>
    `found ${secret}, which is not a valid name or ARN of a secret (InvalidParameterException); correct this line`,
};

/** The key in the route file that names the secret. */
function keyOf({ holds }: NamedSecret): string {
  return holds === 'authorities' ? 'ca' : 'secret';
}

function toCreateAdvice(named: NamedSecret): string {
  const { secret } = named;
  if (secret.startsWith('arn:'))
    return `correct the ARN, or store a value with ${putCommand(named)}`;
  const { file, holds } = contentOf(named);
  return `create it with aws secretsmanager create-secret --name ${secret} --secret-string file://${file}, where ${file} holds ${holds}`;
}

function putCommand(named: NamedSecret): string {
  const { file, holds } = contentOf(named);
  return `aws secretsmanager put-secret-value --secret-id ${named.secret} --secret-string file://${file}, where ${file} holds ${holds}`;
}

/** The value is passed in a file, because shells keep command lines in their history. */
function contentOf(named: NamedSecret): { readonly file: string; readonly holds: string } {
  if (named.holds === 'login') {
    return { file: 'secret.json', holds: '{"username": "…", "password": "…"}' };
  }
  if (named.holds === 'callerLogin') {
    return { file: 'secret.json', holds: '{"password": "…"} or {"token": "…"}' };
  }
  const { key } = named;
  return key === undefined
    ? { file: 'ca.pem', holds: 'the certificates' }
    : { file: 'ca.json', holds: `the certificates as {${JSON.stringify(key)}: "…"}` };
}
