import type { LocalClock } from './clock.ts';

/** A version of a secret. */
export interface SecretContent {
  readonly versionId: string;
  readonly value: string | Uint8Array;
  readonly createdAt: number;
}

/** A secret with its versions. */
export interface StoredSecret {
  readonly name: string;
  readonly arn: string;
  readonly current: SecretContent;
  readonly previous?: SecretContent;
  /** Returned instead of the secret. */
  readonly refusal?: SecretRefusalAnswer;
  /** Its own KMS key. @default - that of the service */
  readonly kmsKey?: string;
  /** When it was marked for deletion. @default - it is not */
  readonly deletedAt?: number;
}

/** An error response of AWS. */
export interface SecretRefusalAnswer {
  readonly __type: string;
  readonly Message: string;
}

/** An error response. */
export function refuseSecret(type: string, message: string): SecretRefusalAnswer {
  return { __type: type, Message: message };
}

/** The answer of GetSecretValue. */
export function toSecretValue(secret: StoredSecret, request: object): object {
  if (secret.deletedAt !== undefined) {
    const message =
      "You can't perform this operation on the secret because it was marked for deletion.";
    return refuseSecret('InvalidRequestException', message);
  }
  const version = findVersion(secret, request);
  if ('__type' in version) return version;
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.versionId,
    ...(typeof version.value === 'string'
      ? { SecretString: version.value }
      : { SecretBinary: Buffer.from(version.value).toString('base64') }),
    VersionStages: [version === secret.current ? 'AWSCURRENT' : 'AWSPREVIOUS'],
    CreatedDate: version.createdAt / 1000,
  };
}

/** The answer of DescribeSecret: everything but the value. */
export function toSecretDescription({
  name,
  arn,
  current,
  previous,
  kmsKey,
  deletedAt,
}: StoredSecret): object {
  return {
    ARN: arn,
    Name: name,
    ...(kmsKey !== undefined && { KmsKeyId: kmsKey }),
    ...(deletedAt !== undefined && { DeletedDate: deletedAt / 1000 }),
    LastChangedDate: current.createdAt / 1000,
    VersionIdsToStages: {
      [current.versionId]: ['AWSCURRENT'],
      ...(previous && { [previous.versionId]: ['AWSPREVIOUS'] }),
    },
  };
}

/** The secret as DeleteSecret leaves it for the days of its recovery window. */
export function markDeleted(secret: StoredSecret, clock: LocalClock): StoredSecret {
  return { ...secret, deletedAt: clock.now() };
}

function findVersion(
  { current, previous }: StoredSecret,
  request: object,
): SecretContent | SecretRefusalAnswer {
  const stage: unknown = Reflect.get(request, 'VersionStage');
  const versionId: unknown = Reflect.get(request, 'VersionId');
  const staged = { AWSCURRENT: current, AWSPREVIOUS: previous };
  const byStage = (name: unknown) => Object.entries(staged).find(([known]) => known === name)?.[1];
  const found =
    versionId === undefined
      ? byStage(stage ?? 'AWSCURRENT')
      : [current, previous].find((version) => version?.versionId === versionId);
  const contradicts = versionId !== undefined && stage !== undefined && byStage(stage) !== found;
  if (found && !contradicts) return found;
  const label = versionId === undefined ? `staging label: ${stage}` : `VersionId: ${versionId}`;
  const message = "Secrets Manager can't find the specified secret value for";
  return refuseSecret('ResourceNotFoundException', `${message} ${label}`);
}

/** The object in a JSON text. `undefined` if it holds none. */
export function parseRequestObject(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
