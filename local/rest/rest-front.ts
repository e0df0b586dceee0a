import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { LocalClock } from '../clock.ts';
import type { Invocable } from '../invocation.ts';
import { closeServer, listen, toAddress } from '../loopback.ts';
import { TemplateError } from '../template-error.ts';
import { formatAccessLog } from './access-log.ts';
import { Authorizers } from './authorize.ts';
import { payloadLimit } from './check-limits.ts';
import type { RestApiDefinition } from './definition.ts';
import { FunctionInvoker } from './function-invoker.ts';
import { createHandleRequest, type RestOutcome } from './handle-request.ts';
import type { ThrottledStatus } from './integrate.ts';
import { toLogContext } from './log-context.ts';
import { MethodThrottling } from './method-throttle.ts';
import type { RestNetwork } from './rest-call.ts';
import { type RestFault, RestFaults } from './rest-faults.ts';

/** How long an idle connection is kept, as API Gateway keeps it (developer guide, "Quotas"). */
const idleMs = 310_000;
/** More than the limit of the front, so that the front can refuse the request itself. */
const parsedHeaderBytes = 65_536;

/** Settings of a front that a test may change. */
export interface RestFrontSettings {
  /** PEM. The subject alternative names have to contain 127.0.0.1. */
  readonly certificate: { readonly key: string; readonly cert: string };
  /**
   * Where requests appear to come from.
   *
   * @default - `sourceIp` and `vpcSourceIp` 127.0.0.1; the first VPC endpoint of the API
   */
  readonly network?: Partial<RestNetwork>;
  /** The host name that functions see. @default - the one of API Gateway, by id and Region */
  readonly domainName?: string;
  /**
   * Status for a function whose reserved concurrency is used up. The Lambda developer guide says
   * 500 for an invocation that Lambda rejects, and users report it; 429 and 502 are also reported.
   *
   * @default 500
   */
  readonly throttledFunctionStatus?: ThrottledStatus;
  /** Limit of all header lines together. @default 10240 */
  readonly headerBytes?: number;
}

/** Options of {@link RestFront.start}. */
export interface RestFrontOptions extends RestFrontSettings {
  readonly definition: RestApiDefinition;
  /** Every function of the API, by id such as `Bridge/Launch65402A0A`. */
  readonly functions: ReadonlyMap<string, Invocable>;
  /** Measures time limits, throttling and how long an authorizer's answer is kept. */
  readonly clock: LocalClock;
  readonly account: string;
  readonly region: string;
}

/** A request that has been handled. */
export interface HandledRequest {
  readonly method: string;
  /** After the stage, without the query. */
  readonly path: string;
  /** Such as `/v1/runs/{name}`. @default - no resource matches */
  readonly resourcePath?: string;
  /** @default - the connection was closed without an answer */
  readonly status?: number;
}

/** The execution endpoint of one REST API: HTTPS on loopback, with the stage first in the path. */
export class RestFront implements AsyncDisposable {
  readonly definition: RestApiDefinition;
  readonly #server: Server;
  readonly #clock: LocalClock;
  readonly #faults = new RestFaults();
  readonly #authorizers: Authorizers;
  readonly #accessLog: string[] = [];
  readonly #requests: HandledRequest[] = [];
  readonly #handle: ReturnType<typeof createHandleRequest>;

  private constructor(options: RestFrontOptions) {
    const { definition, functions, clock, account, region, certificate, network } = options;
    const { apiId, vpcEndpointIds } = definition;
    this.definition = definition;
    this.#clock = clock;
    const place = {
      ...{ api: definition, account, region },
      domainName: options.domainName ?? `${apiId}.execute-api.${region}.amazonaws.com`,
      network: {
        sourceIp: '127.0.0.1',
        vpceId: vpcEndpointIds[0] ?? 'vpce-0a1b2c3d4e5f60718',
        vpcId: 'vpc-0a1b2c3d4e5f60718',
        vpcSourceIp: '127.0.0.1',
        ...network,
      },
    };
    const invoker = new FunctionInvoker(place, functions, clock);
    this.#authorizers = new Authorizers(invoker, clock);
    this.#handle = createHandleRequest({
      ...{ place, clock, invoker, authorizers: this.#authorizers, faults: this.#faults },
      throttling: new MethodThrottling(clock),
      throttledStatus: options.throttledFunctionStatus ?? 500,
      headerBytes: options.headerBytes ?? 10_240,
    });
    const tls = { ...certificate, ALPNProtocols: ['http/1.1'], maxHeaderSize: parsedHeaderBytes };
    this.#server = createServer(tls, (request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = idleMs;
  }

  /**
   * Starts the front on a free port of 127.0.0.1.
   *
   * @throws {TemplateError} when a function of the API is not among those given
   */
  static async start(options: RestFrontOptions): Promise<RestFront> {
    const { definition, functions } = options;
    for (const { functionId, authorizer } of definition.methods) {
      for (const id of [functionId, authorizer?.functionId ?? functionId]) {
        if (functions.has(id)) continue;
        const found = `${id}, which is not emulated`;
        throw new TemplateError(definition.id, { found, allowed: 'functions on nodejs24.x' });
      }
    }
    const front = new RestFront(options);
    await listen(front.#server);
    return front;
  }

  /** The first stage, such as `https://127.0.0.1:40123/v1`. */
  get url(): string {
    return this.urlOf(this.definition.stages[0]?.name ?? '');
  }

  /** A stage by name. */
  urlOf(stageName: string): string {
    return `https://${toAddress(this.#server, 'the REST front is stopped')}/${stageName}`;
  }

  /** The lines of the access log, in the format of the stage. */
  get accessLog(): readonly string[] {
    return [...this.#accessLog];
  }

  /** Every request that was handled, in the order of the answers. */
  get requests(): readonly HandledRequest[] {
    return [...this.#requests];
  }

  /** Number of handled requests with a method and a resource path such as `/v1/runs/{name}`. */
  count(method: string, resourcePath: string): number {
    return this.#requests.filter(
      (one) => one.method === method && one.resourcePath === resourcePath,
    ).length;
  }

  /** Plans a fault. @returns a function that ends it */
  inject(fault: RestFault): () => void {
    return this.#faults.add(fault);
  }

  /** Closes the connections that have no running request. */
  closeIdleConnections(): void {
    this.#server.closeIdleConnections();
  }

  /** Forgets the answers of authorizers. */
  flushAuthorizers(): void {
    this.#authorizers.flush();
  }

  /** Closes every connection and frees the port. Running invocations go on. */
  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: target = '', rawHeaders } = request;
    const payload = await readPayload(request);
    if (!payload) return;
    const outcome = await this.#handle({ method, target, rawHeaders, ...payload });
    this.#record(outcome);
    const { answer } = outcome;
    if (!answer) {
      request.socket.destroy();
      return;
    }
    for (const [name, value] of answer.headers) response.appendHeader(name, value);
    response.setHeader('Content-Length', answer.body.length);
    response.writeHead(answer.status).end(answer.body);
  }

  #record(outcome: RestOutcome): void {
    const { call, answer } = outcome;
    const { httpMethod: method, path } = call.request;
    this.#requests.push({
      method,
      path,
      ...(call.route ? { resourcePath: call.route.method.resourcePath } : {}),
      ...(answer ? { status: answer.status } : {}),
    });
    const { accessLogFormat } = call.stage;
    if (accessLogFormat === undefined) return;
    const context = toLogContext(outcome, this.#clock.now());
    this.#accessLog.push(formatAccessLog(accessLogFormat, context));
  }
}

/** The body up to the limit; `undefined` if the client closed the connection. */
async function readPayload(
  request: IncomingMessage,
): Promise<{ readonly body: Buffer; readonly bodyBytes: number } | undefined> {
  const chunks: Buffer[] = [];
  let bodyBytes = 0;
  try {
    for await (const chunk of request) {
      bodyBytes += chunk.length;
      if (bodyBytes <= payloadLimit) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return { body: Buffer.concat(chunks), bodyBytes };
}
