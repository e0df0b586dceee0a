import type { Agent } from 'node:https';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CredentialsError,
  SecretDeniedError,
  type SecretRefusal,
  SecretShapeError,
} from '../errors.ts';
import { toClientSettings } from './client-timeouts.ts';
import { toFailureReason } from './failure-reason.ts';
import { findUntypable, readSecretJson, readSecretText } from './secret-json.ts';
import type { ReadCredentials, ReadSecret, SecretCredentials } from './secret-login.ts';

/**
 * Two tries of two seconds: where a network lets nothing through to Secrets Manager, a function whose time ends meanwhile can
 * neither say why nor hand its messages back.
 */
const patience = { tries: 2, tryMs: 2_000 } as const;
export const credentialsClientSettings = toClientSettings(patience);

/** A client of Secrets Manager that calls through an agent of its own, such as one for a proxy. */
export function createSecretsClient(httpsAgent: Agent | undefined): SecretsManagerClient {
  return new SecretsManagerClient(toClientSettings({ ...patience, httpsAgent }));
}

/** Binds reading of secrets to Secrets Manager. */
export function createReadSecret(
  client = new SecretsManagerClient(credentialsClientSettings),
): ReadSecret {
  return async (secret, stage) => {
    try {
      const command = new GetSecretValueCommand({ SecretId: secret, VersionStage: stage });
      const answer = await client.send(command);
      const { SecretString: text, VersionId: versionId = stage, CreatedDate: createdAt } = answer;
      const { ARN: secretArn } = answer;
      if (text === undefined) {
        throw new SecretShapeError({ secret, expected: 'a text', found: 'bytes' });
      }
      return {
        versionId,
        text,
        ...(createdAt && { createdAt }),
        ...(secretArn !== undefined && { secretArn }),
      };
    } catch (error) {
      if (error instanceof SecretShapeError) throw error;
      const reason = toFailureReason(error);
      if (stage === 'AWSPREVIOUS' && reason === 'ResourceNotFoundException') return undefined;
      throw isRefusal(reason)
        ? new SecretDeniedError({ secret, reason, advice: advice[reason] })
        : new CredentialsError({ secret, reason });
    }
  };
}

/** What a person does about it; throttling, faults of AWS and the network pass. */
const advice: Readonly<Record<SecretRefusal, string>> = {
  ResourceNotFoundException: 'this account and Region have no such secret; was it deleted?',
  InvalidRequestException: 'the secret is marked for deletion; restore it',
  AccessDeniedException:
    'the function may not; check its policy, the policy of the secret and the key',
  DecryptionFailure: 'its KMS key does not open it; check the key and its policy',
  InvalidParameterException: 'Secrets Manager takes no such name; check secret in the route file',
};

function isRefusal(reason: string): reason is SecretRefusal {
  return Object.hasOwn(advice, reason);
}

/**
 * Binds reading of logins to secrets.
 *
 * The secret is JSON text: `{"username": "…", "password": "…"}`; other keys are left alone.
 */
export function createReadCredentials(readSecret: ReadSecret): ReadCredentials {
  return async (secret, stage) => {
    const version = await readSecret(secret, stage);
    if (version === undefined) return undefined;
    const { text, ...about } = version;
    return { ...parseCredentials(secret, text), ...about };
  };
}

/** Checks a secret's text. @throws {SecretShapeError} with all that is wrong, which never quotes it */
export function parseCredentials(secret: string, text: string): SecretCredentials {
  const read = readSecretJson(text);
  if ('found' in read) throw new SecretShapeError({ secret, found: read.found });
  const username = readSecretText(read.values, 'username');
  const password = readSecretText(read.values, 'password');
  const faults = [username, password].flatMap((one) => ('found' in one ? [one.found] : []));
  if ('text' in username && username.text.includes(':')) {
    faults.push('a username with a colon, where HTTP Basic ends the name');
  }
  for (const [what, one] of Object.entries({ username, password })) {
    const untypable = 'text' in one ? findUntypable(one.text) : undefined;
    if (untypable !== undefined) faults.push(`a ${what} with ${untypable}`);
  }
  if (faults.length === 0 && 'text' in username && 'text' in password) {
    return { username: username.text, password: password.text };
  }
  throw new SecretShapeError({ secret, found: faults.join(' and ') });
}
