import { once } from 'node:events';
import type { Server } from 'node:http';

/** Lets a server listen on a free port of loopback. */
export async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** Host and port of a server that listens. @throws {Error} with `closed` where it does not any more */
export function toAddress(server: Server, closed: string): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error(closed);
  return `127.0.0.1:${address.port}`;
}

/** Ends every connection of a server and frees its port. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
