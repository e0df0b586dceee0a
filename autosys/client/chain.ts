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

/**
 * The name of the authority that the chain of a server lacks: neither sent by the server nor given.
 *
 * Then `ca` lacks an intermediate or the root, or it holds another authority; the two cannot be
 * told apart.
 *
 * @param authorities PEM, one certificate each
 * @returns `undefined` where no authorities were given, where the chain or the name is unknown, and
 *   where a given authority has that name and another key
 */
export function findMissingIssuer(
  leaf: PeerCertificate | undefined,
  authorities: readonly string[] | undefined,
): string | undefined {
  const last = chainOf(leaf).at(-1);
  if (authorities === undefined || !(last?.raw instanceof Uint8Array)) return undefined;
  const { issuer } = new X509Certificate(last.raw);
  if (authorities.some((pem) => new X509Certificate(pem).subject === issuer)) return undefined;
  return toOneLine(issuer.split('\n').join(', ')).slice(0, 120) || undefined;
}
