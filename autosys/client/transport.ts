import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
import type { PeerCertificate } from 'node:tls';
import got from 'got';
import type { NetworkFault } from '../network-fault.ts';
import type { Attempt, AttemptOptions, Carrier, Timeouts } from './attempt.ts';
import { type Authorities, type Connections, Trust } from './connections.ts';
import { decodeBody } from './decode-body.ts';
import {
  createRedact,
  describeFailure,
  type FailureContext,
  isDistrust,
  toBasic,
  toCause,
  toNetworkFault,
} from './failure.ts';
import { type RawReply, readReply } from './reply.ts';
import type { WireRequest } from './request.ts';
import { createTrack, type Track, trackRequest } from './track.ts';

/** Options of a transport. */
export interface TransportOptions {
  readonly authorities: Authorities;
  readonly serverName: string | undefined;
  readonly timeouts: Timeouts;
  readonly maxReplyBytes: number;
}

/** The HTTPS transport. The only user of got. It contains nothing specific to AutoSys. */
export class Transport implements Carrier {
  readonly #options: TransportOptions;
  readonly #trust: Trust;
  readonly #certificateEnds = new Map<string, Date>();

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#trust = new Trust(options.authorities);
  }

  /** End date of the certificate of each connected server, by the name of the endpoint. */
  get certificateEnds(): ReadonlyMap<string, Date> {
    return this.#certificateEnds;
  }

  /**
   * Makes one attempt. The result contains no secrets.
   *
   * Nothing is sent to a server that is not trusted. So the attempt is repeated if the authorities
   * have changed meanwhile. Throws only what reading the authorities throws.
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
    const redact = createRedact(options.login);
    const received = await this.#receive(connections, request, options);
    // Outside of the `catch` for network errors, so that a defect here is not reported as one.
    return received.kind === 'raw'
      ? { kind: 'answered', reply: readReply(received.raw, redact) }
      : received;
  }

  async #receive(
    connections: Connections,
    request: WireRequest,
    options: AttemptOptions,
  ): Promise<Received> {
    const tooLong = new AbortController();
    const track = createTrack();
    try {
      const pending = got(`${options.endpoint.origin}${request.path}`, {
        ...this.#gotOptions(connections, request, options),
        signal: AbortSignal.any([tooLong.signal, ...(options.signal ? [options.signal] : [])]),
      });
      pending.on('request', (clientRequest: ClientRequest) => trackRequest(clientRequest, track));
      pending.on('downloadProgress', ({ transferred }) => {
        if (transferred > this.#options.maxReplyBytes) tooLong.abort();
      });
      const { statusCode, headers, rawBody } = await pending;
      return { kind: 'raw', raw: this.#toRaw(statusCode, headers, rawBody) };
    } catch (error) {
      const attempt = { connections, options, track, isTooLong: tooLong.signal.aborted };
      return this.#toFailure(error, attempt);
    } finally {
      const { name } = options.endpoint;
      if (track.secure) this.#recordCertificate(name, track.certificate);
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

  /** The result of a request that ended without a complete reply. */
  #toFailure(error: unknown, { connections, options, track, isTooLong }: FailedRequest): Received {
    const redact = createRedact(options.login);
    const cause = toCause(error, redact);
    const context = this.#toFailureContext(connections, options, track, redact);
    const fault = toNetworkFault(error, context);
    const reason = this.#reasonOf(error, options, { context, fault, isTooLong });
    const { statusCode = 0, headers = {} } = track.answer ?? {};
    // The status is used without its body. Otherwise a rejected login would count as an unknown
    // outcome and might be sent again.
    if (statusCode >= 400) {
      const raw = { httpStatus: statusCode, headers, body: '', unreadable: reason };
      return { kind: 'raw', raw };
    }
    return track.secure && !wasNotRead(track, fault)
      ? { kind: 'unanswered', reason, cause, stale: track.reused }
      : { kind: 'unsent', reason, cause, distrusted: isDistrust(error), fault };
  }

  #toFailureContext(
    { authorities }: Connections,
    { endpoint }: AttemptOptions,
    { certificate, keyed }: Track,
    redact: (text: string) => string,
  ): FailureContext {
    return {
      host: this.#options.serverName ?? new URL(endpoint.origin).hostname,
      authorities,
      certificate,
      keyed,
      redact,
    };
  }

  #recordCertificate(endpoint: string, certificate: PeerCertificate | undefined): void {
    const end = Date.parse(certificate?.valid_to ?? '');
    if (!Number.isNaN(end)) this.#certificateEnds.set(endpoint, new Date(end));
  }

  /** Closes idle and busy connections. */
  close(): void {
    this.#trust.close();
  }

  #reasonOf(
    error: unknown,
    { signal }: AttemptOptions,
    { context, fault, isTooLong }: FailureDetails,
  ): string {
    if (isTooLong) return `the response is longer than ${this.#options.maxReplyBytes} bytes`;
    return signal?.aborted ? 'it was cancelled' : describeFailure(error, context, fault);
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
        // Explicit, because otherwise NODE_TLS_REJECT_UNAUTHORIZED decides.
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
      followRedirect: false, // the login is for this host only
      throwHttpErrors: false,
      decompress: false, // `decodeBody` does, within the limit
      responseType: 'buffer',
      http2: false,
    } as const;
  }
}

/** A reply as received, or an attempt without a reply. */
type Received =
  | { readonly kind: 'raw'; readonly raw: RawReply }
  | Exclude<Attempt, { readonly kind: 'answered' }>;

interface FailedRequest {
  readonly connections: Connections;
  readonly options: AttemptOptions;
  readonly track: Track;
  readonly isTooLong: boolean;
}

interface FailureDetails {
  readonly context: FailureContext;
  readonly fault: NetworkFault | undefined;
  readonly isTooLong: boolean;
}

/**
 * Whether the server rejected the client after the handshake had ended for the client.
 *
 * With TLS 1.3 the handshake ends for the client before the server checks the client certificate. A
 * server that demands one then ends the connection and reads no request (RFC 8446, 4.4.2 and 6.2).
 * With TLS 1.2 such an alert may also end a renegotiation, after the request was read.
 */
function wasNotRead(track: Track, fault: NetworkFault | undefined): boolean {
  const isNew = !track.reused && track.answer === undefined;
  return isNew && track.protocol === 'TLSv1.3' && fault === 'clientCertificate';
}
