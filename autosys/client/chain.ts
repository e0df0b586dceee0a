import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { toOneLine } from './reply.ts';

/** A server's certificate and those above it, as far as the server sent them or `ca` holds them; each once. */
export function chainOf(leaf: PeerCertificate | undefined): readonly PeerCertificate[] {
  const chain: PeerCertificate[] = [];
  let certificate = leaf;
  while (certificate !== undefined && !chain.includes(certificate)) {
    chain.push(certificate);
    certificate =
      'issuerCertificate' in certificate
        ? (certificate.issuerCertificate as PeerCertificate)
        : undefined;
  }
  return chain;
}

/** The first authority that is missing: neither sent by the server nor among the given ones. */
export interface MissingIssuer {
  /** Its name, for a message; empty where the certificate does not tell. */
  readonly name: string;
  /** Whether a given authority has the same name, and another key. */
  readonly namesake: boolean;
}

/**
 * Which authority the chain of a server ends before.
 *
 * @param authorities PEM, one certificate each
 */
export function findMissingIssuer(
  leaf: PeerCertificate | undefined,
  authorities: readonly string[],
): MissingIssuer {
  const last = chainOf(leaf).at(-1);
  if (!(last?.raw instanceof Uint8Array)) return { name: '', namesake: false };
  const { issuer } = new X509Certificate(last.raw);
  const namesake = authorities.some((pem) => new X509Certificate(pem).subject === issuer);
  return { name: toOneLine(issuer.split('\n').join(', ')).slice(0, 120), namesake };
}
