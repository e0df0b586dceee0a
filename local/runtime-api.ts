import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FunctionError } from './invocation.ts';
import { closeServer, listen, toAddress } from './loopback.ts';

/** Callbacks for the requests of a runtime. */
export interface RuntimeListener {
  /** The runtime requests an invocation: its init or its previous invocation has ended. */
  onNext(): void;
  onAnswer(requestId: string, payload: string): void;
  onError(requestId: string, error: FunctionError): void;
  onInitError(error: FunctionError): void;
  /** The runtime sent a request that the Runtime API does not have. */
  onUnknown(request: string): void;
}

/** An invocation for a runtime. */
export interface RuntimeInvocation {
  readonly requestId: string;
  readonly payload: string;
  readonly functionArn: string;
  /** By the clock that the runtime reads too. */
  readonly deadlineAt: number;
}

const base = '/2018-06-01/runtime/';

/**
 * The Lambda Runtime API for one execution environment, on loopback.
 *
 * Streamed responses and extensions are not emulated (Lambda developer guide, "Using the Lambda
 * runtime API").
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  #waiting: ServerResponse | undefined;
  #invocation: RuntimeInvocation | undefined;

  constructor(listener: RuntimeListener) {
    this.#listener = listener;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // The runtime keeps its connection open while the function runs, for any duration.
    this.#server.keepAliveTimeout = 0;
  }

  /** Starts the API on a free port. */
  async listen(): Promise<void> {
    await listen(this.#server);
  }

  /** Host and port, in the format of AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return toAddress(this.#server, 'the Runtime API is stopped');
  }

  /** Passes an invocation to the runtime, now or at its next request. */
  submit(invocation: RuntimeInvocation): void {
    this.#invocation = invocation;
    this.#dispatch();
  }

  /** Closes every connection and frees the port. */
  async close(): Promise<void> {
    await closeServer(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = `${request.method} ${request.url}`;
    const [, requestId, verb] =
      /^POST \/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(call) ?? [];
    if (call === `GET ${base}invocation/next`) {
      this.#waiting = response;
      this.#listener.onNext();
      this.#dispatch();
      return;
    }
    const body = await readBody(request);
    if (call === `POST ${base}init/error`) this.#listener.onInitError(readFunctionError(body));
    else if (requestId !== undefined && verb === 'response') {
      this.#listener.onAnswer(decodeURIComponent(requestId), body);
    } else if (requestId !== undefined) {
      this.#listener.onError(decodeURIComponent(requestId), readFunctionError(body));
    } else {
      this.#listener.onUnknown(call);
      reply(response, 404, { errorType: 'NotFound', errorMessage: `unknown call: ${call}` });
      return;
    }
    reply(response, 202, { status: 'OK' });
  }

  #dispatch(): void {
    const response = this.#waiting;
    const invocation = this.#invocation;
    if (!response || !invocation) return;
    this.#waiting = undefined;
    this.#invocation = undefined;
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.requestId,
      'lambda-runtime-deadline-ms': String(invocation.deadlineAt),
      'lambda-runtime-invoked-function-arn': invocation.functionArn,
      'lambda-runtime-trace-id': traceId(invocation.requestId),
    });
    response.end(invocation.payload);
  }
}

/**
 * An X-Ray trace header that is not sampled. It is derived from the request id, so it is the same
 * for the same request.
 */
function traceId(requestId: string): string {
  const digits = requestId.replaceAll('-', '').padEnd(32, '0').slice(0, 32);
  return `Root=1-${digits.slice(0, 8)}-${digits.slice(8)};Parent=${digits.slice(0, 16)};Sampled=0`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The error that a runtime posts, with defaults for missing fields. */
function readFunctionError(body: string): FunctionError {
  const parsed: unknown = JSON.parse(body);
  const fields: object = typeof parsed === 'object' && parsed !== null ? parsed : {};
  const text = (name: string) => {
    const value: unknown = Reflect.get(fields, name);
    return typeof value === 'string' ? value : undefined;
  };
  const trace: unknown = Reflect.get(fields, 'trace');
  return {
    errorType: text('errorType') ?? 'Unhandled',
    errorMessage: text('errorMessage') ?? '',
    ...(Array.isArray(trace) ? { trace: trace.map(String) } : {}),
  };
}
