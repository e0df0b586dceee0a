import type { IncomingHttpHeaders } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Identity } from './certificates.ts';

/** A received request. */
export interface Arrival {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The answer of a test server. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server on loopback, closed by `await using`. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  /** `https://localhost:port`. */
  readonly url: string;
  /** Number of opened connections. */
  readonly connections: () => number;
}

/** Starts an HTTPS server that records each request. */
export async function serve(
  identity: Identity,
  answer: (arrival: Arrival) => Answer | Promise<Answer>,
  tls: TlsOptions = {},
): Promise<TestServer & { readonly arrivals: readonly Arrival[] }> {
  const arrivals: Arrival[] = [];
  const server = createHttps(
    { ...tls, cert: identity.certificate, key: identity.privateKey },
    async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      const { method = '', url = '', headers } = request;
      const arrival = { method, path: url, headers, body };
      arrivals.push(arrival);
      const { status, headers: answered = {}, body: text = '' } = await answer(arrival);
      response.writeHead(status, answered).end(text);
    },
  );
  return { ...(await listen(server)), arrivals };
}

/** Starts a TLS server with a custom connection handler. */
export async function serveTls(
  identity: Identity,
  onSecure: (socket: TLSSocket) => void,
  tls: TlsOptions = {},
): Promise<TestServer> {
  const { certificate: cert, privateKey: key } = identity;
  const server = createTls({ ...tls, cert, key }, (socket) => {
    socket.on('error', () => undefined);
    onSecure(socket);
  });
  return listen(server);
}

/** Starts a TCP server with a custom connection handler. */
export async function serveTcp(onConnect: (socket: Socket) => void): Promise<TestServer> {
  return listen(
    createTcp((socket) => {
      socket.on('error', () => undefined);
      onConnect(socket);
    }),
  );
}

/** Returns a port without a listener. */
export async function freePort(): Promise<number> {
  await using server = await serveTcp(() => undefined);
  return server.port;
}

/** Starts a server on loopback. */
export async function listen(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // A refused certificate ends the handshake. The client reports this.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `https://localhost:${port}`,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
