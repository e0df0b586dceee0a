import { type Identity, issue, makeAuthority as makeIdentity } from '../../emulator/authority.ts';

export type { Identity };

const dayMs = 86_400_000;

/** A certificate authority of one test run, and the server certificates it issues, good and bad. */
export interface Authority {
  /** PEM, for the client to trust. */
  readonly certificate: string;
  /** For `localhost`, `127.0.0.1` and `::1`. */
  readonly server: Identity;
  /** For `aews.example.test` alone. */
  readonly otherHost: Identity;
  /** Ended on 2024-03-01. */
  readonly expired: Identity;
  /** Begins in a year. */
  readonly early: Identity;
  /** The authority's own certificate, served by a server: self-signed. */
  readonly selfSigned: Identity;
}

/** Makes an authority and its certificates; keys are of elliptic curves, so it takes milliseconds. */
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
    selfSigned: authority,
  };
}
