import { isIP } from 'node:net';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { NetworkFault } from '../network-fault.ts';
import { defaultTimeouts } from './attempt.ts';
import { parseAuthorities } from './authority.ts';
import type { ReadAuthorities } from './connections.ts';
import { type AewsEndpoint, parseEndpoint } from './endpoint.ts';
import { describeFailure, type FailureScene, isDistrust, toNetworkFault } from './failure.ts';
import { beginTrack, watchHandshake } from './track.ts';

/** How far a connection to one endpoint came; nothing was asked over it. */
export interface EndpointProbe {
  /** Host and port. */
  readonly endpoint: string;
  readonly fault?: NetworkFault;
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

/** How long a server with TLS 1.3 may take to refuse a client that has no certificate. */
const refusalWithinMs = 1_000;

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
    // Said aloud, since NODE_TLS_REJECT_UNAUTHORIZED would otherwise decide.
    rejectUnauthorized: true,
  });
  const track = beginTrack();
  watchHandshake(socket, track);
  const error = await untilSecure(socket, { phaseMs, signal });
  socket.destroy();
  const { certificate, keyed } = track;
  const end = toEnd(certificate);
  const seen = { endpoint: endpoint.name, ...(end && { certificateEnd: end }) };
  if (error === undefined) return { probe: seen, distrusted: false };
  const scene: FailureScene = { host, authorities: given, certificate, keyed, hide: plain };
  const fault = toNetworkFault(error, scene) ?? 'broken';
  const reason = fault === 'cancelled' ? 'it was cancelled' : describeFailure(error, scene, fault);
  return { probe: { ...seen, fault, reason }, distrusted: isDistrust(error) };
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
    socket.once('secureConnect', () => {
      if (socket.getProtocol() !== 'TLSv1.3') return done();
      // The server has taken the client when it gives out a ticket; one without tickets is believed after a while.
      clearTimeout(timer);
      timer = setTimeout(done, Math.min(phaseMs, refusalWithinMs));
      socket.once('session', () => done());
    });
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
