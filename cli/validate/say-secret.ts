import type { SecretRefusal, SecretShapeError } from '../../lambda/login-errors.ts';
import type { NamedSecret } from '../../route-file/index.ts';

/** What is wrong with what a secret holds; nothing of it is told. */
export function sayShape(
  named: NamedSecret,
  { found, expected }: Pick<SecretShapeError, 'found' | 'expected'>,
): string {
  return `${keyOf(named)}: found ${found} in the secret ${named.secret}, allowed: ${expected}; put it right with ${putCommand(named)}`;
}

/** Why Secrets Manager does not hand out a secret, and what to do about it. */
export function sayDenied(named: NamedSecret, refusal: SecretRefusal): string {
  return `${keyOf(named)}: ${denials[refusal](named)}`;
}

/**
 * That a login holds characters beyond ASCII; nothing of it is told, `undefined` for one that holds none.
 *
 * HTTP Basic leaves their encoding to the server (RFC 7617). The bridge sends UTF-8; what AutoSys takes is not documented.
 */
export function sayNonAscii(
  named: NamedSecret,
  { username, password }: { readonly username: string; readonly password: string },
): string | undefined {
  const fields = Object.entries({ username, password })
    .filter(([, text]) => /\P{ASCII}/u.test(text))
    .map(([name]) => name);
  if (fields.length === 0) return undefined;
  return `${keyOf(named)}: found characters beyond ASCII in the ${fields.join(' and the ')} of the secret ${named.secret}; the bridge sends them as UTF-8, and an AutoSys that expects another encoding refuses the login until the account locks. Use ASCII only, or try it with doctor`;
}

/** That nothing is known of a secret. */
export function sayUnread(named: NamedSecret, reason: string): string {
  return `${keyOf(named)}: the secret ${named.secret} could not be asked for: ${reason}; Region and login come from AWS's own environment, such as AWS_REGION and AWS_PROFILE, so look at these and at the network, then ask again`;
}

const denials: Readonly<Record<SecretRefusal, (named: NamedSecret) => string>> = {
  ResourceNotFoundException: (named) =>
    `found no secret ${named.secret} with a value in the account and Region that were asked, allowed: one that is there; ${makeAdvice(named)}, or set AWS_REGION and AWS_PROFILE to where it is`,
  InvalidRequestException: ({ secret }) =>
    `found the secret ${secret} marked for deletion; take it back with aws secretsmanager restore-secret --secret-id ${secret}, or name another one`,
  AccessDeniedException: ({ secret }) =>
    `found the secret ${secret} closed to whoever runs this (AccessDeniedException), allowed: secretsmanager:GetSecretValue on it, and kms:Decrypt on its key where it has one of its own; see the policies of the caller, of the secret and of the key`,
  DecryptionFailure: ({ secret }) =>
    `found the secret ${secret} encrypted with a key that does not open it (DecryptionFailure); see whether the key is enabled, and let those who read the secret use it`,
  InvalidParameterException: ({ secret }) =>
    `found ${secret}, which Secrets Manager takes for no name or ARN of a secret (InvalidParameterException); mend it in this line`,
};

/** The key of the route file that names the secret. */
function keyOf({ holds }: NamedSecret): string {
  return holds === 'login' ? 'secret' : 'ca';
}

function makeAdvice(named: NamedSecret): string {
  const { secret } = named;
  if (secret.startsWith('arn:')) return `mend the ARN, or put its value with ${putCommand(named)}`;
  const { file, holds } = contentOf(named);
  return `make it with aws secretsmanager create-secret --name ${secret} --secret-string file://${file}, where ${file} holds ${holds}`;
}

function putCommand(named: NamedSecret): string {
  const { file, holds } = contentOf(named);
  return `aws secretsmanager put-secret-value --secret-id ${named.secret} --secret-string file://${file}, where ${file} holds ${holds}`;
}

/** A file, for what stands in a command line stands in the shell's history too. */
function contentOf({ holds, key }: NamedSecret): { readonly file: string; readonly holds: string } {
  if (holds === 'login') {
    return { file: 'secret.json', holds: '{"username": "…", "password": "…"}' };
  }
  return key === undefined
    ? { file: 'ca.pem', holds: 'the certificates' }
    : { file: 'ca.json', holds: `the certificates as {${JSON.stringify(key)}: "…"}` };
}
