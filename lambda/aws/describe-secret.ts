import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type LiveClientOptions, toLiveSettings } from './live-clients.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** A secret without its content. */
export interface DescribedSecret {
  readonly arn: string;
  /** Key id, key ARN or alias ARN of its own key. @default - the key `aws/secretsmanager` */
  readonly kmsKey?: string;
  /** True if it is marked for deletion. */
  readonly isDeleted: boolean;
}

/** Reads what a secret is, by name or ARN. Never rejects. `unknown`: there is no such secret. */
export type DescribeSecret = (
  secret: string,
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'found'; readonly secret: DescribedSecret }
  | { readonly kind: 'unknown' }
  | FailedCall
>;

/** Creates the read. The content is never read. */
export function createDescribeSecret(
  options: LiveClientOptions,
  client: Pick<SecretsManagerClient, 'send'> = new SecretsManagerClient(toLiveSettings(options)),
): DescribeSecret {
  return async function describeSecret(secret, abortSignal) {
    try {
      const command = new DescribeSecretCommand({ SecretId: secret });
      const {
        ARN: arn = secret,
        KmsKeyId,
        DeletedDate,
      } = await client.send(command, {
        abortSignal,
      });
      const isDeleted = DeletedDate !== undefined;
      return { kind: 'found', secret: { arn, isDeleted, ...(KmsKeyId && { kmsKey: KmsKeyId }) } };
    } catch (error) {
      const isUnknown = error instanceof Error && error.name === 'ResourceNotFoundException';
      return isUnknown ? { kind: 'unknown' } : toFailedCall(error);
    }
  };
}
