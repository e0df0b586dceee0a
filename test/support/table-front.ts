import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A fault of DynamoDB or of the network in front of it. */
export type TableFault =
  /**
   * The request has no effect, and the answer is this error, such as
   * ProvisionedThroughputExceededException.
   */
  | { readonly kind: 'error'; readonly name: string }
  /** The request is executed, and the connection breaks before the answer. */
  | { readonly kind: 'breakAfter' }
  /** The request is executed, and no answer is sent. */
  | { readonly kind: 'silentAfter' };

/** The requests that a fault applies to. */
export interface TableAim {
  /** @default - any */
  readonly operation?: 'GetItem' | 'PutItem' | 'Query';
  /** Pattern that the request must match, which is JSON in JSON. @default - anything */
  readonly pattern?: RegExp;
  /** @default 1 */
  readonly times?: number;
}

/** A proxy on loopback in front of DynamoDB. It forwards all requests except those with a fault. */
export class TableFront implements AsyncDisposable {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #planned: { readonly fault: TableFault; readonly aim: TableAim; left: number }[] = [];
  #target = '';
  #faulted = 0;

  static async start(): Promise<TableFront> {
    const front = new TableFront();
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  /** Value for AWS_ENDPOINT_URL_DYNAMODB. */
  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the proxy is closed');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Number of requests with a fault. */
  get faulted(): number {
    return this.#faulted;
  }

  /** Sets the DynamoDB to forward to. */
  forwardTo(url: string): void {
    this.#target = url;
  }

  /** Adds a fault. The first one that matches a request applies. */
  addFault(fault: TableFault, aim: TableAim = {}): void {
    this.#planned.push({ fault, aim, left: aim.times ?? 1 });
  }

  /** Removes all faults. */
  removeFaults(): void {
    this.#planned = [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const fault = this.#takeFault(String(request.headers['x-amz-target']), body);
    if (fault?.kind === 'error') {
      const content = {
        __type: `com.amazonaws.dynamodb.v20120810#${fault.name}`,
        message: 'from the test proxy',
      };
      return answer(response, 400, JSON.stringify(content));
    }
    const { status, text } = await this.#forward(request, body);
    if (fault?.kind === 'breakAfter') response.socket?.resetAndDestroy();
    if (fault === undefined) answer(response, status, text);
  }

  #takeFault(target: string, body: string): TableFault | undefined {
    const faulted = this.#planned.find(
      ({ left, aim: { operation = '', pattern = /^/ } }) =>
        left > 0 && target.endsWith(operation) && pattern.test(body),
    );
    if (faulted === undefined) return undefined;
    faulted.left -= 1;
    this.#faulted += 1;
    return faulted.fault;
  }

  async #forward({ headers }: IncomingMessage, body: string) {
    const names = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'];
    const kept = names.map((name) => [name, String(headers[name])] as const);
    const reply = await fetch(this.#target, {
      method: 'POST',
      headers: Object.fromEntries(kept),
      body,
    });
    return { status: reply.status, text: await reply.text() };
  }
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
}
