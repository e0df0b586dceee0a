import type { NetworkFault } from '../network-fault.ts';

/** A failed TLS handshake. */
export interface TlsFailure {
  /** The text of OpenSSL, such as `ssl/tls alert handshake failure`. */
  readonly words: string;
  /**
   * Whether client and server had agreed on keys, so that only the client certificate is missing.
   */
  readonly keyed: boolean;
}

/** Alerts of a server about the certificate of the client (RFC 5246 7.2.2, RFC 8446 6.2). */
const certificateAlert =
  /certificate required|bad certificate|no certificate|unsupported certificate|certificate (?:unknown|revoked|expired)|unknown ca|access denied/;

const faults: readonly (readonly [RegExp, NetworkFault])[] = [
  [/legacy renegotiation|no renegotiation/, 'legacyRenegotiation'],
  [
    /protocol version|unsupported protocol|wrong ssl version|no protocols available|inappropriate fallback/,
    'tlsVersion',
  ],
  [
    /wrong version number|packet length too long|http request|record layer|unknown protocol/,
    'noTls',
  ],
  [/key too small|key too weak|md too weak|digest .*too weak|legacy sigalg/, 'weakCertificate'],
  [certificateAlert, 'clientCertificate'],
  [
    /insufficient security|no shared cipher|no ciphers available|wrong (?:cipher|curve)|no suitable|missing extension/,
    'noSharedCipher',
  ],
  [/unrecognized name/, 'wrongHost'],
];

/**
 * The fault of a failed handshake. `undefined` if the text is not a failure of TLS.
 *
 * The alert `handshake failure` has two common causes. Before the key agreement, client and server
 * have no cipher suite, curve or signature algorithm in common. After it, with TLS 1.2, the server
 * demands a client certificate.
 */
export function toTlsFault({ words, keyed }: TlsFailure): NetworkFault | undefined {
  if (words === '') return undefined;
  if (/alert handshake failure/.test(words)) return keyed ? 'clientCertificate' : 'noSharedCipher';
  const known = faults.find(([pattern]) => pattern.test(words))?.[1];
  return known ?? (/\balert\b/.test(words) ? 'tlsRejected' : undefined);
}

/**
 * The text of OpenSSL in an error, in lower case.
 *
 * It is part of a message such as `error:0A00042E:SSL routines:f:words:file`, or of a code such as
 * `ERR_SSL_WRONG_VERSION_NUMBER`. For certificate checks it is the code or the message itself.
 */
export function toTlsWords(code: string, message: string): string {
  const routine = /error:[0-9A-F]{8}:SSL routines:[^:]*:([^:]+)/i.exec(message)?.[1];
  if (routine !== undefined) return routine.trim().toLowerCase();
  if (code.startsWith('ERR_SSL_')) return toWords(code.slice('ERR_SSL_'.length));
  if (/^(?:CA|EE)_\w+_TOO_(?:SMALL|WEAK)$/.test(code)) return toWords(code);
  return code === 'UNSPECIFIED' ? message.toLowerCase() : '';
}

function toWords(code: string): string {
  return code.replaceAll('_', ' ').toLowerCase();
}
