import type { ClientRequest } from 'node:http';
import type { PeerCertificate } from 'node:tls';
import got from 'got';
import type { Attempt, AttemptOptions, Carrier, Timeouts } from './attempt.ts';
import { type Authorities, type Connections, Trust } from './connections.ts';
import { createHide, describeFailure, isDistrust, toBasic, toCause } from './failure.ts';
import { readReply } from './reply.ts';
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
