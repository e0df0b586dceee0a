import type { Agent } from 'node:https';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CredentialsError,
  SecretDeniedError,
  type SecretRefusal,
  SecretShapeError,
} from '../login-errors.ts';
import { toClientSettings } from './client-timeouts.ts';
import { toFailureReason } from './failure-reason.ts';
import { findUntypable, readSecretJson, readSecretText } from './secret-json.ts';
import type { ReadCredentials, ReadSecret, SecretCredentials } from './secret-login.ts';

/**
 * Two tries of two seconds. If no connection to Secrets Manager is possible, the function must
 * still have time to log the reason and to return its messages to the queue.
 */
const clientTimeouts = { tries: 2, tryMs: 2_000 } as const;
export const credentialsClientSettings = toClientSettings(clientTimeouts);

/** Creates a client of Secrets Manager that uses its own agent, such as one for a proxy. */
export function createSecretsClient(httpsAgent: Agent | undefined): SecretsManagerClient {
  return new SecretsManagerClient(toClientSettings({ ...clientTimeouts, httpsAgent }));
}

/** Creates the function that reads secrets from Secrets Manager. */
export function createReadSecret(
  client = new SecretsManagerClient(credentialsClientSettings),
): ReadSecret {
  return async function readSecret(secret, stage) {
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

/** What an operator must do. Throttling, AWS faults and network faults need no action. */
const advice: Readonly<Record<SecretRefusal, string>> = {
  ResourceNotFoundException:
    'the secret does not exist in this account and Region; check whether it was deleted',
  InvalidRequestException: 'the secret is marked for deletion; restore it',
  AccessDeniedException:
    'access is denied; check the policies of the function, the secret and the key',
  DecryptionFailure: 'its KMS key cannot decrypt it; check the key and its policy',
  InvalidParameterException:
    'Secrets Manager does not accept this name; check secret in the route file',
};

function isRefusal(reason: string): reason is SecretRefusal {
  return Object.hasOwn(advice, reason);
}

/**
 * Creates the function that reads logins from secrets.
 *
 * The secret is JSON text: `{"username": "…", "password": "…"}`. Other keys are ignored.
 */
export function createReadCredentials(readSecret: ReadSecret): ReadCredentials {
  return async function readCredentials(secret, stage) {
    const version = await readSecret(secret, stage);
    if (version === undefined) return undefined;
    const { text, ...about } = version;
    return { ...parseCredentials(secret, text), ...about };
  };
}

/**
 * Validates the text of a secret.
 *
 * @throws {SecretShapeError} with all faults; it never quotes the text
 */
export function parseCredentials(secret: string, text: string): SecretCredentials {
  const read = readSecretJson(text);
  if ('found' in read) throw new SecretShapeError({ secret, found: read.found });
  const username = readSecretText(read.values, 'username');
  const password = readSecretText(read.values, 'password');
  const faults = [username, password].flatMap((one) => ('found' in one ? [one.found] : []));
  if ('text' in username && username.text.includes(':')) {
    faults.push('a username with a colon, which HTTP Basic does not allow');
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
