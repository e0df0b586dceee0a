import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { CredentialsError, SecretShapeError } from './errors.ts';

/** The login at AutoSys. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Reads one secret afresh; the name or ARN of a secret in, its login out. */
export type ReadCredentials = (secret: string) => Promise<Credentials>;

const shape = z.object({
  username: z.string().check(z.minLength(1)),
  password: z.string().check(z.minLength(1)),
});

/**
 * Binds reading of secrets to Secrets Manager.
 *
 * The secret is JSON text: `{"username": "…", "password": "…"}`; other keys are left alone.
 */
export function createReadCredentials(client = new SecretsManagerClient()): ReadCredentials {
  return async (secret) => {
    const text = await readSecretText(client, secret);
    return parseCredentials(secret, text);
  };
}

async function readSecretText(client: SecretsManagerClient, secret: string) {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
    return SecretString;
  } catch (error) {
    // Only the name of the error: its message may quote the request.
    const reason = error instanceof Error ? error.name : 'an unknown failure';
    throw new CredentialsError({ secret, reason });
  }
}

/** Checks a secret's text. @throws {SecretShapeError} which never quotes it */
export function parseCredentials(secret: string, text: string | undefined): Credentials {
  if (text === undefined) throw new SecretShapeError({ secret, found: 'a binary secret' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SecretShapeError({ secret, found: 'a text that is not JSON' });
  }
  const result = z.safeParse(shape, value);
  if (result.success) return result.data;
  const missing = result.error.issues[0]?.path.join('.') || 'an object';
  throw new SecretShapeError({ secret, found: `none or an empty one at: ${missing}` });
}
