import { describe, expect, test } from 'vitest';
import {
  afterThrottling,
  callsPerSecond,
  openBudget,
  takeFromBudget,
  toNextAskMs,
} from '../../../lambda/sweep/budget.ts';

describe('the budget', () => {
  test('allows the first call at once, and the next ones at its rate', () => {
    const first = takeFromBudget(openBudget(2, 1_000), 1_000);
    const second = takeFromBudget(first.budget, 1_000);
    const third = takeFromBudget(second.budget, 1_600);

    expect([first.waitMs, second.waitMs, third.waitMs]).toEqual([0, 500, 400]);
  });

  test('does not make up for missed calls', () => {
    const first = takeFromBudget(openBudget(2, 0), 0);

    const late = takeFromBudget(first.budget, 60_000);

    expect(late).toEqual({ waitMs: 0, budget: { perSecond: 2, nextMs: 60_500 } });
  });

  test('halves its rate with each throttled call, down to one call in ten seconds', () => {
    const rates = [2];
    let budget = openBudget(2, 0);
    for (let calls = 0; calls < 6; calls += 1) {
      budget = afterThrottling(budget, 0);
      rates.push(budget.perSecond);
    }

    expect(rates).toEqual([2, 1, 0.5, 0.25, 0.125, 0.1, 0.1]);
    expect(budget.nextMs).toBe(10_000);
  });

  test('asks about executions with at most a fifth of the smallest quota, ten a second', () => {
    expect(callsPerSecond.execution / 10).toBeLessThanOrEqual(0.2);
  });
});

test('waits longer after each lookup of a run, up to an hour', () => {
  const minutes = [0, 1, 2, 3, 4, 5, 1_000].map((asks) => toNextAskMs(asks) / 60_000);

  expect(minutes).toEqual([5, 10, 20, 40, 60, 60, 60]);
});
