import type { Agent } from 'node:https';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CredentialsError,
  SecretDeniedError,
  type SecretRefusal,
  SecretShapeError,
} from './errors.ts';
import { toFailureReason } from './failure-reason.ts';
import { toClientSettings } from './patience.ts';
import { findUntypable, readSecretJson, readText } from './secret-json.ts';

/** The login at AutoSys. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A login with the id that Secrets Manager gave to this version of the secret, which tells nothing of it. */
export interface SecretLogin extends Credentials {
  readonly versionId: string;
  /** When this version was written, where Secrets Manager tells. */
  readonly createdAt?: Date;
  /** The whole ARN of the secret, however it was named; absent only where a test names none. */
  readonly secretArn?: string;
}

/** Which version of a secret: what it says now, or what it said before the last rotation. */
export type SecretStage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** One version of a secret. */
export interface SecretVersion {
  readonly versionId: string;
  readonly text: string;
  /** When it was written, where Secrets Manager tells. */
  readonly createdAt?: Date;
  /** The whole ARN of the secret (`ARN` of the GetSecretValue reply): one secret has one, by whatever name it is read. */
  readonly secretArn?: string;
}

/**
 * Reads one secret afresh, by its name or ARN.
 *
 * @returns `undefined` where there is no previous version
 * @throws {CredentialsError} where a later try may do better
 * @throws {SecretDeniedError} where the secret is missing or closed to us
 */
export type ReadSecret = (secret: string, stage: SecretStage) => Promise<SecretVersion | undefined>;

/** Reads a login afresh, as {@link ReadSecret} does. @throws {SecretShapeError} where the secret holds none */
export type ReadCredentials = (
  secret: string,
  stage: SecretStage,
) => Promise<SecretLogin | undefined>;

/**
 * Two tries of two seconds: where a network lets nothing through to Secrets Manager, a function whose time ends meanwhile can
 * neither say why nor hand its messages back.
 */
const patience = { tries: 2, tryMs: 2_000 } as const;
export const clientSettings = toClientSettings(patience);

/** A client of Secrets Manager that calls through an agent of its own, such as one for a proxy. */
export function createSecretsClient(httpsAgent: Agent | undefined): SecretsManagerClient {
  return new SecretsManagerClient(toClientSettings({ ...patience, httpsAgent }));
}

/** Binds reading of secrets to Secrets Manager. */
export function createReadSecret(client = new SecretsManagerClient(clientSettings)): ReadSecret {
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
export function parseCredentials(secret: string, text: string): Credentials {
  const read = readSecretJson(text);
  if ('found' in read) throw new SecretShapeError({ secret, found: read.found });
  const username = readText(read.values, 'username');
  const password = readText(read.values, 'password');
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
