import { describe, expect, test } from 'vitest';
import { runScenarios } from './scenarios.ts';
import { simulate } from './simulate.ts';

/** A few seeds. The integration run covers thousands with `npm run simulate`. */
const firstSeeds = Array.from({ length: 6 }, (_, block) => block * 10 + 1);

describe('a simulated scenario', () => {
  test.for(firstSeeds)('breaks no rule, seeds %d and the nine after it', async (from) => {
    const { failed } = await runScenarios({ from, count: 10 });

    expect(failed).toEqual([]);
  });

  test('breaks no rule after a crash at any instant', {
    timeout: 120_000,
  }, async () => {
    const { scenarios, failed } = await runScenarios({ from: 32, count: 1, everyCrash: true });

    expect(failed).toEqual([]);
    expect(scenarios).toBeGreaterThan(100);
  });

  test('is the same for the same seed', async () => {
    const [one, other] = [
      await simulate(28, { traced: true }),
      await simulate(28, { traced: true }),
    ];

    expect(one.trace.length).toBeGreaterThan(20);
    expect(other.trace).toEqual(one.trace);
  });

  test('is the same with and without a trace', async () => {
    const [traced, untraced] = [await simulate(28, { traced: true }), await simulate(28)];

    expect(untraced.counters).toEqual(traced.counters);
    expect(untraced.trace).toEqual([]);
  });

  test('contains every fault and event', async () => {
    const { counters } = await runScenarios({ from: 1, count: 200 });

    for (const counter of [
      'lost events',
      'repeated events',
      'redrives',
      'Batch retries',
      'Batch jobs terminated',
      'crashes',
      'freezes during calls',
      'clock jumps',
      'ledger calls throttled',
      'ledger responses lost',
      'outages',
      'maintenance windows',
      'failovers',
      'rotations',
      'rejected logins',
      'operator actions',
      'one-shot effects',
      'metric RunsRecovered',
      'parked BRIDGE_OUTCOME_UNKNOWN',
      'parked AUTOSYS_REFUSED',
      ...['reused ARNs', 'end events with fewer attempts', 'shared secrets', 'renamed instances'],
      ...['old events', 'replayed events', 'handled events replayed'],
      ...['dead letters redriven', 'dead letters redriven late', 'scheduler stalled for hours'],
      ...['403 page', '404 page', 'empty 404', 'compressed reply'],
      ...['400', '401', '403', '404', '429', '502', '503', 'HTML page', '200 with an error line'],
      ...[
        '500 after acceptance',
        '504 after acceptance',
        'HTML page after acceptance',
        'reset after acceptance',
      ],
      ...['reset before acceptance', 'no answer after acceptance', 'no answer without acceptance'],
      ...['accepted and lost', 'scheduler stalled'],
    ]) {
      expect(counters, counter).toHaveProperty([counter]);
    }
  });
});
