import type { ClientRequest } from 'node:http';
import type { PeerCertificate } from 'node:tls';
import got from 'got';
import { type Authorities, type Connections, Trust } from './connections.ts';
import type { Endpoint } from './endpoint.ts';
import { createHide, describeFailure, isDistrust, toBasic, toCause } from './failure.ts';
import { type Reply, readReply } from './reply.ts';
import type { WireRequest } from './request.ts';
import { beginTrack, follow, type Track } from './track.ts';

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
  | {
      readonly kind: 'unsent';
      readonly reason: string;
      readonly cause: Error;
      /** The server's certificate was not trusted; other authorities may trust it. */
      readonly distrusted?: boolean;
    }
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
  readonly authorities: Authorities;
  readonly serverName: string | undefined;
  readonly timeouts: Timeouts;
  readonly maxReplyBytes: number;
}

/** What takes requests to an endpoint and brings answers back. */
export type Carrier = Pick<Transport, 'attempt' | 'close'> &
  Partial<Pick<Transport, 'certificateEnds'>>;

/** Carries requests to an endpoint and answers back; knows HTTPS and nothing of AutoSys. The home of got. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #trust: Trust;
  readonly #certificateEnds = new Map<string, Date>();

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#trust = new Trust(options.authorities);
  }

  /** When the certificate of each server ends that was met over a new connection, by the endpoint's name. */
  get certificateEnds(): ReadonlyMap<string, Date> {
    return this.#certificateEnds;
  }

  /**
   * Tries once, and whatever it hands back is free of secrets.
   *
   * A server that is not trusted was sent nothing, so it is tried again where the authorities have changed meanwhile.
   *
   * @throws what reading the authorities throws, and nothing else
   */
  async attempt(request: WireRequest, options: AttemptOptions): Promise<Attempt> {
    const connections = await this.#trust.connections();
    const attempt = await this.#attemptOver(connections, request, options);
    if (attempt.kind !== 'unsent' || !attempt.distrusted) return attempt;
    const others = await this.#trust.connections('refusal');
    return others === connections ? attempt : this.#attemptOver(others, request, options);
  }

  #attemptOver(connections: Connections, request: WireRequest, options: AttemptOptions) {
    return connections.use(() => this.#attempt(connections, request, options));
  }

  async #attempt(
    connections: Connections,
    request: WireRequest,
    options: AttemptOptions,
  ): Promise<Attempt> {
    const hide = createHide(options.login);
    const tooLong = new AbortController();
    const track = beginTrack();
    try {
      const pending = got(`${options.endpoint.origin}${request.path}`, {
        ...this.#gotOptions(connections, request, options),
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
        ownAuthority: connections.authorities !== undefined,
        tooLong: tooLong.signal.aborted,
        hide,
      });
      return track.secure
        ? { kind: 'unanswered', reason, cause, stale: track.reused }
        : { kind: 'unsent', reason, cause, distrusted: isDistrust(error) };
    } finally {
      const { name } = options.endpoint;
      if (track.secure) this.#noteCertificate(name, track.certificate);
    }
  }

  #noteCertificate(endpoint: string, certificate: PeerCertificate | undefined): void {
    const end = Date.parse(certificate?.valid_to ?? '');
    if (!Number.isNaN(end)) this.#certificateEnds.set(endpoint, new Date(end));
  }

  /** Ends idle and busy connections. */
  close(): void {
    this.#trust.close();
  }

  #reasonOf(error: unknown, { endpoint, signal }: AttemptOptions, scene: Scene): string {
    const { serverName, maxReplyBytes } = this.#options;
    if (scene.tooLong) return `the answer is longer than ${maxReplyBytes} bytes`;
    if (signal?.aborted) return 'it was cancelled';
    return describeFailure(error, {
      host: serverName ?? new URL(endpoint.origin).hostname,
      ownAuthority: scene.ownAuthority,
      certificate: scene.track.certificate,
      hide: scene.hide,
    });
  }

  #gotOptions(
    { authorities, kept, fresh }: Connections,
    request: WireRequest,
    { login, connection }: AttemptOptions,
  ) {
    const { serverName, timeouts } = this.#options;
    return {
      method: request.method,
      headers: {
        authorization: `Basic ${toBasic(login)}`,
        accept: request.accept ?? '*/*',
        'user-agent': 'autosys-bridge',
        ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      agent: { https: connection === 'fresh' ? fresh : kept },
      https: {
        // Said aloud, since NODE_TLS_REJECT_UNAUTHORIZED would otherwise decide.
        rejectUnauthorized: true,
        ...(authorities === undefined ? {} : { certificateAuthority: [...authorities] }),
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

interface Scene {
  readonly track: Track;
  readonly ownAuthority: boolean;
  readonly tooLong: boolean;
  readonly hide: (text: string) => string;
}
