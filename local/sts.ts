import type { IncomingMessage } from 'node:http';
import { LocalCallers } from './callers.ts';
import { QueryRefusal, QueryServer } from './query-server.ts';

/**
 * STS's GetCallerIdentity on loopback, over its real protocol (a form in, XML out). The SDK finds
 * it by AWS_ENDPOINT_URL_STS.
 *
 * Every other operation is refused and counted.
 */
export class LocalSts implements AsyncDisposable {
  readonly callers: LocalCallers;
  readonly #server: QueryServer;

  private constructor(callers: LocalCallers, server: QueryServer) {
    this.callers = callers;
    this.#server = server;
  }

  /** Starts on a free loopback port. */
  static async start(callers = new LocalCallers()): Promise<LocalSts> {
    const server = await QueryServer.start({
      name: 'embedded STS',
      namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
      prefix: 'sts',
      operations: { GetCallerIdentity: (_, request) => identify(callers, request) },
    });
    return new LocalSts(callers, server);
  }

  /** The value for AWS_ENDPOINT_URL_STS. */
  get url(): string {
    return this.#server.url;
  }

  /** Operations that are not emulated. A test should end with none. */
  get unknownRequests(): readonly string[] {
    return this.#server.unknownRequests;
  }

  /** Answers every request with 503, or works again. */
  fail(isDown: boolean): void {
    this.#server.fail(isDown ? 'ServiceUnavailable' : undefined, 503);
  }

  /** Closes every connection and frees the port. */
  async stop(): Promise<void> {
    await this.#server.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function identify(callers: LocalCallers, request: IncomingMessage): string {
  const arn = callers.findArn(request);
  if (arn === undefined) {
    const message = 'The security token included in the request is invalid.';
    throw new QueryRefusal('InvalidClientTokenId', message, 403);
  }
  const account = arn.split(':')[4];
  return `<Arn>${toIdentityArn(arn)}</Arn><UserId>LOCAL</UserId><Account>${account}</Account>`;
}

/** STS names the session of a role, with the name of the role without its path. */
function toIdentityArn(arn: string): string {
  const [, partition, account, role] =
    /^arn:([\w-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return role === undefined ? arn : `arn:${partition}:sts::${account}:assumed-role/${role}/local`;
}
