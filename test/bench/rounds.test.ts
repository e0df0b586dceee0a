import { expect, test } from 'vitest';
import { measureAlternately } from '../../bench/rounds.ts';

test('lets the contenders take turns, another one first each round, and throws the warm-up away', async () => {
  const asked: string[] = [];
  const contender = (name: string) => () => asked.push(name);

  const measured = await measureAlternately(
    { a: contender('a'), b: contender('b') },
    { rounds: 2, warmUps: 1 },
  );

  expect(asked.join('')).toBe('baabba');
  expect(measured).toEqual({ a: [3, 6], b: [4, 5] });
});
