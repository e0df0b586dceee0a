import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { LocalCallers } from './callers.ts';
import { closeServer, listen, toAddress } from './loopback.ts';

const xmlns = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';

/**
 * STS's GetCallerIdentity on loopback, over its real protocol (a form in, XML out). The SDK finds
 * it by AWS_ENDPOINT_URL_STS.
 *
 * Every other operation is refused and counted.
 */
export class LocalSts implements AsyncDisposable {
  readonly callers: LocalCallers;
  readonly #server: Server;
  readonly #unknown: string[] = [];
  #isDown = false;

  private constructor(callers: LocalCallers) {
    this.callers = callers;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Starts on a free loopback port. */
  static async start(callers = new LocalCallers()): Promise<LocalSts> {
    const sts = new LocalSts(callers);
    await listen(sts.#server);
    return sts;
  }

  /** The value for AWS_ENDPOINT_URL_STS. */
  get url(): string {
    return `http://${toAddress(this.#server, 'the embedded STS is stopped')}`;
  }

  /** Operations that are not emulated. A test should end with none. */
  get unknownRequests(): readonly string[] {
    return [...this.#unknown];
  }

  /** Answers every request with 503, or works again. */
  fail(isDown: boolean): void {
    this.#isDown = isDown;
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
    const { status, xml } = this.#answer(request, Buffer.concat(chunks).toString('utf8'));
    response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
  }

  #answer(request: IncomingMessage, body: string) {
    if (this.#isDown) return refuse(503, 'ServiceUnavailable', 'unavailable');
    const operation = new URLSearchParams(body).get('Action') ?? `${request.method} ${request.url}`;
    if (operation !== 'GetCallerIdentity') {
      this.#unknown.push(operation);
      const message = `found ${operation}; only GetCallerIdentity is supported`;
      return refuse(400, 'InvalidAction', message);
    }
    const arn = this.callers.findArn(request);
    if (arn === undefined) {
      const message = 'The security token included in the request is invalid.';
      return refuse(403, 'InvalidClientTokenId', message);
    }
    const account = arn.split(':')[4];
    const found = `<Arn>${toIdentityArn(arn)}</Arn><UserId>LOCAL</UserId><Account>${account}</Account>`;
    const xml = `<GetCallerIdentityResponse ${xmlns}><GetCallerIdentityResult>${found}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
    return { status: 200, xml };
  }
}

/** STS names the session of a role, with the name of the role without its path. */
function toIdentityArn(arn: string): string {
  const [, partition, account, role] =
    /^arn:([\w-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return role === undefined ? arn : `arn:${partition}:sts::${account}:assumed-role/${role}/local`;
}

function refuse(status: number, code: string, message: string) {
  const error = `<Type>Sender</Type><Code>${code}</Code><Message>${message}</Message>`;
  return { status, xml: `<ErrorResponse ${xmlns}><Error>${error}</Error></ErrorResponse>` };
}
