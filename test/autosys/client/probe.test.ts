import { expect, test } from 'vitest';
import { probeEndpoint } from '../../../autosys/client/index.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { freePort, serve, serveTcp } from '../../support/servers.ts';

const authority = await makeAuthority();
const trust = { certificateAuthority: authority.certificate };

test('makes the TLS handshake, returns the end of the certificate, and sends no request', async () => {
  await using server = await serve(authority.server, () => ({ status: 200 }));

  const probe = await probeEndpoint(server.url, trust);

  expect(probe).toEqual({
    endpoint: `localhost:${server.port}`,
    certificateEnd: expect.any(Date),
  });
  expect(server.arrivals).toEqual([]);
});

test('ends with timeout if a port accepts the connection and sends nothing', async () => {
  await using server = await serveTcp(() => undefined);

  const probe = await probeEndpoint(server.url, { ...trust, phaseMs: 50 });

  expect(probe).toMatchObject({
    fault: 'timeout',
    reason: 'the TLS handshake did not finish within 50 ms',
  });
});

test('ends with cancelled when the signal aborts, before or during the probe', async () => {
  await using server = await serveTcp(() => stopping.abort());
  const stopping = new AbortController();

  const meanwhile = await probeEndpoint(server.url, { ...trust, signal: stopping.signal });
  const before = await probeEndpoint(server.url, { ...trust, signal: stopping.signal });

  expect([meanwhile.fault, before.fault]).toEqual(['cancelled', 'cancelled']);
});

test('reads the authorities again if a server is not trusted', async () => {
  await using server = await serve(authority.server, () => ({ status: 200 }));
  const other = await makeAuthority();
  const calls: (string | undefined)[] = [];

  const probe = await probeEndpoint(server.url, {
    certificateAuthority: async (after) => {
      calls.push(after);
      return after === 'refusal' ? authority.certificate : other.certificate;
    },
  });

  expect(probe.fault).toBeUndefined();
  expect(calls).toEqual([undefined, 'refusal']);
});

test('returns the end of a certificate that is not trusted', async () => {
  await using server = await serve(authority.expired, () => ({ status: 200 }));

  const probe = await probeEndpoint(server.url, trust);

  expect(probe).toMatchObject({
    fault: 'expired',
    certificateEnd: new Date('2024-03-01T12:00:00Z'),
  });
});

test('probes an address without a name, and reports that nothing listens there', async () => {
  const probe = await probeEndpoint(`https://127.0.0.1:${await freePort()}`, trust);

  expect(probe).toMatchObject({ fault: 'refused' });
});
