import { Agent } from 'node:https';
import type { AgentSettings } from '../settings.ts';
import { attemptRequest } from './attempt-request.ts';
import {
  describeConnectionError,
  describeNetworkError,
  isUnknownIssuer,
} from './connection-reasons.ts';
import { loadTls } from './load-module.ts';
import type { ExchangeRequest, ExchangeResult } from './outcome.ts';
import { openTlsThroughProxy, TunnelError } from './proxy-tunnel.ts';

/** Sends HTTPS requests over connections that stay open between them. */
export interface HttpsExchange {
  /**
   * Sends one request. Never rejects.
   *
   * A free connection is used again. If the server had closed it, the request is sent again at once
   * on another one.
   */
  readonly send: (request: ExchangeRequest) => Promise<ExchangeResult>;
  /** Closes every connection. Requests in flight fail. */
  readonly close: () => void;
}

/** Which server an exchange calls, and how. */
export type ExchangeSettings = Pick<
  AgentSettings,
  'url' | 'certificates' | 'certificatesPath' | 'proxy'
>;

/** Creates an exchange with one server. Nothing is sent. */
export function createExchange(settings: ExchangeSettings): HttpsExchange {
  const { url, certificates } = settings;
  let agent = createAgent(settings, certificates);
  let trustsAll = certificates === undefined;
  let isClosed = false;

  /**
   * The CA file alone is tried first: loading all CA certificates of Node.js takes 15 ms and 2 MB
   * (measured).
   */
  function trustAll(): void {
    agent.destroy();
    agent = createAgent(settings, [...loadTls().getCACertificates('default'), certificates ?? '']);
    trustsAll = true;
  }

  async function send(call: ExchangeRequest): Promise<ExchangeResult> {
    const attempt = await attemptRequest(
      { agent, url, isTunnel: settings.proxy !== undefined },
      call,
    );
    if (isClosed) return { kind: 'lost', reason: 'the command has closed the connection' };
    switch (attempt.kind) {
      case 'answered':
        return attempt;
      case 'stale':
        return send(call);
      case 'lost':
        return { kind: 'lost', reason: describeNetworkError(attempt.error) };
      case 'unreached':
        if (trustsAll || !isUnknownIssuer(attempt.error)) return toFailure(attempt.error, settings);
        trustAll();
        return send(call);
      default:
        return attempt satisfies never;
    }
  }

  function close(): void {
    isClosed = true;
    agent.destroy();
  }

  return { send, close };
}

function createAgent(settings: ExchangeSettings, ca: string | string[] | undefined): Agent {
  const { proxy, url } = settings;
  // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would turn the check off.
  const tls = { rejectUnauthorized: true, ...(ca && { ca }) };
  const agent = new Agent({ keepAlive: true, ...tls });
  if (proxy === undefined) return agent;
  // Documented: an agent may create the socket later, and call back with it.
  agent.createConnection = (_, callback) => {
    openTlsThroughProxy(proxy.url, url, tls).then(
      (socket) => callback?.(null, socket),
      // The socket is not read after an error.
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined;
  };
  return agent;
}

function toFailure(
  error: unknown,
  { url, certificatesPath, proxy }: ExchangeSettings,
): ExchangeResult {
  if (!(error instanceof TunnelError)) {
    return describeConnectionError(error, { host: url.host, certificatesPath });
  }
  const from = `proxy ${error.host} of ${proxy?.variable}`;
  if (error.status !== undefined) {
    // 407 needs a login, 403 another rule of the proxy. 5xx may pass.
    const kind = error.status < 500 ? 'untrusted' : 'unreached';
    return { kind, reason: `${from} answers HTTP ${error.status} to CONNECT ${url.host}` };
  }
  const place = { host: from, certificatesPath };
  return describeConnectionError(error.cause, place);
}
