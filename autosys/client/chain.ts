import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { toOneLine } from './reply.ts';

/** The certificate chain of a server, as far as the server sent it or `ca` contains it. */
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
 * The name of the authority that is missing in the chain: neither sent by the server nor given.
 *
 * Either `ca` lacks an intermediate or the root, or it contains another authority. The two cases
 * cannot be distinguished.
 *
 * @param authorities PEM, one certificate each
 * @returns `undefined` if no authorities were given, if the chain or the name is unknown, and if a
 *   given authority has that name and another key
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
