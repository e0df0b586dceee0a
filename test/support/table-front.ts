import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A way in which DynamoDB, or the network before it, misbehaves. */
export type TableFault =
  /** Nothing is done, and the answer is this error, such as ProvisionedThroughputExceededException. */
  | { readonly kind: 'error'; readonly name: string }
  /** It is carried out, and the connection breaks in the place of the answer. */
  | { readonly kind: 'breakAfter' }
  /** It is carried out, and nothing is ever said. */
  | { readonly kind: 'silentAfter' };

/** Which requests a fault strikes. */
export interface TableAim {
  /** @default - any */
  readonly operation?: 'GetItem' | 'PutItem' | 'Query';
  /** What the request must say, which is JSON in JSON. @default - anything */
  readonly says?: RegExp;
  /** @default 1 */
  readonly times?: number;
}

/** Stands on loopback before a DynamoDB, and hands everything on but what a fault strikes. */
export class TableFront implements AsyncDisposable {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #planned: { readonly fault: TableFault; readonly aim: TableAim; left: number }[] = [];
  #target = '';
  #struck = 0;

  static async start(): Promise<TableFront> {
    const front = new TableFront();
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  /** What AWS_ENDPOINT_URL_DYNAMODB should be. */
  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the front is closed');
    return `http://127.0.0.1:${address.port}`;
  }

  /** How many requests were struck by a fault. */
  get struck(): number {
    return this.#struck;
  }

  /** Hands on to this DynamoDB from now on. */
  forwardTo(url: string): void {
    this.#target = url;
  }

  /** Plans a fault from the next request on; the first that fits strikes. */
  misbehave(fault: TableFault, aim: TableAim = {}): void {
    this.#planned.push({ fault, aim, left: aim.times ?? 1 });
  }

  /** Calls all faults off. */
  behave(): void {
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
    const fault = this.#strike(String(request.headers['x-amz-target']), body);
    if (fault?.kind === 'error') {
      const said = {
        __type: `com.amazonaws.dynamodb.v20120810#${fault.name}`,
        message: 'by the front',
      };
      return answer(response, 400, JSON.stringify(said));
    }
    const { status, text } = await this.#handOn(request, body);
    if (fault?.kind === 'breakAfter') response.socket?.resetAndDestroy();
    if (fault === undefined) answer(response, status, text);
  }

  #strike(target: string, body: string): TableFault | undefined {
    const struck = this.#planned.find(
      ({ left, aim: { operation = '', says = /^/ } }) =>
        left > 0 && target.endsWith(operation) && says.test(body),
    );
    if (struck === undefined) return undefined;
    struck.left -= 1;
    this.#struck += 1;
    return struck.fault;
  }

  async #handOn({ headers }: IncomingMessage, body: string) {
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
