import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeServer, listen, toAddress } from './loopback.ts';

/** A refusal of a service with the query protocol. */
export class QueryRefusal extends Error {
  override readonly name = 'QueryRefusal';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/**
 * One operation: a form and the request with its headers in, the XML inside of its result out.
 *
 * @throws {QueryRefusal}
 */
export type QueryOperation = (form: URLSearchParams, request: IncomingMessage) => string;

/** Settings of a {@link QueryServer}. */
export interface QueryServerOptions {
  /** Such as `embedded IAM`. */
  readonly name: string;
  /** Namespace of its XML. */
  readonly namespace: string;
  /** IAM prefix of its operations, such as `iam`. */
  readonly prefix: string;
  readonly operations: Readonly<Record<string, QueryOperation>>;
}

/**
 * A service of AWS with the query protocol (a form in, XML out) on loopback. Operations that it does
 * not have are refused and counted. Signatures are not checked.
 */
export class QueryServer implements AsyncDisposable {
  readonly #options: QueryServerOptions;
  readonly #server: Server;
  readonly #unknown: string[] = [];
  readonly #calls = new Map<string, number>();
  readonly #denied = new Set<string>();
  #outage: QueryRefusal | undefined;

  private constructor(options: QueryServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Starts on a free loopback port. */
  static async start(options: QueryServerOptions): Promise<QueryServer> {
    const server = new QueryServer(options);
    await listen(server.#server);
    return server;
  }

  /** The value of its endpoint variable, such as AWS_ENDPOINT_URL_IAM. */
  get url(): string {
    return `http://${toAddress(this.#server, `the ${this.#options.name} is stopped`)}`;
  }

  /** Number of calls by operation, whatever their answers. */
  get calls(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#calls);
  }

  /** Operations that are not emulated. A test should end with none. */
  get unknownRequests(): readonly string[] {
    return [...this.#unknown];
  }

  /** Denies an operation to the caller, as IAM does. */
  deny(operation: string): void {
    this.#denied.add(operation);
  }

  /** Answers every request with an error, such as `Throttling`. Without a code it works again. */
  fail(code?: string, status = 400): void {
    this.#outage = code === undefined ? undefined : new QueryRefusal(code, code, status);
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
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    const { status, xml } = this.#answer(request, form);
    response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
  }

  #answer(request: IncomingMessage, form: URLSearchParams) {
    const name = form.get('Action') ?? `${request.method} ${request.url}`;
    const xmlns = `xmlns="${this.#options.namespace}"`;
    try {
      const result = this.#run(name, form, request);
      const xml = `<${name}Response ${xmlns}><${name}Result>${result}</${name}Result></${name}Response>`;
      return { status: 200, xml };
    } catch (error) {
      if (!(error instanceof QueryRefusal)) throw error;
      const { code, message, status } = error;
      const body = `<Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
      return { status, xml: `<ErrorResponse ${xmlns}><Error>${body}</Error></ErrorResponse>` };
    }
  }

  #run(name: string, form: URLSearchParams, request: IncomingMessage): string {
    const { operations, prefix } = this.#options;
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined) {
      this.#unknown.push(name);
      const known = Object.keys(operations).join(', ');
      throw new QueryRefusal('InvalidAction', `found ${name}, supported: ${known}`);
    }
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
    if (this.#outage) throw this.#outage;
    if (this.#denied.has(name)) {
      const who = 'User: arn:aws:sts::000000000000:assumed-role/caller/session';
      const message = `${who} is not authorized to perform: ${prefix}:${name}`;
      throw new QueryRefusal('AccessDenied', message, 403);
    }
    return operation(form, request);
  }
}

/** The members of a list in a form: `Name.member.1`, `Name.member.2`. */
export function readFormList(form: URLSearchParams, name: string): readonly string[] {
  const found: string[] = [];
  for (let at = 1; ; at += 1) {
    const value = form.get(`${name}.member.${at}`);
    if (value === null) return found;
    found.push(value);
  }
}

/** Escapes a text for XML. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
