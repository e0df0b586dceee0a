import { X509Certificate } from 'node:crypto';
import { NameError } from '../errors.ts';

/**
 * Checks the certificates that a client trusts, so that a wrong file is reported at the start and
 * not as an untrusted server.
 *
 * @param given PEM texts, each with one or more certificates
 * @throws {NameError} for a text without a certificate or with an invalid one
 */
export function parseAuthorities(given: string | readonly string[]): readonly string[] {
  const texts = typeof given === 'string' ? [given] : given;
  if (texts.length === 0) throw toFault('an empty list');
  return texts.flatMap((text) => {
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
    // The text is not repeated, because a wrong file is often the one with the private key.
    if (blocks === null) throw toFault('text without a PEM certificate');
    if (!blocks.every(isReadable)) throw toFault('an invalid PEM certificate');
    return blocks;
  });
}

function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function toFault(found: string): NameError {
  return new NameError({
    what: 'certificate authority',
    found,
    allowed: 'one or more certificates in PEM, from BEGIN CERTIFICATE to END CERTIFICATE',
  });
}
