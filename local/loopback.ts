import { once } from 'node:events';
import type { Server } from 'node:http';

/** Starts a server on a free loopback port. */
export async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/**
 * Host and port of a listening server. @throws {Error} with the message `closed` if it does not
 * listen any more
 */
export function toAddress(server: Server, closed: string): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error(closed);
  return `127.0.0.1:${address.port}`;
}

/** Closes every connection of a server and frees its port. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
