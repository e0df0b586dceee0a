import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A connection to a server on loopback that takes time. */
export interface SlowLink extends AsyncDisposable {
  readonly port: number;
}

/**
 * Relays to a port of `localhost`. Each byte takes half a round trip in each direction, and a new
 * connection one round trip more: the handshake of TCP.
 */
export async function startSlowLink(port: number, tripMs: number): Promise<SlowLink> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port, host: 'localhost', noDelay: true });
    relay(near, far, tripMs / 2, tripMs);
    relay(far, near, tripMs / 2, 0);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      // The other side ends too; nothing else is to be done.
      socket.on('error', () => undefined);
    }
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** The delays never change the order: each is due no earlier than the one before. */
function relay(from: Socket, to: Socket, delayMs: number, firstMs: number): void {
  let dueMs = performance.now() + firstMs + delayMs;
  const later = (deliver: () => void) => {
    dueMs = Math.max(dueMs, performance.now() + delayMs);
    setTimeout(deliver, dueMs - performance.now());
  };
  from.on('data', (chunk) => later(() => to.writable && to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('close', () => later(() => to.destroy()));
}
