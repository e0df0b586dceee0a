import { X509Certificate } from 'node:crypto';
import { NameError } from '../errors.ts';

/**
 * Checks the certificates a client is to trust, so that a wrong file is told at the start and not as a refused server.
 *
 * @param given PEM texts, each with one certificate or several
 * @throws {NameError} for a text without a certificate, or with one that does not read
 */
export function parseAuthorities(given: string | readonly string[]): readonly string[] {
  const texts = typeof given === 'string' ? [given] : given;
  if (texts.length === 0) throw refuse('an empty list');
  return texts.flatMap((text) => {
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
    // Not repeated: the likeliest wrong file is the one with the private key.
    if (blocks === null) throw refuse('text without a PEM certificate');
    if (!blocks.every(isReadable)) throw refuse('a PEM certificate that does not read');
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

function refuse(found: string): NameError {
  return new NameError({
    what: 'certificate authority',
    found,
    allowed: 'one or more certificates in PEM, from BEGIN CERTIFICATE to END CERTIFICATE',
  });
}
