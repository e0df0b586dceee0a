import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type LocalClock, systemClock } from './clock.ts';
import { closeServer, listen, toAddress } from './loopback.ts';

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
  /** Instead of an answer. */
  readonly refusal?: Refusal;
}

/** A refusal in the words of AWS. */
interface Refusal {
  readonly __type: string;
  readonly Message: string;
}

/** Where the secrets live; both default to the account and Region that nobody owns. */
export interface SecretsOptions {
  readonly account?: string;
  readonly region?: string;
  readonly clock?: LocalClock;
}

/**
 * Secrets Manager's GetSecretValue on loopback, over its real protocol (AWS JSON 1.1), so that the SDK finds it by
 * AWS_ENDPOINT_URL_SECRETS_MANAGER.
 *
 * Every other operation of every service is refused and counted. Signatures are not checked. No secret is ever logged.
 */
export class LocalSecrets {
  readonly #server: Server;
  readonly #clock: LocalClock;
  readonly #place: { readonly account: string; readonly region: string };
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
    this.#place = { account, region };
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Starts on a free port of loopback. */
  static async start(options: SecretsOptions = {}): Promise<LocalSecrets> {
    const secrets = new LocalSecrets(options);
    await listen(secrets.#server);
    return secrets;
  }

  /** What AWS_ENDPOINT_URL_SECRETS_MANAGER should be. */
  get url(): string {
    return `http://${toAddress(this.#server, 'the secrets are closed')}`;
  }

  /** How often a secret was asked for, found or not. */
  get reads(): number {
    return this.#reads;
  }

  /** Requests that are none of GetSecretValue, by their target or path; a good test ends with none. */
  get unknownRequests(): readonly string[] {
    return [...this.#unknown];
  }

  /** Sets a secret, text or bytes, or rotates it: what was AWSCURRENT is AWSPREVIOUS then. @returns its ARN */
  put(name: string, value: string | Uint8Array): string {
    const before = this.#secrets.get(name);
    const arn = before?.arn ?? secretArn(name, this.#place);
    const current = { versionId: randomUUID(), value, createdAt: this.#clock.now() };
    this.#secrets.set(name, {
      name,
      arn,
      current,
      ...(before ? { previous: before.current } : {}),
    });
    return arn;
  }

  /** The ARN of a secret, by its name. */
  arnOf(name: string): string {
    return this.#known(name).arn;
  }

  /** Takes the last rotation back: AWSCURRENT and AWSPREVIOUS change places, as UpdateSecretVersionStage does. */
  rollBack(name: string): void {
    const secret = this.#known(name);
    if (!secret.previous) throw new Error(`secret ${name} has no previous version`);
    this.#secrets.set(name, { ...secret, current: secret.previous, previous: secret.current });
  }

  /** Forgets a secret. */
  delete(name: string): void {
    this.#secrets.delete(this.#known(name).name);
  }

  /** Refuses to hand out a secret with an error of AWS, such as AccessDeniedException; without one, hands it out again. */
  deny(name: string, type?: string): void {
    const { refusal: _, ...secret } = this.#known(name);
    const refusal = type === undefined ? {} : { refusal: refuse(type, 'denied') };
    this.#secrets.set(name, { ...secret, ...refusal });
  }

  /** Answers everything with an error of AWS, such as ThrottlingException; without one, serves again. */
  fail(type?: string): void {
    this.#outage = type === undefined ? undefined : refuse(type, 'out of order');
  }

  /** Ends every connection and frees the port. */
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

  /** By name, by ARN, or by ARN without its six last characters, as AWS allows. */
  #find(secretId: string): Secret | undefined {
    return [...this.#secrets.values()].find(({ name, arn }) =>
      [name, arn, arn.slice(0, -suffixOf(name).length - 1)].includes(secretId),
    );
  }

  #known(name: string): Secret {
    const secret = this.#find(name);
    if (!secret) throw new Error(`there is no secret ${name}`);
    return secret;
  }

  #refuseUnknown(target: string): Refusal {
    this.#unknown.push(target);
    const known = 'secretsmanager.GetSecretValue is all there is on this machine';
    return refuse('UnknownOperationException', `found ${target}; ${known}`);
  }
}

/** The ARN that a secret has on this machine. */
export function secretArn(
  name: string,
  { account, region }: { readonly account: string; readonly region: string },
): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffixOf(name)}`;
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
  const words = "Secrets Manager can't find the specified secret value for";
  return refuse('ResourceNotFoundException', `${words} ${label}`);
}

const refuse = (type: string, message: string): Refusal => ({ __type: type, Message: message });

/** Six characters that AWS makes up; here from the name, so that an ARN is the same in every run. */
function suffixOf(name: string): string {
  const digits = createHash('sha256')
    .update(name)
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '');
  return digits.slice(0, 6);
}

function parseObject(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
