import { describe, expect, test } from 'vitest';
import { ClockWatch, toClockDifferenceMs } from '../../../autosys/client/clock-watch.ts';
import { parseGlobalName } from '../../../autosys/names.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { serve } from '../../support/servers.ts';
import { clientFor } from './setup.ts';

const atMs = Date.UTC(2026, 10, 20, 2);

describe('toClockDifferenceMs', () => {
  test.for([
    { what: 'the same time', dateMs: 0, sentMs: 100, receivedMs: 200, is: 0 },
    { what: 'the end of its second', dateMs: 0, sentMs: 900, receivedMs: 999, is: 0 },
    { what: 'a slow reply', dateMs: 20_000, sentMs: 0, receivedMs: 30_000, is: 0 },
    { what: 'a clock ahead', dateMs: 300_000, sentMs: 0, receivedMs: 50, is: 299_950 },
    { what: 'a clock behind', dateMs: -300_000, sentMs: 0, receivedMs: 50, is: -299_000 },
  ])('is $is for $what', ({ dateMs, sentMs, receivedMs, is }) => {
    const reply = {
      date: new Date(atMs + dateMs),
      sentMs: atMs + sentMs,
      receivedMs: atMs + receivedMs,
    };

    expect(toClockDifferenceMs(reply)).toBe(is);
  });
});

describe('a ClockWatch', () => {
  test.for([
    { seconds: 120, differs: false },
    { seconds: 121, differs: true },
    { seconds: -121, differs: false },
    { seconds: -122, differs: true },
  ])('treats a clock that is $seconds s ahead as different: $differs', ({ seconds, differs }) => {
    const notified: number[] = [];
    const watch = new ClockWatch((ms) => notified.push(ms));

    watch.record({ date: new Date(atMs + seconds * 1_000), sentMs: atMs, receivedMs: atMs });

    expect(watch.differs).toBe(differs);
    expect(notified).toHaveLength(differs ? 1 : 0);
  });

  test('has no difference before the first reply, and uses the last one', () => {
    const watch = new ClockWatch();
    expect([watch.differenceMs, watch.differs]).toEqual([undefined, false]);

    watch.record({ date: new Date(atMs + 600_000), sentMs: atMs, receivedMs: atMs });
    watch.record({ date: new Date(atMs), sentMs: atMs, receivedMs: atMs });

    expect([watch.differenceMs, watch.differs]).toEqual([0, false]);
  });
});

describe('a client', () => {
  test.for([
    { what: 'a reply of AEWS', status: 200, body: '{"stdOut":["OK"]}', differs: true },
    { what: 'a rejected login', status: 401, body: '<html></html>', differs: false },
    { what: 'the page of a proxy', status: 502, body: '<html></html>', differs: false },
  ])('compares its clock with $what: $differs', async ({ status, body, differs }) => {
    const authority = await makeAuthority();
    await using server = await serve(authority.server, () => ({
      status,
      body,
      headers: { Date: new Date(atMs + 600_000).toUTCString() },
    }));
    const notified: number[] = [];
    await using client = clientFor([server.url], {
      certificateAuthority: authority.certificate,
      now: () => new Date(atMs),
      onClockDifference: (ms) => notified.push(ms),
    });

    await client.readGlobalVariable(parseGlobalName('DAY')).catch(() => undefined);

    expect(client.clockDiffers).toBe(differs);
    expect(client.clockDifference).toEqual(differs ? { ms: 600_000 } : undefined);
    expect(notified).toEqual(differs ? [600_000] : []);
  });
});
