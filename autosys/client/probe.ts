import { isIP } from 'node:net';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { defaultTimeouts } from './attempt.ts';
import { parseAuthorities } from './authority.ts';
import type { ReadAuthorities } from './connections.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';
import { describeFailure, isDistrust } from './failure.ts';

/** What keeps a secure connection from standing. */
export type ProbeFault =
  | 'unresolved'
  | 'refused'
  | 'unroutable'
  | 'timeout'
  | 'broken'
  | 'noTls'
  | 'expired'
  | 'notYetValid'
  | 'selfSigned'
  | 'unknownIssuer'
  | 'wrongHost'
  | 'cancelled';

/** How far a connection to one endpoint came; nothing was asked over it. */
export interface EndpointProbe {
  /** Host and port. */
  readonly endpoint: string;
  readonly fault?: ProbeFault;
  /** The fault in words. */
  readonly reason?: string;
  /** When the server's own certificate ends, where it was shown, trusted or not. */
  readonly certificateEnd?: Date;
}

/** What a probe needs to know. */
export interface ProbeOptions {
  /** As the client takes it. @default - the authorities Node.js knows */
  readonly certificateAuthority?: string | readonly string[] | ReadAuthorities | undefined;
  /** For looking up, connecting, and the handshake, each. @default - 5 seconds */
  readonly phaseMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const faultByCode: Readonly<Record<string, ProbeFault>> = {
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unroutable',
  ENETUNREACH: 'unroutable',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'broken',
  EPIPE: 'broken',
  EPROTO: 'noTls',
  ERR_SSL_WRONG_VERSION_NUMBER: 'noTls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'noTls',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'notYetValid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'selfSigned',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrongHost',
  ABORT_ERR: 'cancelled',
};

/**
 * Resolves the name of an endpoint, connects, agrees on TLS and hangs up: no login, no request.
 *
 * @throws {NameError} where the endpoint or an authority is none, and what reading the authorities throws
 */
export async function probeEndpoint(
  url: string,
  options: ProbeOptions = {},
): Promise<EndpointProbe> {
  const endpoint = parseEndpoint(url);
  const { certificateAuthority: given } = options;
  const read = typeof given === 'function' ? given : async () => given;
  const authorities = await read();
  const first = await attempt(endpoint, authorities, options);
  if (!first.distrusted) return first.probe;
  const others = await read('refusal');
  if (String(others) === String(authorities)) return first.probe;
  return (await attempt(endpoint, others, options)).probe;
}

interface Attempted {
  readonly probe: EndpointProbe;
  /** Other authorities may trust it. */
  readonly distrusted: boolean;
}

async function attempt(
  endpoint: Endpoint,
  authorities: string | readonly string[] | undefined,
  { phaseMs = defaultTimeouts.secureConnectMs, signal }: ProbeOptions,
): Promise<Attempted> {
  const { hostname, port } = new URL(endpoint.origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  let certificate: PeerCertificate | undefined;
  const socket = connect({
    host,
    port: Number(port || 443),
    ...(isIP(host) === 0 && { servername: host }),
    ...(authorities !== undefined && { ca: [...parseAuthorities(authorities)] }),
    // Said aloud, since NODE_TLS_REJECT_UNAUTHORIZED would otherwise decide.
    rejectUnauthorized: true,
  });
  // 'secure' comes before the verdict on the certificate; after a bad one the socket forgets whom it met.
  socket.prependOnceListener('secure', () => {
    certificate = socket.getPeerCertificate(true);
  });
  const error = await untilSecure(socket, { phaseMs, signal });
  socket.destroy();
  const end = toEnd(certificate);
  const seen = { endpoint: endpoint.name, ...(end && { certificateEnd: end }) };
  if (error === undefined) return { probe: seen, distrusted: false };
  const scene = { host, ownAuthority: authorities !== undefined, certificate, hide: plain };
  const { code } = error;
  const distrusted = isDistrust(error);
  const fault = faultByCode[code] ?? (distrusted ? 'unknownIssuer' : 'broken');
  const reason = fault === 'cancelled' ? 'it was cancelled' : describeFailure(error, scene);
  return { probe: { ...seen, fault, reason }, distrusted };
}

/** As errors of Node.js and got tell it, for `describeFailure` reads both. */
interface Failed {
  readonly code: string;
  /** The phase that took too long, and for how long. */
  readonly event?: string;
  readonly message?: string;
}

/** Nothing but the host goes over this connection, so there is nothing to hide. */
const plain = (text: string) => text;

/** Resolves when the connection is secure, or with what went wrong; each phase has its time. */
function untilSecure(
  socket: TLSSocket,
  { phaseMs, signal }: { readonly phaseMs: number; readonly signal: AbortSignal | undefined },
): Promise<Failed | undefined> {
  return new Promise((resolve) => {
    const begin = (event: string) =>
      setTimeout(() => done({ code: 'ETIMEDOUT', event, message: `for ${phaseMs}ms` }), phaseMs);
    let timer = begin('lookup');
    const pass = (event: string) => {
      clearTimeout(timer);
      timer = begin(event);
    };
    const cancel = () => done({ code: 'ABORT_ERR' });
    const done = (error?: Failed) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      resolve(error);
    };
    socket.once('lookup', () => pass('connect'));
    socket.once('connect', () => pass('secureConnect'));
    socket.once('secureConnect', () => done());
    // Not once: an error that comes after the verdict must find a listener too.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      done(Object.assign(error, { code: error.code ?? '' })),
    );
    socket.once('close', () => done({ code: 'ECONNRESET' }));
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}

function toEnd(certificate: PeerCertificate | undefined): Date | undefined {
  const end = Date.parse(certificate?.valid_to ?? '');
  return Number.isNaN(end) ? undefined : new Date(end);
}
