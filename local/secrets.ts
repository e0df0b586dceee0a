import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type LocalClock, systemClock } from './clock.ts';
import { closeServer, listen, toAddress } from './loopback.ts';
import { secretArn, secretSuffix } from './secret-arn.ts';

interface Version {
  readonly versionId: string;
  readonly value: string | Uint8Array;
  readonly createdAt: number;
}

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly current: Version;
  readonly previous?: Version;
  /** Returned instead of the secret. */
  readonly refusal?: Refusal;
}

/** An error response of AWS. */
interface Refusal {
  readonly __type: string;
  readonly Message: string;
}

/** Account, Region and clock. Account and Region default to placeholders. */
export interface SecretsOptions {
  readonly account?: string;
  readonly region?: string;
  readonly clock?: LocalClock;
}

/**
 * Secrets Manager's GetSecretValue on loopback, over its real protocol (AWS JSON 1.1). The SDK
 * finds it by AWS_ENDPOINT_URL_SECRETS_MANAGER.
 *
 * Every other operation of every service is refused and counted. Signatures are not checked. No
 * secret is ever logged.
 */
export class LocalSecrets {
  readonly #server: Server;
  readonly #clock: LocalClock;
  readonly #location: { readonly account: string; readonly region: string };
  readonly #secrets = new Map<string, Secret>();
  readonly #unknown: string[] = [];
  #outage: Refusal | undefined;
  #reads = 0;

  private constructor({
    account = '000000000000',
    region = 'us-east-1',
    clock = systemClock,
  }: SecretsOptions) {
    this.#clock = clock;
    this.#location = { account, region };
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Starts on a free port of loopback. */
  static async start(options: SecretsOptions = {}): Promise<LocalSecrets> {
    const secrets = new LocalSecrets(options);
    await listen(secrets.#server);
    return secrets;
  }

  /** The value for AWS_ENDPOINT_URL_SECRETS_MANAGER. */
  get url(): string {
    return `http://${toAddress(this.#server, 'the embedded Secrets Manager is stopped')}`;
  }

  /** Number of GetSecretValue calls, successful or not. */
  get reads(): number {
    return this.#reads;
  }

  /** Requests other than GetSecretValue, by target or path. A test should end with none. */
  get unknownRequests(): readonly string[] {
    return [...this.#unknown];
  }

  /**
   * Creates a secret, text or bytes, or rotates it: the previous AWSCURRENT becomes AWSPREVIOUS.
   *
   * @returns its ARN
   */
  put(name: string, value: string | Uint8Array): string {
    const existing = this.#secrets.get(name);
    const arn = existing?.arn ?? secretArn(name, this.#location);
    const current = { versionId: randomUUID(), value, createdAt: this.#clock.now() };
    this.#secrets.set(name, {
      name,
      arn,
      current,
      ...(existing ? { previous: existing.current } : {}),
    });
    return arn;
  }

  /** The ARN of a secret, by its name. */
  arnOf(name: string): string {
    return this.#get(name).arn;
  }

  /**
   * Undoes the last rotation: AWSCURRENT and AWSPREVIOUS are exchanged, as UpdateSecretVersionStage
   * does.
   */
  rollBack(name: string): void {
    const secret = this.#get(name);
    if (!secret.previous) throw new Error(`secret ${name} has no previous version`);
    this.#secrets.set(name, { ...secret, current: secret.previous, previous: secret.current });
  }

  /** Deletes a secret. */
  delete(name: string): void {
    this.#secrets.delete(this.#get(name).name);
  }

  /**
   * Answers requests for a secret with an error of AWS, such as AccessDeniedException. Without a
   * type it returns the secret again.
   */
  deny(name: string, type?: string): void {
    const { refusal: _, ...secret } = this.#get(name);
    const refusal = type === undefined ? {} : { refusal: refuse(type, 'denied') };
    this.#secrets.set(name, { ...secret, ...refusal });
  }

  /**
   * Answers every request with an error of AWS, such as ThrottlingException. Without a type it
   * works again.
   */
  fail(type?: string): void {
    this.#outage = type === undefined ? undefined : refuse(type, 'unavailable');
  }

  /** Closes every connection and frees the port. */
  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const target = request.headers['x-amz-target'] ?? `${request.method} ${request.url}`;
    const answer =
      target === 'secretsmanager.GetSecretValue'
        ? this.#getSecretValue(parseObject(Buffer.concat(chunks).toString('utf8')))
        : this.#refuseUnknown(String(target));
    const status = '__type' in answer ? 400 : 200;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer));
  }

  #getSecretValue(request: object | undefined): object {
    this.#reads += 1;
    const secretId: unknown = request && Reflect.get(request, 'SecretId');
    if (!request || typeof secretId !== 'string' || secretId === '') {
      return refuse('InvalidParameterException', 'SecretId must be a name or an ARN.');
    }
    if (this.#outage) return this.#outage;
    const secret = this.#find(secretId);
    if (secret?.refusal) return secret.refusal;
    if (!secret) {
      return refuse(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
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

  /** Finds a secret by name, by ARN, or by ARN without its six last characters, as AWS allows. */
  #find(secretId: string): Secret | undefined {
    return [...this.#secrets.values()].find(({ name, arn }) =>
      [name, arn, arn.slice(0, -secretSuffix(name).length - 1)].includes(secretId),
    );
  }

  #get(name: string): Secret {
    const secret = this.#find(name);
    if (!secret) throw new Error(`unknown secret ${name}`);
    return secret;
  }

  #refuseUnknown(target: string): Refusal {
    this.#unknown.push(target);
    const known = 'only secretsmanager.GetSecretValue is supported';
    return refuse('UnknownOperationException', `found ${target}; ${known}`);
  }
}

function findVersion({ current, previous }: Secret, request: object): Version | Refusal {
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
  return refuse('ResourceNotFoundException', `${message} ${label}`);
}

const refuse = (type: string, message: string): Refusal => ({ __type: type, Message: message });

function parseObject(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
