import type { ClientRequest } from 'node:http';
import { Agent } from 'node:https';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import got from 'got';
import type { Endpoint } from './endpoint.ts';
import { createHide, describeFailure, toBasic, toCause } from './failure.ts';
import { type Reply, readReply } from './reply.ts';
import type { WireRequest } from './request.ts';

/** The login of every request (HTTP Basic). */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** How long each phase of one request may take, in milliseconds. */
export interface Timeouts {
  readonly lookupMs: number;
  readonly connectMs: number;
  /** The TLS handshake. */
  readonly secureConnectMs: number;
  /** From the connection to the last byte of the request, the handshake included. */
  readonly sendMs: number;
  /** From the last byte of the request to the first of the answer. */
  readonly responseMs: number;
  /** From the first byte of the answer to its last. */
  readonly readMs: number;
  /** All of it, for one attempt at one endpoint. */
  readonly requestMs: number;
}

/** Short for what a network does, patient for what a scheduler does; all within half a minute. */
export const defaultTimeouts: Timeouts = {
  lookupMs: 2_000,
  connectMs: 3_000,
  secureConnectMs: 5_000,
  sendMs: 8_000,
  responseMs: 15_000,
  readMs: 15_000,
  requestMs: 30_000,
};

/**
 * How one attempt ended.
 *
 * - `answered`: any status, a whole body
 * - `unsent`: it failed before the connection was secure, so no byte of the request left us
 * - `unanswered`: it left, and no whole answer came; `stale` where a kept connection broke under it
 */
export type Attempt =
  | { readonly kind: 'answered'; readonly reply: Reply }
  | { readonly kind: 'unsent'; readonly reason: string; readonly cause: Error }
  | {
      readonly kind: 'unanswered';
      readonly reason: string;
      readonly cause: Error;
      readonly stale: boolean;
    };

/** What belongs to one attempt. */
export interface AttemptOptions {
  readonly endpoint: Endpoint;
  readonly login: Credentials;
  /**
   * `kept`: over a connection that may have served before; `fresh`: over one of its own.
   *
   * A kept connection may die just as it is used, and then nobody knows whether the request arrived. What must not be
   * sent twice is worth a handshake.
   */
  readonly connection: 'kept' | 'fresh';
  readonly signal?: AbortSignal | undefined;
}

/** What a transport needs to know. */
export interface TransportOptions {
  readonly certificateAuthority: readonly string[] | undefined;
  readonly serverName: string | undefined;
  readonly timeouts: Timeouts;
  readonly maxReplyBytes: number;
}

/** What takes requests to an endpoint and brings answers back. */
export type Carrier = Pick<Transport, 'attempt' | 'close'>;

/** Carries requests to an endpoint and answers back; knows HTTPS and nothing of AutoSys. The home of got. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #kept = new Agent({ keepAlive: true });
  readonly #fresh = new Agent({ keepAlive: false });

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** Tries once; never throws, and whatever it hands back is free of secrets. */
  async attempt(request: WireRequest, options: AttemptOptions): Promise<Attempt> {
    const hide = createHide(options.login);
    const tooLong = new AbortController();
    const track: Track = { secure: false, reused: false, certificate: undefined };
    try {
      const pending = got(`${options.endpoint.origin}${request.path}`, {
        ...this.#gotOptions(request, options),
        signal: AbortSignal.any([tooLong.signal, ...(options.signal ? [options.signal] : [])]),
      });
      pending.on('request', (clientRequest: ClientRequest) => follow(clientRequest, track));
      pending.on('downloadProgress', ({ transferred }) => {
        if (transferred > this.#options.maxReplyBytes) tooLong.abort();
      });
      const { statusCode, headers, body } = await pending;
      return {
        kind: 'answered',
        reply: readReply({ httpStatus: statusCode, headers, body }, hide),
      };
    } catch (error) {
      const cause = toCause(error, hide);
      const reason = this.#reasonOf(error, options, {
        track,
        tooLong: tooLong.signal.aborted,
        hide,
      });
      return track.secure
        ? { kind: 'unanswered', reason, cause, stale: track.reused }
        : { kind: 'unsent', reason, cause };
    }
  }

  /** Ends idle and busy connections. */
  close(): void {
    this.#kept.destroy();
    this.#fresh.destroy();
  }

  #reasonOf(error: unknown, { endpoint, signal }: AttemptOptions, scene: Scene): string {
    const { certificateAuthority, serverName, maxReplyBytes } = this.#options;
    if (scene.tooLong) return `the answer is longer than ${maxReplyBytes} bytes`;
    if (signal?.aborted) return 'it was cancelled';
    return describeFailure(error, {
      host: serverName ?? new URL(endpoint.origin).hostname,
      ownAuthority: certificateAuthority !== undefined,
      certificate: scene.track.certificate,
      hide: scene.hide,
    });
  }

  #gotOptions(request: WireRequest, { login, connection }: AttemptOptions) {
    const { certificateAuthority, serverName, timeouts } = this.#options;
    return {
      method: request.method,
      headers: {
        authorization: `Basic ${toBasic(login)}`,
        accept: request.accept ?? '*/*',
        'user-agent': 'autosys-bridge',
        ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      agent: { https: connection === 'fresh' ? this.#fresh : this.#kept },
      https: {
        // Said aloud, since NODE_TLS_REJECT_UNAUTHORIZED would otherwise decide.
        rejectUnauthorized: true,
        ...(certificateAuthority === undefined
          ? {}
          : { certificateAuthority: [...certificateAuthority] }),
        ...(serverName === undefined ? {} : { serverName }),
      },
      timeout: {
        lookup: timeouts.lookupMs,
        connect: timeouts.connectMs,
        secureConnect: timeouts.secureConnectMs,
        send: timeouts.sendMs,
        response: timeouts.responseMs,
        read: timeouts.readMs,
        request: timeouts.requestMs,
      },
      retry: { limit: 0 }, // `retry.ts` decides
      followRedirect: false, // a login is for one host
      throwHttpErrors: false,
      decompress: false, // none is asked for, so no small answer becomes a big one
      http2: false,
    } as const;
  }
}

interface Track {
  /** The connection stood and its certificate held: from here on the request may have arrived. */
  secure: boolean;
  reused: boolean;
  certificate: PeerCertificate | undefined;
}

interface Scene {
  readonly track: Track;
  readonly tooLong: boolean;
  readonly hide: (text: string) => string;
}

function follow(request: ClientRequest, track: Track): void {
  request.once('socket', (socket) => {
    if (request.reusedSocket) {
      track.secure = true;
      track.reused = true;
      return;
    }
    socket.once('secureConnect', () => {
      track.secure = true;
    });
    if (!(socket instanceof TLSSocket)) return;
    // 'secure' comes before the verdict on the certificate; after a bad one the socket forgets whom it met.
    socket.prependOnceListener('secure', () => {
      track.certificate = socket.getPeerCertificate(true);
    });
  });
}
