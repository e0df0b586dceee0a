import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
import type { PeerCertificate } from 'node:tls';
import got from 'got';
import type { NetworkFault } from '../network-fault.ts';
import type { Attempt, AttemptOptions, Carrier, Timeouts } from './attempt.ts';
import { type Authorities, type Connections, Trust } from './connections.ts';
import { decodeBody } from './decode-body.ts';
import {
  createHide,
  describeFailure,
  type FailureScene,
  isDistrust,
  toBasic,
  toCause,
  toNetworkFault,
} from './failure.ts';
import { type RawReply, readReply } from './reply.ts';
import type { WireRequest } from './request.ts';
import { beginTrack, follow, type Track } from './track.ts';

/** What a transport needs to know. */
export interface TransportOptions {
  readonly authorities: Authorities;
  readonly serverName: string | undefined;
  readonly timeouts: Timeouts;
  readonly maxReplyBytes: number;
}

/** Carries requests to an endpoint and answers back; knows HTTPS and nothing of AutoSys. The home of got. */
export class Transport implements Carrier {
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
    const received = await this.#receive(connections, request, options);
    // Outside of what catches the errors of the network: an error of our own is none of them.
    return received.kind === 'raw'
      ? { kind: 'answered', reply: readReply(received.raw, hide) }
      : received;
  }

  async #receive(
    connections: Connections,
    request: WireRequest,
    options: AttemptOptions,
  ): Promise<Received> {
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
      const { statusCode, headers, rawBody } = await pending;
      return { kind: 'raw', raw: this.#toRaw(statusCode, headers, rawBody) };
    } catch (error) {
      const scene = { connections, options, track, isTooLong: tooLong.signal.aborted };
      return this.#toFailure(error, scene);
    } finally {
      const { name } = options.endpoint;
      if (track.secure) this.#noteCertificate(name, track.certificate);
    }
  }

  #toRaw(httpStatus: number, headers: IncomingHttpHeaders, bytes: Uint8Array): RawReply {
    const decoded = decodeBody({
      bytes,
      contentEncoding: headers['content-encoding'],
      transferEncoding: headers['transfer-encoding'],
      maxBytes: this.#options.maxReplyBytes,
    });
    return decoded.kind === 'text'
      ? { httpStatus, headers, body: decoded.text }
      : { httpStatus, headers, body: '', unreadable: decoded.reason };
  }

  /** What became of a request that ended without a whole answer. */
  #toFailure(error: unknown, { connections, options, track, isTooLong }: Scene): Received {
    const hide = createHide(options.login);
    const cause = toCause(error, hide);
    const failure = this.#toFailureScene(connections, options, track, hide);
    const fault = toNetworkFault(error, failure);
    const reason = this.#reasonOf(error, options, { failure, fault, isTooLong });
    const { statusCode = 0, headers = {} } = track.answer ?? {};
    // The status counts without its body: a refused login must not pass for an unknown outcome and be sent again.
    if (statusCode >= 400) {
      const raw = { httpStatus: statusCode, headers, body: '', unreadable: reason };
      return { kind: 'raw', raw };
    }
    return track.secure && !wasNotTaken(track, fault)
      ? { kind: 'unanswered', reason, cause, stale: track.reused }
      : { kind: 'unsent', reason, cause, distrusted: isDistrust(error), fault };
  }

  #toFailureScene(
    { authorities }: Connections,
    { endpoint }: AttemptOptions,
    { certificate, keyed }: Track,
    hide: (text: string) => string,
  ): FailureScene {
    return {
      host: this.#options.serverName ?? new URL(endpoint.origin).hostname,
      authorities,
      certificate,
      keyed,
      hide,
    };
  }

  #noteCertificate(endpoint: string, certificate: PeerCertificate | undefined): void {
    const end = Date.parse(certificate?.valid_to ?? '');
    if (!Number.isNaN(end)) this.#certificateEnds.set(endpoint, new Date(end));
  }

  /** Ends idle and busy connections. */
  close(): void {
    this.#trust.close();
  }

  #reasonOf(
    error: unknown,
    { signal }: AttemptOptions,
    { failure, fault, isTooLong }: Failed,
  ): string {
    if (isTooLong) return `the answer is longer than ${this.#options.maxReplyBytes} bytes`;
    return signal?.aborted ? 'it was cancelled' : describeFailure(error, failure, fault);
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
        'accept-encoding': 'identity',
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
      decompress: false, // `decodeBody` does, within the limit
      responseType: 'buffer',
      http2: false,
    } as const;
  }
}

/** An answer as it came, or what came in its place. */
type Received =
  | { readonly kind: 'raw'; readonly raw: RawReply }
  | Exclude<Attempt, { readonly kind: 'answered' }>;

interface Scene {
  readonly connections: Connections;
  readonly options: AttemptOptions;
  readonly track: Track;
  readonly isTooLong: boolean;
}

interface Failed {
  readonly failure: FailureScene;
  readonly fault: NetworkFault | undefined;
  readonly isTooLong: boolean;
}

/**
 * Whether the server refused the client after the client held the connection for secure.
 *
 * With TLS 1.3 a client has finished before the server checks its certificate. A server that demands one ends the
 * handshake then, and reads nothing of what follows it (RFC 8446, 4.4.2 and 6.2). With TLS 1.2 such an alert may also end a
 * renegotiation, after the request was read.
 */
function wasNotTaken(track: Track, fault: NetworkFault | undefined): boolean {
  const isNew = !track.reused && track.answer === undefined;
  return isNew && track.protocol === 'TLSv1.3' && fault === 'clientCertificate';
}
