import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createHttps, type Server } from 'node:https';
import { connect } from 'node:net';
import type { Identity } from './certificates.ts';
import { listen, type TestServer } from './servers.ts';

/** A CONNECT request that arrived at the proxy. */
export interface TunnelRequest {
  /** `host:port`. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** A proxy on loopback that opens tunnels for CONNECT. */
export interface ConnectProxy extends TestServer {
  readonly requests: readonly TunnelRequest[];
  /** Addresses of requests without a tunnel, which the proxy refuses. */
  readonly plain: readonly string[];
  /** Distinct targets of all requests, as `host:port`. */
  readonly targets: () => readonly string[];
}

/**
 * Starts a proxy whose tunnels all lead to one port of loopback, for any host.
 *
 * @param refusal end of the status line with which every tunnel is refused, such as `407 Proxy
 * Authentication Required`
 */
export async function startConnectProxy(port: number, refusal?: string): Promise<ConnectProxy> {
  const requests: TunnelRequest[] = [];
  const plain: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    plain.push(url);
    response.writeHead(405).end();
  });
  server.on('connect', ({ url = '', headers }, client) => {
    requests.push({ target: url, headers });
    client.on('error', () => client.destroy());
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  const listening = await listen(server);
  return {
    ...listening,
    requests,
    plain,
    targets: () => [...new Set(requests.map(({ target }) => target))],
  };
}

/**
 * Serves the host names of AWS over HTTPS and forwards each request to the URL of its service. The
 * end of a proxy tunnel.
 */
export async function serveAws(
  identity: Identity,
  toUrl: (host: string) => string,
): Promise<TestServer> {
  const server: Server = createHttps(
    { cert: identity.certificate, key: identity.privateKey },
    async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { host = '', connection: _, 'content-length': __, ...headers } = request.headers;
      const answer = await fetch(toUrl(host), {
        method: request.method ?? 'GET',
        headers: Object.entries(headers).map(([name, value]): [string, string] => [
          name,
          `${value}`,
        ]),
        ...(request.method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
      });
      const type = answer.headers.get('content-type') ?? 'application/json';
      response.writeHead(answer.status, { 'content-type': type });
      response.end(Buffer.from(await answer.arrayBuffer()));
    },
  );
  return listen(server);
}
