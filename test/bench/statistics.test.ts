import { expect, test } from 'vitest';
import { ratio } from '../../bench/rounds.ts';
import { mean, median, percentile, slope } from '../../bench/statistics.ts';

test.for([
  { share: 0, found: 1 },
  { share: 0.5, found: 6 },
  { share: 0.9, found: 10 },
  { share: 1, found: 10 },
])('takes $found as the value at $share of one to ten', ({ share, found }) => {
  expect(percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share)).toBe(found);
});

test('takes the middle of values in any order', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(mean([9, 1, 5])).toBe(5);
});

test('refuses a percentile of nothing', () => {
  expect(() => percentile([], 0.5)).toThrow('found none');
});

test('finds how much a line rises, and none in a single point', () => {
  const line = [1, 2, 3, 4].map((x) => ({ x, y: 7 + 3 * x }));

  expect(slope(line)).toBeCloseTo(3);
  expect(slope(line.slice(0, 1))).toBe(0);
});

test('takes ratios within a round, so that a slow round does not count', () => {
  expect(ratio([2, 200, 2], [1, 100, 1])).toBe(2);
});
