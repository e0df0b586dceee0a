import { X509Certificate } from 'node:crypto';

/** Fault of a text that should hold certificates. Contains no part of the text. */
export interface PemFault {
  /** What was found instead, as a phrase after `found`. */
  readonly found: string;
  /** What to do, unless it is obvious. */
  readonly advice?: string;
}

/**
 * Returns the fault of a text that should be one or more PEM certificates, `undefined` if it is
 * valid.
 */
export function findPemFault(text: string): PemFault | undefined {
  if (text.trim() === '') return { found: 'an empty text' };
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return { found: 'a private key', advice: 'remove it' };
  }
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  if (certificates === null) return { found: 'no certificate' };
  const damaged = certificates.findIndex((certificate) => !isCertificate(certificate));
  return damaged === -1 ? undefined : { found: `a damaged certificate (number ${damaged + 1})` };
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    // The position in the encoding that OpenSSL reports does not help an operator.
    return false;
  }
}
