import { expect, test } from 'vitest';
import { ratio } from '../../bench/rounds.ts';
import { mean, median, percentile, slope } from '../../bench/statistics.ts';

test.for([
  { share: 0, found: 1 },
  { share: 0.5, found: 6 },
  { share: 0.9, found: 10 },
  { share: 1, found: 10 },
])('returns $found as the value at $share of one to ten', ({ share, found }) => {
  expect(percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share)).toBe(found);
});

test('returns the median of values in any order', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(mean([9, 1, 5])).toBe(5);
});

test('refuses a percentile of no values', () => {
  expect(() => percentile([], 0.5)).toThrow('found none');
});

test('returns the slope of a line, and 0 for a single point', () => {
  const line = [1, 2, 3, 4].map((x) => ({ x, y: 7 + 3 * x }));

  expect(slope(line)).toBeCloseTo(3);
  expect(slope(line.slice(0, 1))).toBe(0);
});

test('computes ratios within a round, so that a slow round has no effect', () => {
  expect(ratio([2, 200, 2], [1, 100, 1])).toBe(2);
});
