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

/** One request with its response, and control over their connection. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Sends `100 Continue` to a client that waits for it. Does nothing for other clients. */
  sendContinue(): void;
  /**
   * True while the client still waits for `100 Continue`: then it is unknown whether a body follows
   * (RFC 9110, 10.1.1).
   */
  awaitsContinue(): boolean;
  /** Resets the TCP connection, as a crash or a firewall does. */
  reset(): void;
}

/** Settings and callbacks of the server. */
export interface ServerOptions {
  readonly host: string;
  /** 0 for a free port. */
  readonly port: number;
  readonly identity: Identity;
  /** Called for each new connection, before a byte is read. */
  readonly refusesConnection: () => boolean;
  readonly onExchange: (exchange: Exchange) => void;
}

interface Connection {
  readonly raw: Socket;
  secure?: TLSSocket;
  /** Number of unanswered requests; more than one if the client pipelines. */
  open: number;
}

/**
 * Ports below the ranges that operating systems assign (Linux from 32,768, others from 49,152). So
 * no other process is assigned the port while the server is down.
 */
const portRange = { from: 20_000, to: 32_000 } as const;

/** The first byte of a TLS handshake record (RFC 8446, 5.1). */
const handshake = 0x16;
/** Tomcat's answer to plain HTTP on a TLS port. */
const tlsRequiredAnswer = [
  'HTTP/1.1 400 Bad Request',
  'Content-Type: text/plain;charset=UTF-8',
  'Content-Length: 60',
  'Connection: close',
  '',
  'Bad Request\nThis combination of host and port requires TLS.\n',
].join('\r\n');

/**
 * HTTPS on one port. Node.js parses HTTP; the server keeps each connection, so that it can be
 * refused, reset and closed.
 *
 * A plain TCP server accepts the connections for the HTTPS server, because a refusal must happen
 * before the TLS handshake.
 */
export class Server {
  readonly #options: ServerOptions;
  readonly #tcp: TcpServer;
  readonly #https: HttpsServer;
  readonly #connections = new Map<string, Connection>();
  #port = 0;

  /**
   * Opens the port. @throws {Error} of Node.js if the port is in use or the certificate cannot be
   * parsed
   */
  static async listen(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    server.#port = await (options.port === 0 ? server.#openAnywhere() : server.#open(options.port));
    return server;
  }

  private constructor(options: ServerOptions) {
    const { certificate: cert, privateKey: key } = options.identity;
    this.#options = options;
    // Tomcat negotiates no protocol by name (ALPN), so a client that offers only http/1.0 is
    // served. 20 s is Tomcat's default for idle connections.
    const ALPNProtocols = ['http/1.1', 'http/1.0'];
    this.#https = createHttpsServer({ cert, key, ALPNProtocols, keepAliveTimeout: 20_000 });
    this.#https.on('secureConnection', (secure: TLSSocket) => {
      const connection = this.#connections.get(keyOf(secure));
      if (connection) connection.secure = secure;
    });
    this.#https.on('request', (request, response) => this.#exchange(request, response, false));
    this.#https.on('checkContinue', (request, response) => this.#exchange(request, response, true));
    this.#https.on('clientError', refuseBadRequest);
    this.#tcp = createTcpServer((raw) => this.#accept(raw));
  }

  /** The port, also while the server is down. */
  get port(): number {
    return this.#port;
  }

  /** Stops listening and resets every connection. The operating system refuses new ones. */
  async goDown(): Promise<void> {
    const closed = new Promise((resolve) => this.#tcp.close(resolve));
    for (const connection of this.#connections.values()) resetConnection(connection);
    await closed;
  }

  /** Listens again on the same port. */
  async comeBack(): Promise<void> {
    await this.#open(this.#port);
  }

  /** Closes the connections that are kept alive without a request. */
  closeIdleConnections(): void {
    for (const { open, raw, secure } of this.#connections.values()) {
      if (open === 0) (secure ?? raw).end();
    }
  }

  async #openAnywhere(): Promise<number> {
    for (let tries = 0; tries < 20; tries += 1) {
      try {
        return await this.#open(randomInt(portRange.from, portRange.to));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'))
          throw error;
      }
    }
    return this.#open(0);
  }

  async #open(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#tcp.once('error', reject);
      this.#tcp.listen(port, this.#options.host, () => {
        this.#tcp.off('error', reject);
        resolve();
      });
    });
    return (this.#tcp.address() as AddressInfo).port;
  }

  #accept(raw: Socket): void {
    // A peer may disconnect at any time; only its close event matters.
    raw.on('error', () => raw.destroy());
    if (this.#options.refusesConnection()) {
      raw.resetAndDestroy();
      return;
    }
    const key = keyOf(raw);
    this.#connections.set(key, { raw, open: 0 });
    raw.once('close', () => this.#connections.delete(key));
    raw.once('readable', () => this.#detectTls(raw));
  }

  /**
   * Reads the first bytes, puts them back, and passes the connection to the HTTPS server if it is
   * TLS.
   */
  #detectTls(raw: Socket): void {
    const first: Buffer | null = raw.read();
    if (!first) return;
    if (first[0] !== handshake) {
      raw.end(tlsRequiredAnswer);
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
      sendContinue: () => {
        if (waits) response.writeContinue();
        waits = false;
      },
      awaitsContinue: () => waits,
      reset: () => resetConnection(connection),
    });
  }
}

/**
 * Resets a connection. One that is already ending is closed instead: libuv refuses to reset it, and
 * Node.js then drops the handle without closing it, which keeps the process alive and its processor
 * busy.
 */
function resetConnection({ raw, secure }: Connection): void {
  if (raw.writableEnded || secure?.writableEnded) raw.destroy();
  else raw.resetAndDestroy();
}

/**
 * Answers bytes that are not HTTP with an error. The client closes the connection, so that it can
 * read the answer.
 */
function refuseBadRequest(error: Error & { readonly code?: string }, socket: Duplex): void {
  // Further bytes after the first invalid ones are already answered.
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
