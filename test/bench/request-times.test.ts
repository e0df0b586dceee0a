import { expect, test } from 'vitest';
import {
  countPairsInStep,
  type TimedRequest,
  toCoincidence,
  toPeakPerSecond,
} from '../../bench/launch/request-times.ts';
import { seededRandom } from '../../local/random.ts';

const every = (waiter: number, periodMs: number, count: number, firstMs = 0): TimedRequest[] =>
  Array.from({ length: count }, (_, at) => ({ waiter, atMs: firstMs + at * periodMs }));
const sorted = (requests: readonly TimedRequest[]) =>
  requests.toSorted((one, other) => one.atMs - other.atMs);

test('finds the busiest interval', () => {
  const requests = [...every(1, 100, 5), ...every(2, 5_000, 3)];

  expect(toPeakPerSecond(requests)).toBe(6);
  expect(toPeakPerSecond(requests, 10_000)).toBe(0.7);
  expect(toPeakPerSecond([])).toBe(0);
});

test('compares random requests with chance', () => {
  const random = seededRandom(1);
  const spanMs = 1_000_000;
  const requests = Array.from({ length: 20_000 }, (_, waiter) => ({
    waiter: waiter % 100,
    atMs: Math.floor(random() * spanMs),
  }));

  const found = toCoincidence(sorted(requests), { intervalMs: 10, spanMs });

  expect(found).toBeGreaterThan(0.9);
  expect(found).toBeLessThan(1.1);
});

test('finds more coincidences than chance between waiters in step', () => {
  const requests = sorted([...every(1, 5_000, 100), ...every(2, 5_000, 100)]);

  expect(toCoincidence(requests, { intervalMs: 10, spanMs: 500_000 })).toBeCloseTo(500);
});

test('does not count two requests of one waiter', () => {
  const requests = sorted([
    ...every(1, 5_000, 10),
    ...every(1, 5_000, 10, 1),
    ...every(2, 7_000, 10, 500),
  ]);

  expect(toCoincidence(requests, { intervalMs: 10, spanMs: 70_000 })).toBe(0);
});

test('counts pairs whose successive requests meet', () => {
  const requests = sorted([
    ...every(1, 1_000, 5),
    ...every(2, 1_000, 5, 3),
    ...every(3, 1_000, 5, 500),
  ]);

  expect(countPairsInStep(requests, { intervalMs: 10, inARow: 4 })).toBe(1);
});

test('does not count a pair that meets again after another request', () => {
  const requests = sorted([...every(1, 1_000, 10), ...every(2, 2_000, 5)]);

  expect(countPairsInStep(requests, { intervalMs: 10, inARow: 2 })).toBe(0);
});
