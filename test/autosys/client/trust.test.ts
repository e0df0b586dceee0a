import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ReadAuthorities } from '../../../autosys/client/index.ts';
import { AutosysUnreachableError, NameError } from '../../../autosys/errors.ts';
import { parseJobName } from '../../../autosys/names.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { serve } from '../../support/servers.ts';
import { clientFor, failureOf } from './setup.ts';

const before = await makeAuthority();
const after = await makeAuthority();
const job = parseJobName('etl_load');
const hold = { kind: 'JOB_ON_HOLD', job } as const;
const start = { kind: 'FORCE_STARTJOB', job } as const;
const created = () => ({ status: 201 });

/** Creates a bundle that may change, and records the calls. */
function createBundle(text: string) {
  const calls: (string | undefined)[] = [];
  const now = { text };
  const read: ReadAuthorities = async (reason) => {
    calls.push(reason);
    return now.text;
  };
  return { now, calls, read };
}

describe('authorities that are read', () => {
  test('need one handshake for many requests', async () => {
    const bundle = createBundle(before.certificate);
    await using server = await serve(before.server, created);
    await using client = clientFor([server.url], { certificateAuthority: bundle.read });

    for (let sent = 0; sent < 20; sent += 1) await client.sendEvent(hold);

    expect(server.arrivals).toHaveLength(20);
    expect(server.connections()).toBe(1);
  });

  test('may change, and no request uses a connection made with the old ones', async () => {
    const bundle = createBundle(before.certificate);
    await using server = await serve(before.server, created);
    await using client = clientFor([server.url], { certificateAuthority: bundle.read });
    await client.sendEvent(hold);

    bundle.now.text = after.certificate;
    const failure = await failureOf(client.sendEvent(hold));

    expect(failure).toBeInstanceOf(AutosysUnreachableError);
    expect(failure.message).toContain('not signed by the given certificate authority');
    expect(server.arrivals).toHaveLength(1);
  });

  test('may contain several certificates, so that a server may change between them', async () => {
    const bundle = createBundle(`${before.certificate}\n${after.certificate}`);
    await using old = await serve(before.server, created);
    await using renewed = await serve(after.server, created);
    await using oldClient = clientFor([old.url], { certificateAuthority: bundle.read });
    await using newClient = clientFor([renewed.url], { certificateAuthority: bundle.read });

    await oldClient.sendEvent(hold);
    await newClient.sendEvent(hold);

    expect([old.arrivals.length, renewed.arrivals.length]).toEqual([1, 1]);
  });

  test.for([hold, start])('are read again when a server is not trusted: $kind', async (event) => {
    const calls: unknown[] = [];
    const read: ReadAuthorities = async (reason) => {
      calls.push(reason);
      return reason === 'refusal' ? after.certificate : before.certificate;
    };
    await using server = await serve(after.server, created);
    await using client = clientFor([server.url], { certificateAuthority: read });

    await client.sendEvent(event);

    expect(server.arrivals).toHaveLength(1);
    expect(calls).toEqual([undefined, 'refusal']);
  });

  test.for([
    { when: 'expired', identity: before.expired, calls: [undefined, 'refusal'] },
    { when: 'is self-signed', identity: before.selfSigned, calls: [undefined, 'refusal'] },
    { when: 'is for another host', identity: before.otherHost, calls: [undefined] },
  ])(
    'are read again only for some faults, when the certificate $when: $calls',
    async ({ identity, calls }) => {
      const bundle = createBundle(before.certificate);
      await using server = await serve(identity, created);
      await using client = clientFor([server.url], { certificateAuthority: bundle.read });

      const failure = await failureOf(client.sendEvent(hold));

      expect(failure).toBeInstanceOf(AutosysUnreachableError);
      expect(bundle.calls).toEqual(calls);
      expect(server.connections()).toBe(1);
    },
  );

  test('may change during a request, which still succeeds', async () => {
    const bundle = createBundle(before.certificate);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    await using server = await serve(before.server, async () => {
      arrive();
      await released;
      return { status: 201 };
    });
    await using client = clientFor([server.url], { certificateAuthority: bundle.read });
    const inProgress = client.sendEvent(hold);
    await arrived;

    bundle.now.text = after.certificate;
    await failureOf(client.sendEvent(hold));
    release();

    await expect(inProgress).resolves.toMatchObject({ httpStatus: 201 });
  });

  test('fail a call with the error of their function, and nothing is sent', async () => {
    const error = new Error('throttled');
    await using server = await serve(before.server, created);
    await using client = clientFor([server.url], {
      certificateAuthority: () => Promise.reject(error),
    });

    expect(await failureOf(client.sendEvent(hold))).toBe(error);
    expect(server.connections()).toBe(0);
  });

  test('are rejected without a quotation if they are not certificates', async () => {
    await using server = await serve(before.server, created);
    await using client = clientFor([server.url], {
      certificateAuthority: async () => before.server.privateKey,
    });

    const failure = await failureOf(client.sendEvent(hold));

    expect(failure).toBeInstanceOf(NameError);
    expect(failure.message).not.toContain('PRIVATE');
    expect(server.connections()).toBe(0);
  });
});

test('a client returns the end dates of the certificates of its servers', async () => {
  await using server = await serve(before.server, created);
  await using client = clientFor([server.url], { certificateAuthority: before.certificate });
  expect(client.certificateEnds.size).toBe(0);

  await client.sendEvent(hold);
  await client.sendEvent(hold);

  const end = new Date(new X509Certificate(before.server.certificate).validTo);
  expect([...client.certificateEnds]).toEqual([[`localhost:${server.port}`, end]]);
});
