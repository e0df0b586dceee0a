import { isIP } from 'node:net';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { NetworkFault } from '../network-fault.ts';
import { defaultTimeouts } from './attempt.ts';
import { parseAuthorities } from './authority.ts';
import type { ReadAuthorities } from './connections.ts';
import { type AewsEndpoint, parseEndpoint } from './endpoint.ts';
import { describeFailure, type FailureContext, isDistrust, toNetworkFault } from './failure.ts';
import { createTrack, watchHandshake } from './track.ts';

/** The result of a connection to one endpoint without a request. */
export interface EndpointProbe {
  /** Host and port. */
  readonly endpoint: string;
  readonly fault?: NetworkFault;
  /** The fault as a text. */
  readonly reason?: string;
  /** End date of the certificate of the server, trusted or not. Absent if none was received. */
  readonly certificateEnd?: Date;
}

/** Options of a probe. */
export interface ProbeOptions {
  /** As for the client. @default - the authorities that Node.js trusts */
  readonly certificateAuthority?: string | readonly string[] | ReadAuthorities | undefined;
  /** Time limit of each phase: lookup, connection, handshake. @default - 5 seconds */
  readonly phaseMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Time within which a server with TLS 1.3 rejects a client without a certificate. */
const rejectionWithinMs = 1_000;

/**
 * Resolves the name of an endpoint, connects, makes the TLS handshake and disconnects.
 *
 * It sends no login and no request. It also throws what reading the authorities throws.
 *
 * @throws {NameError} for an invalid endpoint or certificate authority
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
  endpoint: AewsEndpoint,
  authorities: string | readonly string[] | undefined,
  { phaseMs = defaultTimeouts.secureConnectMs, signal }: ProbeOptions,
): Promise<Attempted> {
  const { hostname, port } = new URL(endpoint.origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const given = authorities === undefined ? undefined : parseAuthorities(authorities);
  const socket = connect({
    host,
    port: Number(port || 443),
    ...(isIP(host) === 0 && { servername: host }),
    ...(given !== undefined && { ca: [...given] }),
    // Explicit, because otherwise NODE_TLS_REJECT_UNAUTHORIZED decides.
    rejectUnauthorized: true,
  });
  const track = createTrack();
  watchHandshake(socket, track);
  const error = await untilSecure(socket, { phaseMs, signal });
  socket.destroy();
  const { certificate, keyed } = track;
  const end = toEnd(certificate);
  const seen = { endpoint: endpoint.name, ...(end && { certificateEnd: end }) };
  if (error === undefined) return { probe: seen, distrusted: false };
  const context: FailureContext = {
    host,
    authorities: given,
    certificate,
    keyed,
    redact: unchanged,
  };
  const fault = toNetworkFault(error, context) ?? 'broken';
  const reason =
    fault === 'cancelled' ? 'it was cancelled' : describeFailure(error, context, fault);
  return { probe: { ...seen, fault, reason }, distrusted: isDistrust(error) };
}

/** A failure in the form of the errors of Node.js and got, which `describeFailure` reads. */
interface Failed {
  readonly code: string;
  /** The phase that exceeded its time limit. */
  readonly event?: string;
  readonly message?: string;
}

/** Returns the text unchanged, because this connection has no secrets. */
const unchanged = (text: string) => text;

/** Resolves when the connection is secure, or with the failure. Each phase has its time limit. */
function untilSecure(
  socket: TLSSocket,
  { phaseMs, signal }: { readonly phaseMs: number; readonly signal: AbortSignal | undefined },
): Promise<Failed | undefined> {
  return new Promise((resolve) => {
    const begin = (event: string) =>
      setTimeout(() => done({ code: 'ETIMEDOUT', event, message: `for ${phaseMs}ms` }), phaseMs);
    let timer = begin('lookup');
    const enterPhase = (event: string) => {
      clearTimeout(timer);
      timer = begin(event);
    };
    const cancel = () => done({ code: 'ABORT_ERR' });
    const done = (error?: Failed) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      resolve(error);
    };
    socket.once('lookup', () => enterPhase('connect'));
    socket.once('connect', () => enterPhase('secureConnect'));
    socket.once('secureConnect', () => {
      if (socket.getProtocol() !== 'TLSv1.3') return done();
      // A session ticket shows that the server accepts the client. A server without tickets accepts
      // it if no alert arrives in time.
      clearTimeout(timer);
      timer = setTimeout(done, Math.min(phaseMs, rejectionWithinMs));
      socket.once('session', () => done());
    });
    // `on`, not `once`: an error after the result needs a listener too.
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
