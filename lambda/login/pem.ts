import { X509Certificate } from 'node:crypto';

/** What is wrong with a text that should be certificates, in words that fit behind `found`; never a part of the text. */
export interface PemFault {
  readonly found: string;
  /** What to do about it, where that is not plain. */
  readonly advice?: string;
}

/** Looks for what keeps a text from being one or more certificates in PEM; `undefined` where it is sound. */
export function findPemFault(text: string): PemFault | undefined {
  if (text.trim() === '') return { found: 'an empty text' };
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return { found: 'a private key', advice: 'take it out' };
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
    // OpenSSL says where in the encoding it stumbled, which helps nobody.
    return false;
  }
}
