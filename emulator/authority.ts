import './metadata.ts';

import type { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const { subtle } = globalThis.crypto;
/**
 * P-256: supported by every TLS client of the last ten years; a key is created in a millisecond.
 */
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;
const authorityName = 'CN=Embedded AutoSys CA, O=AutoSys AWS bridge';

/**
 * A certificate and its private key, both PEM. An authority may be written to a file and reused.
 */
export interface Identity {
  readonly certificate: string;
  /** PKCS #8. Its owner can act as the subject of the certificate. */
  readonly privateKey: string;
}

/**
 * The validity period of a certificate. Both instants are of the real clock, which TLS clients use.
 */
export interface Validity {
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** Contents of a server certificate. */
export interface ServerCertificate extends Partial<Validity> {
  /**
   * Host names and addresses, all in the subject alternative name.
   *
   * @default - `localhost`, `127.0.0.1` and `::1`
   */
  readonly hosts?: readonly string[];
}

/**
 * Creates a certificate authority for embedded AutoSys servers.
 *
 * @param validity - by default from yesterday, for ten years
 */
export async function makeAuthority(validity: Partial<Validity> = {}): Promise<Identity> {
  const { validFrom, validTo } = fillValidity(validity, 3650);
  const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: authorityName,
    notBefore: validFrom,
    notAfter: validTo,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toIdentity(certificate, keys.privateKey);
}

/**
 * Issues a server certificate, signed by the authority.
 *
 * @param wanted - by default for the loopback names, from yesterday, for a year
 * @throws {Error} when the authority's PEM cannot be parsed
 */
export async function issue(
  authority: Identity,
  wanted: ServerCertificate = {},
): Promise<Identity> {
  const { hosts = ['localhost', '127.0.0.1', '::1'] } = wanted;
  const { validFrom, validTo } = fillValidity(wanted, 365);
  const issuer = new X509Certificate(authority.certificate);
  const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [hosts[0] ?? 'localhost'] }],
    issuer: issuer.subject,
    notBefore: validFrom,
    notAfter: validTo,
    publicKey: keys.publicKey,
    signingKey: await readPrivateKey(authority.privateKey),
    signingAlgorithm: algorithm,
    extensions: await serverExtensions(hosts, issuer, keys.publicKey),
  });
  return toIdentity(certificate, keys.privateKey);
}

async function serverExtensions(
  hosts: readonly string[],
  issuer: X509Certificate,
  publicKey: webcrypto.CryptoKey,
): Promise<Extension[]> {
  const names = hosts.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const);
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(names),
    await SubjectKeyIdentifierExtension.create(publicKey),
    // Python 3.13 and other clients in strict mode refuse a chain without this extension.
    await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
  ];
}

/**
 * The default start is a day early: the clock of a container may lag behind the clock of its host.
 */
function fillValidity(given: Partial<Validity>, days: number): Validity {
  const now = Date.now();
  const validFrom = given.validFrom ?? new Date(now - dayMs);
  const validTo = given.validTo ?? new Date(now + days * dayMs);
  return { validFrom, validTo };
}

async function toIdentity(
  certificate: X509Certificate,
  privateKey: webcrypto.CryptoKey,
): Promise<Identity> {
  const der = await subtle.exportKey('pkcs8', privateKey);
  return {
    certificate: `${certificate.toString('pem')}\n`,
    privateKey: `${PemConverter.encode(der, 'PRIVATE KEY')}\n`,
  };
}

async function readPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = PemConverter.decodeFirst(pem);
  return subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
}
