import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { toHostname } from './attempt-request.ts';
import { loadHttp, loadTls } from './load-module.ts';

/** The proxy could not be reached, or refused the tunnel. */
export class TunnelError extends Error {
  override readonly name = 'TunnelError';
  readonly host: string;
  /** Status of the proxy's answer. `undefined` if there was none. */
  readonly status: number | undefined;

  constructor(host: string, failure: { readonly status: number } | { readonly cause: unknown }) {
    super(
      'the proxy refused the tunnel',
      'cause' in failure ? { cause: failure.cause } : undefined,
    );
    this.host = host;
    this.status = 'status' in failure ? failure.status : undefined;
  }
}

/** The check of both certificates: of an https proxy, and of the server behind it. */
interface TlsCheck {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string | string[];
}

const tunnelTimeoutMs = 10_000;

/**
 * Opens a CONNECT tunnel, and TLS through it.
 *
 * @param proxy an http or https URL; its login is sent to the proxy
 * @param timeoutMs maximum silence of the proxy, and of the server behind it. Then the connection is
 * closed, since each attempt of a waiting command would leave one open
 * @returns a connection whose certificate has been verified
 * @throws {TunnelError} if the proxy fails; any other error is of the server behind it
 */
export async function openTlsThroughProxy(
  proxy: URL,
  url: URL,
  check: TlsCheck,
  timeoutMs = tunnelTimeoutMs,
): Promise<TLSSocket> {
  const socket = await openTunnel(proxy, url, check, timeoutMs);
  const host = toHostname(url);
  return new Promise((resolve, reject) => {
    const secured = loadTls().connect({
      ...check,
      socket,
      host,
      ...(isIP(host) === 0 && { servername: host }),
    });
    secured.once('error', reject);
    secured.setTimeout(timeoutMs, () => secured.destroy(toTimeout()));
    secured.once('secureConnect', () => {
      secured.setTimeout(0);
      secured.off('error', reject);
      resolve(secured);
    });
  });
}

function toTimeout(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}

function openTunnel(proxy: URL, url: URL, check: TlsCheck, timeoutMs: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const fail = (failure: ConstructorParameters<typeof TunnelError>[1]) =>
    reject(new TunnelError(proxy.host, failure));
  const sent = sendConnect(proxy, url, check, timeoutMs);
  sent.on('connect', ({ statusCode = 0 }: IncomingMessage, socket: Socket) => {
    if (statusCode >= 200 && statusCode < 300) {
      socket.setTimeout(0);
      resolve(socket);
      return;
    }
    socket.destroy();
    fail({ status: statusCode });
  });
  // A proxy that answers as if CONNECT were another method.
  sent.on('response', (response) => {
    response.destroy();
    fail({ status: response.statusCode ?? 0 });
  });
  sent.on('timeout', () => sent.destroy(toTimeout()));
  sent.on('error', (cause) => fail({ cause }));
  sent.end();
  return promise;
}

function sendConnect(proxy: URL, url: URL, check: TlsCheck, timeout: number): ClientRequest {
  const target = `${url.hostname}:${url.port || 443}`;
  const isHttps = proxy.protocol === 'https:';
  return (isHttps ? requestHttps : loadHttp().request)({
    agent: false,
    method: 'CONNECT',
    hostname: toHostname(proxy),
    port: proxy.port || (isHttps ? 443 : 80),
    path: target,
    timeout,
    headers: { host: target, ...toProxyLogin(proxy) },
    ...(isHttps && check),
  });
}

function toProxyLogin({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}
