import { randomInt } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Identity } from './authority.ts';

/** One request with its response, and the power to cut the line under both. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Tells a client that waits for `100 Continue` to send the body; does nothing for others. */
  invite(): void;
  /** Whether the client still waits for that, so that nobody knows whether a body follows (RFC 9110, 10.1.1). */
  stillWaits(): boolean;
  /** Resets the TCP connection, as a crash or a firewall does. */
  reset(): void;
}

/** What the server needs: where it stands, who it is, and who acts on what comes in. */
export interface ServerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly identity: Identity;
  /** Asked for each new connection, before a byte is read. */
  readonly refusesConnection: () => boolean;
  readonly onExchange: (exchange: Exchange) => void;
}

interface Connection {
  readonly raw: Socket;
  secure?: TLSSocket;
  /** Requests that are not answered yet; more than one where the client pipelines. */
  open: number;
}

/**
 * Below what operating systems give away by themselves (Linux from 32,768 on, others from 49,152): while the server is down
 * nobody who asks for any free port, or connects from one, is given this.
 */
const ownPorts = { from: 20_000, to: 32_000 } as const;

/** The first byte of a TLS handshake record (RFC 8446, 5.1). */
const handshake = 0x16;
/** What Tomcat says to plain HTTP on a TLS port. */
const speakTls = [
  'HTTP/1.1 400 Bad Request',
  'Content-Type: text/plain;charset=UTF-8',
  'Content-Length: 60',
  'Connection: close',
  '',
  'Bad Request\nThis combination of host and port requires TLS.\n',
].join('\r\n');

/**
 * HTTPS on one port: framing is node's, and each connection stays in hand so that it can be refused, reset and closed.
 *
 * A plain TCP server stands before the HTTPS one, since a refusal must strike before TLS is spoken.
 */
export class Server {
  readonly #options: ServerOptions;
  readonly #front: TcpServer;
  readonly #https: HttpsServer;
  readonly #connections = new Map<string, Connection>();
  #port = 0;

  /** Opens the port. @throws {Error} of node where it is taken or the certificate does not read */
  static async listen(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    server.#port = await (options.port === 0 ? server.#openAnywhere() : server.#open(options.port));
    return server;
  }

  private constructor(options: ServerOptions) {
    const { certificate: cert, privateKey: key } = options.identity;
    this.#options = options;
    // Tomcat asks for no protocol by name (ALPN), so a client that offers http/1.0 alone is served;
    // 20 s is how long it keeps an idle connection as installed.
    const ALPNProtocols = ['http/1.1', 'http/1.0'];
    this.#https = createHttpsServer({ cert, key, ALPNProtocols, keepAliveTimeout: 20_000 });
    this.#https.on('secureConnection', (secure: TLSSocket) => {
      const connection = this.#connections.get(keyOf(secure));
      if (connection) connection.secure = secure;
    });
    this.#https.on('request', (request, response) => this.#exchange(request, response, false));
    this.#https.on('checkContinue', (request, response) => this.#exchange(request, response, true));
    this.#https.on('clientError', refuseBadRequest);
    this.#front = createTcpServer((raw) => this.#accept(raw));
  }

  /** The port it stands on, also while it is down. */
  get port(): number {
    return this.#port;
  }

  /** Stops listening and cuts every connection: new ones are refused by the operating system. */
  async goDown(): Promise<void> {
    const closed = new Promise((resolve) => this.#front.close(resolve));
    for (const connection of this.#connections.values()) cut(connection);
    await closed;
  }

  /** Listens again on the same port. */
  async comeBack(): Promise<void> {
    await this.#open(this.#port);
  }

  /** Closes the connections that are kept alive for a next request. */
  closeIdleConnections(): void {
    for (const { open, raw, secure } of this.#connections.values()) {
      if (open === 0) (secure ?? raw).end();
    }
  }

  async #openAnywhere(): Promise<number> {
    for (let tries = 0; tries < 20; tries += 1) {
      try {
        return await this.#open(randomInt(ownPorts.from, ownPorts.to));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'))
          throw error;
      }
    }
    return this.#open(0);
  }

  async #open(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#front.once('error', reject);
      this.#front.listen(port, this.#options.host, () => {
        this.#front.off('error', reject);
        resolve();
      });
    });
    return (this.#front.address() as AddressInfo).port;
  }

  #accept(raw: Socket): void {
    // A peer may be gone at any time; its close is all that matters.
    raw.on('error', () => raw.destroy());
    if (this.#options.refusesConnection()) {
      raw.resetAndDestroy();
      return;
    }
    const key = keyOf(raw);
    this.#connections.set(key, { raw, open: 0 });
    raw.once('close', () => this.#connections.delete(key));
    raw.once('readable', () => this.#greet(raw));
  }

  /** Looks at the first bytes, puts them back, and hands the connection to whom it concerns. */
  #greet(raw: Socket): void {
    const first: Buffer | null = raw.read();
    if (!first) return;
    if (first[0] !== handshake) {
      raw.end(speakTls);
      return;
    }
    raw.unshift(first);
    this.#https.emit('connection', raw);
  }

  #exchange(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const connection = this.#connections.get(keyOf(request.socket));
    if (!connection) return;
    connection.open += 1;
    response.once('close', () => {
      connection.open -= 1;
    });
    let waits = awaitsContinue;
    this.#options.onExchange({
      request,
      response,
      invite: () => {
        if (waits) response.writeContinue();
        waits = false;
      },
      stillWaits: () => waits,
      reset: () => cut(connection),
    });
  }
}

/**
 * Resets a connection. One that is ending already is closed instead: libuv refuses to reset it, and Node.js then drops
 * the handle unclosed, which keeps the process alive and its processor busy.
 */
function cut({ raw, secure }: Connection): void {
  if (raw.writableEnded || secure?.writableEnded) raw.destroy();
  else raw.resetAndDestroy();
}

/** Says what is wrong with bytes that are no HTTP, and leaves the closing to the client, so that it hears it. */
function refuseBadRequest(error: Error & { readonly code?: string }, socket: Duplex): void {
  // What follows the first wrong bytes is wrong too, and said already.
  if (socket.writableEnded) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Length: 0',
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n`);
}

function keyOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
