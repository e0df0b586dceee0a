import '../../emulator/metadata.ts';

import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { type Identity, issue, makeAuthority as makeIdentity } from '../../emulator/authority.ts';

export type { Identity };

const dayMs = 86_400_000;

/**
 * A certificate authority of one test run, with the valid and invalid server certificates that it
 * issues.
 */
export interface Authority {
  /** The CA certificate that the client trusts, as PEM. */
  readonly certificate: string;
  /** Valid for `localhost`, `127.0.0.1` and `::1`. */
  readonly server: Identity;
  /** Valid for `aews.example.test` only. */
  readonly otherHost: Identity;
  /** Expired on 2024-03-01. */
  readonly expired: Identity;
  /** Valid from a year from now. */
  readonly early: Identity;
  /** Self-signed for `localhost`, as in a new AutoSys installation. */
  readonly selfSigned: Identity;
}

/**
 * Creates the authority and its certificates. The keys are elliptic curve keys, so it takes
 * milliseconds.
 */
export async function makeAuthority(): Promise<Authority> {
  const authority = await makeIdentity({
    validFrom: new Date('2024-01-01'),
    validTo: new Date(Date.now() + 3650 * dayMs),
  });
  const early = new Date(Date.now() + 365 * dayMs);
  return {
    certificate: authority.certificate,
    server: await issue(authority),
    otherHost: await issue(authority, { hosts: ['aews.example.test'] }),
    expired: await issue(authority, {
      validFrom: new Date('2024-02-01'),
      validTo: new Date('2024-03-01T12:00:00Z'),
    }),
    early: await issue(authority, {
      validFrom: early,
      validTo: new Date(early.getTime() + 30 * dayMs),
    }),
    selfSigned: await makeSelfSigned(),
  };
}

async function makeSelfSigned(): Promise<Identity> {
  const { subtle } = globalThis.crypto;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + dayMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  });
  const key = Buffer.from(await subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    certificate: certificate.toString('pem'),
    privateKey: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  };
}
