import { expect, test } from 'vitest';
import { toWaitFigures } from '../../bench/requests/figures.ts';
import {
  toPollingHourCost,
  toRequestCost,
  toWaitingJobHourCost,
} from '../../bench/requests/request-cost.ts';
import type { Waits } from '../../bench/requests/waits.ts';

const noLedger = { trips: 0, reads: 0, writes: 0 };

/** Ten jobs that are awaited for half an hour. */
function someWaits(over: Partial<Waits['wait']> = {}): Waits {
  const unused = { requests: 0, ledger: noLedger };
  return {
    ...{ lateMs: [5_000, 12_000, 31_000], waiters: 10, measuredMs: 30 * 60_000 },
    wait: { ...unused, requests: 60, ranMs: 0, ...over },
    begin: { ...unused, calls: 0, ranMs: 0 },
  };
}

test('counts the requests per waiting job and minute, and the longest delay', () => {
  const found = { title: '10 waiting', waits: someWaits(), maxRequests: 0.2, maxLate: 30 };

  const [requests, median, longest] = toWaitFigures(found);

  expect(requests).toMatchObject({ found: 0.2, goal: { atMost: 0.2 } });
  expect(median).toMatchObject({ found: 12 });
  expect(longest).toMatchObject({ found: 31, goal: { atMost: 30 } });
});

test('computes the cost of a request from list prices', () => {
  const ledger = { trips: 4, reads: 2, writes: 3 };
  const seconds = 0.05 + 4 * 0.005;

  const cost = toRequestCost({ requests: 1, ledger });

  expect(1e6 * cost).toBeCloseTo(0.2 + seconds * 0.5 * 13.3334 + 2 * 0.125 + 3 * 0.625, 6);
  expect(toRequestCost({ requests: 1, ledger, ranMs: 1_070 }) - cost).toBeCloseTo(
    0.5 * 13.3334e-6,
    12,
  );
});

test('divides the cost of the wait function among the jobs that are awaited', () => {
  const ledger = { trips: 0, reads: 100, writes: 0 };
  const jobHours = 5;

  const idle = toWaitingJobHourCost(someWaits({ requests: 0 }));
  const reading = toWaitingJobHourCost(someWaits({ requests: 0, ledger }));
  const running = toWaitingJobHourCost(someWaits({ requests: 0, ranMs: 900_000 }));

  expect(1e6 * idle).toBeCloseTo((30 * 0.2) / jobHours, 6);
  expect(1e6 * (reading - idle)).toBeCloseTo((100 * 0.125) / jobHours, 6);
  expect(1e6 * (running - idle)).toBeCloseTo((900 * 0.5 * 13.3334) / jobHours, 3);
});

test('a state machine that polls pays two transitions and a request every 30 s', () => {
  expect(toPollingHourCost(1e-6)).toBeCloseTo(120 * 51e-6, 9);
});
