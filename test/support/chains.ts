import '../../emulator/metadata.ts';

import type { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Identity } from './certificates.ts';

const { subtle } = globalThis.crypto;
const dayMs = 86_400_000;

/** P-256 with SHA-256. */
export const elliptic = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** RSA key size in bits, and the digest of its signatures. */
export function rsa(modulusLength: number, hash: 'SHA-1' | 'SHA-256' = 'SHA-256') {
  const publicExponent = new Uint8Array([1, 0, 1]);
  return { name: 'RSASSA-PKCS1-v1_5', modulusLength, publicExponent, hash } as const;
}

/** A certificate that can sign other certificates. */
export interface Issuer extends Identity {
  readonly signed: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly algorithm: typeof elliptic | ReturnType<typeof rsa>;
}

/**
 * Creates a certificate of an authority or for `localhost`, signed by its issuer or self-signed.
 */
export async function certify(wanted: {
  readonly name: string;
  readonly algorithm?: Issuer['algorithm'];
  readonly issuer?: Issuer;
  readonly isAuthority?: boolean;
}): Promise<Issuer> {
  const { name, algorithm = elliptic, issuer, isAuthority = false } = wanted;
  const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const common = {
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + dayMs),
    extensions: toExtensions(isAuthority),
  };
  const signed = issuer
    ? await X509CertificateGenerator.create({
        ...common,
        subject: name,
        issuer: issuer.signed.subject,
        publicKey: keys.publicKey,
        signingKey: issuer.keys.privateKey,
        signingAlgorithm: issuer.algorithm,
      })
    : await X509CertificateGenerator.createSelfSigned({
        ...common,
        name,
        keys,
        signingAlgorithm: algorithm,
      });
  const key = Buffer.from(await subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    signed,
    keys,
    algorithm,
    certificate: `${signed.toString('pem')}\n`,
    privateKey: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  };
}

/** Creates a server identity that sends more certificates after its own. */
export function withChain(server: Identity, ...further: readonly Identity[]): Identity {
  const certificate = [server, ...further].map((one) => one.certificate).join('');
  return { certificate, privateKey: server.privateKey };
}

function toExtensions(isAuthority: boolean): Extension[] {
  return isAuthority
    ? [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ]
    : [
        new BasicConstraintsExtension(false, undefined, true),
        new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }]),
      ];
}
