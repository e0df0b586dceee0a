import { expect, test } from 'vitest';
import { measureAlternately } from '../../bench/rounds.ts';

test('measures the contenders alternately, each round with another one first, and discards the warm-up', async () => {
  const calls: string[] = [];
  const contender = (name: string) => () => calls.push(name);

  const measured = await measureAlternately(
    { a: contender('a'), b: contender('b') },
    { rounds: 2, warmUps: 1 },
  );

  expect(calls.join('')).toBe('baabba');
  expect(measured).toEqual({ a: [3, 6], b: [4, 5] });
});
