import type { IncomingMessage } from 'node:http';
import { type Agent, request } from 'node:https';
import type { ExchangeRequest, ExchangeResult } from './outcome.ts';

/** The result of one attempt. */
export type RequestAttempt =
  | Extract<ExchangeResult, { readonly kind: 'answered' }>
  /** No connection could be opened, so nothing was sent. */
  | { readonly kind: 'unreached'; readonly error: unknown }
  /** The free connection was closed before an answer arrived. */
  | { readonly kind: 'stale' }
  /** The request may have arrived. */
  | { readonly kind: 'lost'; readonly error: unknown };

/** Where a request is sent. */
export interface RequestPlace {
  readonly agent: Agent;
  readonly url: URL;
  /** True if the agent hands out connections only after the TLS handshake. */
  readonly isTunnel: boolean;
}

const connectTimeoutMs = 10_000;

/** Longest answer, in bytes. A page of a log has 256 KiB before it is escaped. */
const maxAnswerBytes = 8_388_608;

/** Sends one request over one connection. Never rejects. */
export function attemptRequest(
  { agent, url, isTunnel }: RequestPlace,
  { method, path, headers, body = '', timeoutMs }: ExchangeRequest,
): Promise<RequestAttempt> {
  return new Promise((resolve) => {
    let failure: 'unreached' | 'stale' | 'lost' = 'unreached';
    const sent = request({
      agent,
      hostname: toHostname(url),
      port: url.port || 443,
      method,
      path: `${url.pathname === '/' ? '' : url.pathname}${path}`,
      headers: {
        ...headers,
        ...(method === 'POST' && { 'content-length': Buffer.byteLength(body) }),
      },
    });
    let timer = setTimeout(giveUp, Math.min(connectTimeoutMs, timeoutMs));
    function giveUp(): void {
      if (failure === 'stale') failure = 'lost';
      sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
    }
    function connected(next: 'stale' | 'lost'): void {
      failure = next;
      clearTimeout(timer);
      timer = setTimeout(giveUp, timeoutMs);
    }
    function settle(attempt: RequestAttempt): void {
      clearTimeout(timer);
      resolve(attempt);
    }
    sent.on('socket', (socket) => {
      if (sent.reusedSocket) connected('stale');
      else if (isTunnel) connected('lost');
      else socket.once('secureConnect', () => connected('lost'));
    });
    sent.on('error', (error) => settle({ kind: failure, error }));
    sent.on('response', (response) => {
      failure = 'lost';
      readText(response).then(
        (text) => settle({ kind: 'answered', ...toHead(response), body: text }),
        (error: unknown) => {
          sent.destroy();
          settle({ kind: 'lost', error });
        },
      );
    });
    sent.end(body);
  });
}

/** Without the brackets of an IPv6 address. */
export function toHostname({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function toHead({ statusCode = 0, headers }: IncomingMessage) {
  const texts = Object.entries(headers).map(([name, value]) => [name, value?.toString()] as const);
  return { status: statusCode, headers: Object.fromEntries(texts) };
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxAnswerBytes) {
      throw Object.assign(new Error('answer too long'), {
        code: `answer above ${maxAnswerBytes} bytes`,
      });
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}
