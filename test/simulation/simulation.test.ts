import { describe, expect, test } from 'vitest';
import { playNights } from './batch-of-nights.ts';
import { simulate } from './simulate.ts';

/** A few of the seeds that the integration plays by the thousand: `npm run simulate`. */
const firstSeeds = Array.from({ length: 6 }, (_, block) => block * 10 + 1);

describe('a simulated night', () => {
  test.for(firstSeeds)('holds what must hold, seeds %d and the nine after it', async (from) => {
    const { broken } = await playNights({ from, count: 10 });

    expect(broken).toEqual([]);
  });

  test('holds whichever sandbox dies, at each single instant of it', {
    timeout: 120_000,
  }, async () => {
    const { nights, broken } = await playNights({ from: 32, count: 1, everyDeath: true });

    expect(broken).toEqual([]);
    expect(nights).toBeGreaterThan(100);
  });

  test('is the same for the same seed', async () => {
    const [one, other] = [
      await simulate(28, { traced: true }),
      await simulate(28, { traced: true }),
    ];

    expect(one.trace.length).toBeGreaterThan(20);
    expect(other.trace).toEqual(one.trace);
  });

  test('is the same whether or not anybody reads its trace', async () => {
    const [read, unread] = [await simulate(28, { traced: true }), await simulate(28)];

    expect(unread.tally).toEqual(read.tally);
    expect(unread.trace).toEqual([]);
  });

  test('has in it all that it is for', async () => {
    const { tally } = await playNights({ from: 1, count: 100 });

    for (const happening of [
      'dropped events',
      'repeated events',
      'redrives',
      'Batch retries',
      'Batch jobs terminated',
      'deaths',
      'frozen at work',
      'clock jumps',
      'throttled',
      'answers of the ledger lost',
      'outages',
      'declared windows',
      'failovers',
      'rotations',
      'refused logins',
      'acts of operators',
      'one-offs',
      'metric RunsRecovered',
      'parked BRIDGE_OUTCOME_UNKNOWN',
      'parked AUTOSYS_REFUSED',
      ...['reused ARNs', 'ends with fewer attempts', 'shared secrets', 'renamed instances'],
      ...['old events', 'replayed events', 'events replayed again'],
      ...['dead letters moved back', 'dead letters moved back late', 'stalled for hours'],
      ...['403 page', '404 page', 'empty 404', 'compressed'],
      ...['400', '401', '403', '404', '429', '502', '503', 'page', 'complaint'],
      ...['500 after acting', '504 after acting', 'page after acting', 'reset after acting'],
      ...['reset before acting', 'silence after acting', 'silence without acting'],
      ...['forgotten', 'stalled'],
    ]) {
      expect(tally, happening).toHaveProperty([happening]);
    }
  });
});
