import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type CallerKeys, LocalCallers } from '../callers.ts';
import type { DirectInvocationResult, InvokeFunction } from '../invocation.ts';
import { closeServer, listen, toAddress } from '../loopback.ts';

/** Settings of an SDK client that calls as one principal. */
export interface CallerSettings {
  readonly endpoint: string;
  readonly credentials: CallerKeys;
}

/**
 * The Invoke operation of Lambda on loopback, over its real protocol, for SDK clients.
 *
 * A caller is known by its access key; signatures are not checked. Asynchronous invocations, dry
 * runs, the tail of the log and every other operation are refused and counted.
 */
export class LocalLambda implements AsyncDisposable {
  /** Invokes a function without the protocol. */
  readonly invoke: InvokeFunction;
  readonly #server: Server;
  readonly #callers: LocalCallers;
  readonly #unknown: string[] = [];

  private constructor(invoke: InvokeFunction, callers: LocalCallers) {
    this.invoke = invoke;
    this.#callers = callers;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // Like Lambda, which answers after up to 15 minutes.
    this.#server.requestTimeout = 0;
  }

  /** Starts on a free loopback port. */
  static async start(invoke: InvokeFunction, callers = new LocalCallers()): Promise<LocalLambda> {
    const lambda = new LocalLambda(invoke, callers);
    await listen(lambda.#server);
    return lambda;
  }

  /** Requests that are not emulated. A test should end with none. */
  get unknownRequests(): readonly string[] {
    return [...this.#unknown];
  }

  /**
   * Settings of a `LambdaClient` whose calls come from a principal.
   *
   * @param callerArn ARN of a role, also for its sessions, of a user, or of the root user
   */
  settingsFor(callerArn: string): CallerSettings {
    const endpoint = `http://${toAddress(this.#server, 'the embedded Lambda is stopped')}`;
    return { endpoint, credentials: this.#callers.keysFor(callerArn) };
  }

  /** Closes every connection and frees the port. */
  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const payload = await readBody(request);
    // The client went away before it had sent its request.
    if (payload === undefined) return;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname)?.[1];
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    const logs = request.headers['x-amz-log-type'] ?? 'None';
    const isKnown = request.method === 'POST' && name !== undefined;
    if (!isKnown || type !== 'RequestResponse' || logs !== 'None') {
      this.#unknown.push(`${request.method} ${pathname} ${type}`);
      const message = 'not emulated by the embedded AWS; allowed: Invoke with RequestResponse';
      return sendRefusal(response, { error: 'UnknownOperationException', status: 501, message });
    }
    const callerArn = this.#callers.findArn(request);
    if (callerArn === undefined) {
      const message = 'The security token included in the request is invalid.';
      return sendRefusal(response, { error: 'UnrecognizedClientException', status: 403, message });
    }
    const qualifier = searchParams.get('Qualifier');
    const functionName = `${decodeURIComponent(name)}${qualifier ? `:${qualifier}` : ''}`;
    sendResult(response, await this.invoke({ functionName, callerArn, payload: payload || '{}' }));
  }
}

function sendResult(response: ServerResponse, result: DirectInvocationResult): void {
  if (result.kind === 'refused') {
    sendRefusal(response, result);
    return;
  }
  const isFailed = result.kind === 'failed';
  response.writeHead(200, {
    'content-type': 'application/json',
    'x-amz-executed-version': result.executedVersion,
    ...(isFailed && { 'x-amz-function-error': 'Unhandled' }),
  });
  response.end(isFailed ? JSON.stringify(result.functionError) : result.payload);
}

function sendRefusal(
  response: ServerResponse,
  { error, status, message }: { readonly error: string; status: number; message: string },
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': error });
  response.end(JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message }));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  } catch {
    return undefined;
  }
}
