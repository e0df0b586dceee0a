import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type LocalClock, systemClock } from './clock.ts';
import { closeServer, listen, toAddress } from './loopback.ts';
import {
  markDeleted,
  parseRequestObject,
  refuseSecret,
  type SecretRefusalAnswer,
  type StoredSecret,
  toSecretDescription,
  toSecretValue,
} from './secret-answers.ts';
import { secretArn, secretSuffix } from './secret-arn.ts';

/** Every operation by its target. */
const operations: Readonly<Record<string, (secret: StoredSecret, request: object) => object>> = {
  'secretsmanager.GetSecretValue': toSecretValue,
  'secretsmanager.DescribeSecret': toSecretDescription,
};

/** Account, Region and clock. Account and Region default to placeholders. */
export interface SecretsOptions {
  readonly account?: string;
  readonly region?: string;
  readonly clock?: LocalClock;
}

/**
 * GetSecretValue and DescribeSecret of Secrets Manager on loopback, over its real protocol (AWS JSON 1.1). The SDK
 * finds it by AWS_ENDPOINT_URL_SECRETS_MANAGER.
 *
 * Every other operation of every service is refused and counted. Signatures are not checked. No
 * secret is ever logged.
 */
export class LocalSecrets {
  readonly #server: Server;
  readonly #clock: LocalClock;
  readonly #location: { readonly account: string; readonly region: string };
  readonly #secrets = new Map<string, StoredSecret>();
  readonly #unknown: string[] = [];
  #outage: SecretRefusalAnswer | undefined;
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

  /** Requests for other operations, by target or path. A test should end with none. */
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

  /** Gives a secret its own KMS key, by key ARN, key id or alias ARN. */
  encryptWith(name: string, kmsKey: string): void {
    this.#secrets.set(name, { ...this.#get(name), kmsKey });
  }

  /** Marks a secret for deletion: it is described, but cannot be read. */
  markDeleted(name: string): void {
    this.#secrets.set(name, markDeleted(this.#get(name), this.#clock));
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
    const refusal = type === undefined ? {} : { refusal: refuseSecret(type, 'denied') };
    this.#secrets.set(name, { ...secret, ...refusal });
  }

  /**
   * Answers every request with an error of AWS, such as ThrottlingException. Without a type it
   * works again.
   */
  fail(type?: string): void {
    this.#outage = type === undefined ? undefined : refuseSecret(type, 'unavailable');
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
    if (target === 'secretsmanager.GetSecretValue') this.#reads += 1;
    const operation = operations[String(target)];
    const answer = operation
      ? this.#answer(operation, parseRequestObject(Buffer.concat(chunks).toString('utf8')))
      : this.#refuseUnknown(String(target));
    const status = '__type' in answer ? 400 : 200;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer));
  }

  #answer(
    operation: (secret: StoredSecret, request: object) => object,
    request: object | undefined,
  ): object {
    const secretId: unknown = request && Reflect.get(request, 'SecretId');
    if (!request || typeof secretId !== 'string' || secretId === '') {
      return refuseSecret('InvalidParameterException', 'SecretId must be a name or an ARN.');
    }
    if (this.#outage) return this.#outage;
    const secret = this.#find(secretId);
    if (secret?.refusal) return secret.refusal;
    if (!secret) {
      return refuseSecret(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret.",
      );
    }
    return operation(secret, request);
  }

  /** Finds a secret by name, by ARN, or by ARN without its six last characters, as AWS allows. */
  #find(secretId: string): StoredSecret | undefined {
    return [...this.#secrets.values()].find(({ name, arn }) =>
      [name, arn, arn.slice(0, -secretSuffix(name).length - 1)].includes(secretId),
    );
  }

  #get(name: string): StoredSecret {
    const secret = this.#find(name);
    if (!secret) throw new Error(`unknown secret ${name}`);
    return secret;
  }

  #refuseUnknown(target: string): SecretRefusalAnswer {
    this.#unknown.push(target);
    const known = `only ${Object.keys(operations).join(' and ')} are supported`;
    return refuseSecret('UnknownOperationException', `found ${target}; ${known}`);
  }
}
