/** The login at AutoSys. */
export interface SecretCredentials {
  readonly username: string;
  readonly password: string;
}

/** A login with the id that Secrets Manager gave to this version of the secret, which tells nothing of it. */
export interface SecretLogin extends SecretCredentials {
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
