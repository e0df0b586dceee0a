import { describe, expect, test } from 'vitest';
import { AutosysClient, parseEndpoint } from '../../../autosys/client/index.ts';
import {
  AutosysOutcomeUnknownError,
  AutosysUnavailableError,
  AutosysUnreachableError,
  NameError,
} from '../../../autosys/errors.ts';
import { parseJobName } from '../../../autosys/names.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { freePort, serve, serveTcp } from '../../support/servers.ts';
import { clientFor, failureOf } from './setup.ts';

const authority = await makeAuthority();
const trust = { certificateAuthority: authority.certificate };
const job = parseJobName('etl_load');
const start = { kind: 'FORCE_STARTJOB', job } as const;

describe('the order of endpoints', () => {
  test('continues with the standby if nothing listens, and begins there the next time', async () => {
    const dead = await freePort();
    await using standby = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([`https://localhost:${dead}`, standby.url], trust);

    const accepted = [await client.sendEvent(start), await client.sendEvent(start)];

    expect(accepted.map(({ endpoint }) => endpoint)).toEqual([
      `localhost:${standby.port}`,
      `localhost:${standby.port}`,
    ]);
  });

  test.for([
    { status: 201, moves: false },
    { status: 400, moves: false },
    { status: 401, moves: false },
    { status: 403, moves: false },
    { status: 404, moves: false },
    { status: 429, moves: false },
    { status: 500, moves: false },
    { status: 502, moves: false },
    { status: 503, moves: true },
    { status: 504, moves: false },
  ])('sends an event to the standby after $status: $moves', async ({ status, moves }) => {
    await using primary = await serve(authority.server, () => ({ status }));
    await using standby = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([primary.url, standby.url], trust);

    await client.sendEvent(start).catch(() => undefined);

    expect(standby.arrivals).toHaveLength(moves ? 1 : 0);
  });

  test.for([500, 502, 503, 504])('sends a read to the standby after %i', async (status) => {
    await using primary = await serve(authority.server, () => ({ status }));
    await using standby = await serve(authority.server, () => ({ status: 200, body: 'jil' }));
    await using client = clientFor([primary.url, standby.url], trust);

    expect(await client.readJil(job)).toBe('jil');
  });

  test('fails with the reply of AutoSys when one endpoint answered 503 and the other did not answer', async () => {
    const dead = await freePort();
    await using primary = await serve(authority.server, () => ({
      status: 503,
      headers: { 'retry-after': '7' },
      body: '<html><body><h1>HTTP Status 503</h1></body></html>',
    }));
    await using client = clientFor([primary.url, `https://localhost:${dead}`], trust);

    const failure = await failureOf(client.sendEvent(start));

    expect(failure).toBeInstanceOf(AutosysUnavailableError);
    expect(failure).toMatchObject({ httpStatus: 503, retryAfterMs: 7_000 });
  });

  test('fails with the reasons of all endpoints when none was reached', async () => {
    const [first, second] = [await freePort(), await freePort()];
    await using client = clientFor(
      [`https://localhost:${first}`, `https://localhost:${second}`],
      trust,
    );

    const failure = await failureOf(client.sendEvent(start));

    expect(failure).toBeInstanceOf(AutosysUnreachableError);
    expect(failure.message).toContain(`localhost:${first} and localhost:${second} was not reached`);
    expect(failure.message).toContain(`localhost:${second}: the connection was refused`);
  });

  test('leaves the outcome unknown when the standby fails after the primary was unavailable', async () => {
    await using primary = await serve(authority.server, () => ({ status: 503 }));
    await using standby = await serve(authority.server, () => ({ status: 500 }));
    await using client = clientFor([primary.url, standby.url], trust);

    expect(await failureOf(client.sendEvent(start))).toBeInstanceOf(AutosysOutcomeUnknownError);
  });

  test('sends nothing after the time limit of the caller', async () => {
    await using primary = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([primary.url], trust);

    const failure = await failureOf(client.sendEvent(start, { notAfter: new Date(0) }));

    expect(failure).toMatchObject({ name: 'AutosysUnreachableError', wasSent: false });
    expect(primary.arrivals).toEqual([]);
  });

  test('tries no further endpoint after the time limit of the caller', async () => {
    const sentAt = new Date();
    let nowMs = sentAt.getTime();
    await using gone = await serveTcp((socket) => {
      // The function is frozen while the first endpoint fails.
      nowMs += 60_000;
      socket.destroy();
    });
    await using standby = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([gone.url, standby.url], {
      ...trust,
      now: () => new Date(nowMs),
    });

    const failure = await failureOf(
      client.sendEvent(start, { notAfter: new Date(sentAt.getTime() + 30_000) }),
    );

    expect(failure).toBeInstanceOf(AutosysUnreachableError);
    expect(standby.arrivals).toEqual([]);
  });

  test('stays at the endpoint whose release lacks a further address for jobs', async () => {
    await using primary = await serve(authority.server, ({ path }) =>
      path.includes('/job/')
        ? { status: 200, body: '{"name":"etl_load","status":4}' }
        : { status: 404 },
    );
    await using dead = await serveTcp((socket) => socket.destroy());
    await using client = clientFor([primary.url, dead.url], trust);

    const readings = [await client.readJob(job), await client.readJob(job)];

    expect(readings.map(({ status }) => status)).toEqual(['SUCCESS', 'SUCCESS']);
    expect(dead.connections()).toBe(0);
  });

  test('begins at the standby after an empty 404 to an event, although another event was accepted', async () => {
    await using primary = await serve(authority.server, ({ path }) => ({
      status: path.includes('/force-start-job') ? 404 : 201,
    }));
    await using standby = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([primary.url, standby.url], trust);
    await client.sendEvent({ kind: 'JOB_ON_HOLD', job });
    await failureOf(client.sendEvent(start));

    const { endpoint } = await client.sendEvent(start);

    expect(endpoint).toBe(`localhost:${standby.port}`);
  });

  test('begins at the standby after an empty 404 to a required read, although an event was accepted', async () => {
    await using primary = await serve(authority.server, ({ path }) => ({
      status: path.includes('/jil/') ? 404 : 201,
    }));
    await using standby = await serve(authority.server, () => ({ status: 200, body: 'jil' }));
    await using client = clientFor([primary.url, standby.url], trust);
    await client.sendEvent(start);
    await failureOf(client.readJil(job));

    expect(await client.readJil(job)).toBe('jil');
  });
});

describe('the address of an endpoint', () => {
  test.for([
    { text: 'https://aews.example.com:9443', endpoint: ['aews.example.com:9443', ''] },
    { text: 'https://aews.example.com/AEWS/', endpoint: ['aews.example.com:443', '/AEWS'] },
    { text: 'https://[::1]:9443/AEWS', endpoint: ['[::1]:9443', '/AEWS'] },
  ])('reads $text', ({ text, endpoint: [name, path] }) => {
    expect(parseEndpoint(text)).toMatchObject({ name, path });
  });

  test.for([
    { text: 'http://aews:9443', found: 'http://aews:9443; the login would be sent unencrypted' },
    { text: 'https://bob:hunter2@aews:9443', found: 'a login in the URL of aews:9443' },
    { text: 'https://:hunter2@aews:9443', found: 'a login in the URL of aews:9443' },
    { text: 'http://bob:hunter2@aews', found: 'a login in the URL of aews' },
    { text: 'https://bob:hunter2@ae ws', found: 'text that is not a URL' },
    { text: 'https://aews/AEWS?token=hunter2', found: 'a query or fragment after aews' },
    { text: 'https://aews/AEWS#hunter2', found: 'a query or fragment after aews' },
    { text: 'aews:9443', found: '' },
    { text: '', found: 'text that is not a URL' },
  ])('rejects $text and repeats no secret', ({ text, found }) => {
    const create = () =>
      new AutosysClient({
        endpoints: [text],
        credentials: async () => ({ username: 'u', password: 'p' }),
      });

    expect(create).toThrow(NameError);
    expect(create).toThrow(`AutoSys endpoint: found ${found}`);
    expect(create).not.toThrow('hunter2');
  });

  test('is required', () => {
    const credentials = async () => ({ username: 'u', password: 'p' });

    expect(() => new AutosysClient({ endpoints: [], credentials })).toThrow(
      'AutoSys endpoints: found none, allowed: one or more URLs',
    );
  });
});
