import type { ClientRequest } from 'node:http';
import { type PeerCertificate, TLSSocket } from 'node:tls';

/** How far one request came. */
export interface Track {
  /** The connection stood and its certificate held: from here on the request may have arrived. */
  secure: boolean;
  /** The connection had served before. */
  reused: boolean;
  /** Of the server, where the connection was new. */
  certificate: PeerCertificate | undefined;
}

export function beginTrack(): Track {
  return { secure: false, reused: false, certificate: undefined };
}

/** Keeps the track of a request up to date. */
export function follow(request: ClientRequest, track: Track): void {
  request.once('socket', (socket) => {
    if (request.reusedSocket) {
      track.secure = true;
      track.reused = true;
      return;
    }
    socket.once('secureConnect', () => {
      track.secure = true;
    });
    if (!(socket instanceof TLSSocket)) return;
    // 'secure' comes before the verdict on the certificate; after a bad one the socket forgets whom it met.
    socket.prependOnceListener('secure', () => {
      track.certificate = socket.getPeerCertificate(true);
    });
  });
}
