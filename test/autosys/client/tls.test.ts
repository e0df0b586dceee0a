import type { Socket } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { probeEndpoint } from '../../../autosys/client/index.ts';
import { AutosysUnreachableError } from '../../../autosys/errors.ts';
import { parseJobName } from '../../../autosys/names.ts';
import { adviseOn, type NetworkFault, networkFaults } from '../../../autosys/network-fault.ts';
import type { Identity } from '../../support/certificates.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { certify, rsa, withChain } from '../../support/chains.ts';
import { serve, serveTcp, serveTls } from '../../support/servers.ts';
import { clientFor, failureOf } from './setup.ts';

const root = await certify({ name: 'CN=Bank Root', isAuthority: true });
const intermediate = await certify({ name: 'CN=Bank Servers', isAuthority: true, issuer: root });
const server = await certify({ name: 'CN=localhost', issuer: intermediate });
const chained = withChain(server, intermediate);
const rsaRoot = await certify({ name: 'CN=RSA', algorithm: rsa(2048), isAuthority: true });
const oldRoot = await certify({ name: 'CN=Old', algorithm: rsa(2048, 'SHA-1'), isAuthority: true });
const rsaServer = await certify({ name: 'CN=localhost', algorithm: rsa(2048), issuer: rsaRoot });
const weakKey = await certify({ name: 'CN=localhost', algorithm: rsa(1024), issuer: rsaRoot });
const weakAuthority = await certify({
  name: 'CN=Short',
  algorithm: rsa(1024),
  isAuthority: true,
  issuer: rsaRoot,
});
const belowWeak = await certify({
  name: 'CN=localhost',
  algorithm: rsa(2048),
  issuer: weakAuthority,
});
const weakDigest = await certify({ name: 'CN=localhost', algorithm: rsa(2048), issuer: oldRoot });
const namesake = await certify({ name: 'CN=Bank Servers', isAuthority: true });
const authority = await makeAuthority();
const job = parseJobName('etl_load');
const start = { kind: 'FORCE_STARTJOB', job } as const;

interface Row {
  readonly when: string;
  readonly identity: Identity;
  readonly ca: string | undefined;
  readonly tls?: TlsOptions;
  readonly fault: NetworkFault;
  readonly says: string;
}

/** Settings of old servers, which Node.js does not offer any more. */
const lax = { ciphers: 'DEFAULT@SECLEVEL=0' };
const demand = { requestCert: true, rejectUnauthorized: true, ca: root.certificate };
const only = (version: 'TLSv1.2' | 'TLSv1.3') => ({ minVersion: version, maxVersion: version });

const rows: readonly Row[] = [
  {
    when: 'the server supports only TLS 1.1 and older',
    identity: chained,
    ca: root.certificate,
    tls: { ...lax, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' },
    fault: 'tlsVersion',
    says: 'no TLS version in common',
  },
  {
    when: 'no cipher suite is shared',
    identity: chained,
    ca: root.certificate,
    tls: { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' },
    fault: 'noSharedCipher',
    says: 'no cipher suite, curve or signature algorithm in common',
  },
  {
    when: 'the cipher suites do not fit the key',
    identity: chained,
    ca: root.certificate,
    tls: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' },
    fault: 'noSharedCipher',
    says: 'no cipher suite',
  },
  {
    when: 'TLS 1.2 demands a client certificate',
    identity: chained,
    ca: root.certificate,
    tls: { ...demand, ...only('TLSv1.2') },
    fault: 'clientCertificate',
    says: 'the server demands a client certificate',
  },
  {
    when: 'TLS 1.2 with RSA demands a client certificate',
    identity: rsaServer,
    ca: rsaRoot.certificate,
    tls: { ...demand, ...only('TLSv1.2') },
    fault: 'clientCertificate',
    says: 'the server demands a client certificate',
  },
  {
    when: 'TLS 1.3 demands a client certificate',
    identity: chained,
    ca: root.certificate,
    tls: { ...demand, ...only('TLSv1.3') },
    fault: 'clientCertificate',
    says: 'the server demands a client certificate',
  },
  {
    when: 'its key is too short',
    identity: weakKey,
    ca: rsaRoot.certificate,
    tls: lax,
    fault: 'weakCertificate',
    says: 'weak key or digest (ee certificate key too weak)',
  },
  {
    when: 'the key of an authority is too short',
    identity: withChain(belowWeak, weakAuthority),
    ca: rsaRoot.certificate,
    tls: lax,
    fault: 'weakCertificate',
    says: 'weak key or digest',
  },
  {
    when: 'it is signed with SHA-1',
    identity: weakDigest,
    ca: oldRoot.certificate,
    tls: lax,
    fault: 'weakCertificate',
    says: 'weak key or digest',
  },
  {
    when: 'the server does not send the intermediate, and ca contains only the root',
    identity: server,
    ca: root.certificate,
    fault: 'missingIntermediate',
    says: 'the authority CN=Bank Servers is neither sent by the server nor in ca; put both root and intermediate into ca',
  },
  {
    when: 'ca contains only the intermediate',
    identity: server,
    ca: intermediate.certificate,
    fault: 'missingIntermediate',
    says: 'the authority CN=Bank Root is neither sent by the server nor in ca; put both root and intermediate into ca',
  },
  {
    when: 'ca contains another authority of the same name',
    identity: server,
    ca: namesake.certificate,
    fault: 'unknownIssuer',
    says: 'not signed by the given certificate authority',
  },
  {
    when: 'the chain ends in another root',
    identity: withChain(server, intermediate, root),
    ca: rsaRoot.certificate,
    fault: 'unknownIssuer',
    says: 'comes from another authority',
  },
  {
    when: 'no ca is given',
    identity: chained,
    ca: undefined,
    fault: 'unknownIssuer',
    says: 'not signed by an authority that Node.js trusts',
  },
  {
    when: 'it has expired',
    identity: authority.expired,
    ca: authority.certificate,
    fault: 'expired',
    says: 'its certificate expired on 2024-03-01',
  },
  {
    when: 'it is for another host',
    identity: authority.otherHost,
    ca: authority.certificate,
    fault: 'wrongHost',
    says: 'not for localhost but for DNS:aews.example.test',
  },
  {
    when: 'it is self-signed and not in ca',
    identity: authority.selfSigned,
    ca: authority.certificate,
    fault: 'selfSigned',
    says: 'its certificate is self-signed',
  },
];

describe('a handshake that fails', () => {
  test.for(rows)('is reported by the client, and nothing is sent: $when', async (row) => {
    const { identity, ca: certificateAuthority, tls, fault, says } = row;
    await using aews = await serve(identity, () => ({ status: 201 }), tls);
    await using client = clientFor([aews.url], { certificateAuthority });

    const failure = await failureOf(client.sendEvent(start));

    expect(failure).toBeInstanceOf(AutosysUnreachableError);
    expect(failure.message).toContain(says);
    expect(failure).toMatchObject({ disposition: 'retry', advice: adviseOn(fault) });
    expect(aews.arrivals).toEqual([]);
  });

  test.for(rows)('is reported by a probe: $when', async (row) => {
    const { identity, ca: certificateAuthority, tls, fault, says } = row;
    await using aews = await serve(identity, () => ({ status: 201 }), tls);

    const probe = await probeEndpoint(aews.url, { certificateAuthority });

    expect(probe).toMatchObject({ fault, reason: expect.stringContaining(says) });
  });
});

describe('a port with another protocol', () => {
  /** A ServerHello of TLS 1.2 without renegotiation_info, which current OpenSSL never sends. */
  function legacyHello(): Buffer {
    const suite = [0xc0, 0x2b];
    const hello = Buffer.from([3, 3, ...new Array<number>(32).fill(7), 0, ...suite, 0]);
    const message = Buffer.concat([Buffer.from([2, 0, 0, hello.length]), hello]);
    return Buffer.concat([Buffer.from([22, 3, 3, 0, message.length]), message]);
  }
  const alert = (description: number) => Buffer.from([21, 3, 3, 0, 2, 2, description]);
  const onHello = (answer: Buffer | string) => (socket: Socket) =>
    socket.once('data', () => socket.end(answer));

  test.for<{ what: string; onConnect: (socket: Socket) => void; fault: NetworkFault }>([
    { what: 'plain HTTP', onConnect: onHello('HTTP/1.1 400 Bad Request\r\n\r\n'), fault: 'noTls' },
    { what: 'SSH', onConnect: (socket) => socket.write('SSH-2.0-OpenSSH_9.3\r\n'), fault: 'noTls' },
    {
      what: 'legacy renegotiation',
      onConnect: onHello(legacyHello()),
      fault: 'legacyRenegotiation',
    },
    { what: 'the alert handshake_failure', onConnect: onHello(alert(40)), fault: 'noSharedCipher' },
    {
      what: 'the alert bad_certificate',
      onConnect: onHello(alert(42)),
      fault: 'clientCertificate',
    },
    { what: 'the alert protocol_version', onConnect: onHello(alert(70)), fault: 'tlsVersion' },
    {
      what: 'the alert insufficient_security',
      onConnect: onHello(alert(71)),
      fault: 'noSharedCipher',
    },
    { what: 'the alert internal_error', onConnect: onHello(alert(80)), fault: 'tlsRejected' },
    { what: 'the alert unrecognized_name', onConnect: onHello(alert(112)), fault: 'wrongHost' },
    { what: 'nothing', onConnect: (socket) => socket.destroy(), fault: 'broken' },
  ])('is reported: $what is $fault', async ({ onConnect, fault }) => {
    await using port = await serveTcp(onConnect);
    await using client = clientFor([port.url], { certificateAuthority: root.certificate });

    const probe = await probeEndpoint(port.url, { certificateAuthority: root.certificate });
    const failure = await failureOf(client.sendEvent(start));

    expect(probe.fault).toBe(fault);
    expect(failure).toMatchObject({ code: 'AUTOSYS_UNREACHABLE', advice: adviseOn(fault) });
  });
});

test('a client certificate that TLS 1.2 demands after the request was read leaves the outcome unknown', async () => {
  const renegotiate = (socket: TLSSocket) =>
    socket.once('data', () => {
      socket.renegotiate({ requestCert: true, rejectUnauthorized: true }, () => socket.destroy());
    });
  await using asks = await serveTls(chained, renegotiate, only('TLSv1.2'));
  await using standby = await serve(chained, () => ({ status: 201 }));
  const trust = { certificateAuthority: root.certificate };
  await using client = clientFor([asks.url, standby.url], trust);

  const failure = await failureOf(client.sendEvent(start));

  expect(failure).toMatchObject({ code: 'AUTOSYS_OUTCOME_UNKNOWN' });
  expect(standby.arrivals).toEqual([]);
});

test('a server with TLS 1.3 that sends no tickets is reached', async () => {
  const tls = { ...only('TLSv1.3'), secureOptions: 1 << 14 };
  await using aews = await serve(chained, () => ({ status: 201 }), tls);

  const probe = await probeEndpoint(aews.url, { certificateAuthority: root.certificate });

  expect(probe.fault).toBeUndefined();
});

test('root and intermediate in ca are sufficient for a server that sends neither', async () => {
  await using aews = await serve(server, () => ({ status: 201 }));
  await using client = clientFor([aews.url], {
    certificateAuthority: [root.certificate, intermediate.certificate],
  });

  expect(await client.sendEvent(start)).toMatchObject({ httpStatus: 201 });
});

test('every fault names a contact', () => {
  for (const { contact } of Object.values(networkFaults)) {
    expect(['AutoSys administrator', 'network team', 'platform team']).toContain(contact);
  }
});
