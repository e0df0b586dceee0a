import type { ClientRequest, IncomingMessage } from 'node:http';
import { type PeerCertificate, TLSSocket } from 'node:tls';

/** The progress of one request. */
export interface Track {
  /** Client and server have agreed on keys. With TLS 1.2 the server may still reject the client. */
  keyed: boolean;
  /** The connection is established and its certificate is trusted: the request may have arrived. */
  secure: boolean;
  /** Such as `TLSv1.3`. Set for a new and secure connection. */
  protocol: string | undefined;
  /** Status and headers of the reply, as soon as they have arrived. */
  answer: IncomingMessage | undefined;
  /** Earlier requests have used the connection. */
  reused: boolean;
  /** The certificate of the server. Set for a new connection. */
  certificate: PeerCertificate | undefined;
}

/** Creates the track of a request that has not started. */
export function createTrack(): Track {
  return {
    keyed: false,
    secure: false,
    protocol: undefined,
    answer: undefined,
    reused: false,
    certificate: undefined,
  };
}

/** Updates the track of a request during the request. */
export function trackRequest(request: ClientRequest, track: Track): void {
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

/** Records in the track that keys are agreed, and the certificate of the server. */
export function watchHandshake(
  socket: TLSSocket,
  track: Pick<Track, 'keyed' | 'certificate'>,
): void {
  // Only the existence of keys is recorded, never the keys.
  socket.once('keylog', () => {
    track.keyed = true;
  });
  // 'secure' is emitted before the check of the certificate. After a failed check the socket has no
  // certificate any more.
  socket.prependOnceListener('secure', () => {
    track.certificate = socket.getPeerCertificate(true);
  });
}
