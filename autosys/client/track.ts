import type { ClientRequest, IncomingMessage } from 'node:http';
import { type PeerCertificate, TLSSocket } from 'node:tls';

/** How far one request came. */
export interface Track {
  /** Both sides have agreed on keys; with TLS 1.2 the server may still refuse the client. */
  keyed: boolean;
  /** The connection stood and its certificate held: from here on the request may have arrived. */
  secure: boolean;
  /** Such as `TLSv1.3`, where the connection is new and secure. */
  protocol: string | undefined;
  /** The status of the answer and its headers, from the moment they came. */
  answer: IncomingMessage | undefined;
  /** The connection had served before. */
  reused: boolean;
  /** Of the server, where the connection was new. */
  certificate: PeerCertificate | undefined;
}

export function beginTrack(): Track {
  return {
    keyed: false,
    secure: false,
    protocol: undefined,
    answer: undefined,
    reused: false,
    certificate: undefined,
  };
}

/** Keeps the track of a request up to date. */
export function follow(request: ClientRequest, track: Track): void {
  request.once('response', (answer) => {
    track.answer = answer;
  });
  request.once('socket', (socket) => {
    if (request.reusedSocket) {
      track.secure = true;
      track.reused = true;
      return;
    }
    socket.once('secureConnect', () => {
      track.secure = true;
      if (socket instanceof TLSSocket) track.protocol = socket.getProtocol() ?? undefined;
    });
    if (socket instanceof TLSSocket) watchHandshake(socket, track);
  });
}

/** Records in the track that both sides have keys, and the certificate of the server. */
export function watchHandshake(
  socket: TLSSocket,
  track: Pick<Track, 'keyed' | 'certificate'>,
): void {
  // Only that there are keys matters, never what they are.
  socket.once('keylog', () => {
    track.keyed = true;
  });
  // 'secure' comes before the verdict on the certificate; after a bad one the socket forgets whom
  // it met.
  socket.prependOnceListener('secure', () => {
    track.certificate = socket.getPeerCertificate(true);
  });
}
