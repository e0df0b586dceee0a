import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Lets a server be closed without an answer in progress: returns a function that refuses further
 * requests and waits until each request that has come whole is answered.
 *
 * For dynalite. Its operations go on when their connection is closed, and throw where nothing can
 * catch it once its database is closed; a request cut off while it is sent throws too.
 */
export function trackRequests(server: Server): () => Promise<void> {
  const inProgress = new Set<ServerResponse>();
  let refuse = false;
  let idle: (() => void) | undefined;
  const leave = (response: ServerResponse): void => {
    inProgress.delete(response);
    if (inProgress.size === 0) idle?.();
  };
  const handlers = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (refuse) {
      request.socket.destroy();
      return;
    }
    inProgress.add(response);
    const end = response.end;
    response.end = ((...args: Parameters<ServerResponse['end']>) => {
      leave(response);
      return end.apply(response, args);
    }) as ServerResponse['end'];
    for (const handle of handlers) handle.call(server, request, response);
    request.removeAllListeners('error');
    request.on('error', () => leave(response));
  });
  return async function drain(): Promise<void> {
    refuse = true;
    if (inProgress.size > 0) await new Promise<void>((resolve) => (idle = resolve));
  };
}
