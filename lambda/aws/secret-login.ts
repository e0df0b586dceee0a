/** User and password at AutoSys. */
export interface SecretCredentials {
  readonly username: string;
  readonly password: string;
}

/** A login with the version id of its secret. The id reveals nothing about the login. */
export interface SecretLogin extends SecretCredentials {
  readonly versionId: string;
  /** When this version was written, if Secrets Manager returns it. */
  readonly createdAt?: Date;
  /** The whole ARN of the secret, whether it was read by name or ARN; absent only in tests. */
  readonly secretArn?: string;
}

/** Version of a secret: the current one, or the one before the last rotation. */
export type SecretStage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** One version of a secret. */
export interface SecretVersion {
  readonly versionId: string;
  readonly text: string;
  /** When it was written, if Secrets Manager returns it. */
  readonly createdAt?: Date;
  /**
   * The whole ARN of the secret (`ARN` of the GetSecretValue reply); the same for every name it is
   * read by.
   */
  readonly secretArn?: string;
}

/**
 * Reads one secret from Secrets Manager, by name or ARN.
 *
 * @returns `undefined` if there is no previous version
 * @throws {CredentialsError} if a later try may succeed
 * @throws {SecretDeniedError} if the secret is missing or access is denied
 */
export type ReadSecret = (secret: string, stage: SecretStage) => Promise<SecretVersion | undefined>;

/**
 * Reads a login, like {@link ReadSecret}. @throws {SecretShapeError} if the secret holds no valid
 * login
 */
export type ReadCredentials = (
  secret: string,
  stage: SecretStage,
) => Promise<SecretLogin | undefined>;
