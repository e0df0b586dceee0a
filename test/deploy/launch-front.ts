import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type Authority, makeAuthority } from '../support/certificates.ts';

/**
 * A TLS server before the REST APIs that MiniStack serves over plain HTTP: the command speaks HTTPS
 * only.
 */
export interface LaunchFront extends AsyncDisposable {
  /** `https://localhost:PORT`. */
  readonly url: string;
  /** The CA of its certificate, as PEM. */
  readonly certificateAuthority: string;
  /** Forwards all requests to a REST API. Without one, the answer is 502. @param stageUrl without a slash at its end */
  forwardTo(stageUrl: string): void;
}

/** Starts the server on a free port of loopback, before the REST API exists. */
export async function startLaunchFront(): Promise<LaunchFront> {
  const authority: Authority = await makeAuthority();
  const { certificate: cert, privateKey: key } = authority.server;
  let stageUrl: string | undefined;
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    if (stageUrl === undefined) outgoing.writeHead(502).end();
    else forward(`${stageUrl}${incoming.url}`, incoming, outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the front is closed');
  return {
    url: `https://localhost:${address.port}`,
    certificateAuthority: authority.certificate,
    forwardTo: (next) => {
      stageUrl = next;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function forward(url: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers } = incoming;
  const { host: _, ...kept } = headers;
  // A client that is gone must not leave its request behind.
  const stopping = new AbortController();
  outgoing.once('close', () => stopping.abort());
  const sent = request(url, { method, headers: kept, signal: stopping.signal }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  sent.once('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end();
  });
  incoming.pipe(sent);
}
