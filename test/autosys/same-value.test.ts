import { expect, test } from 'vitest';
import { isSameValue } from '../../autosys/same-value.ts';

test.each([
  ['a', 'a \t ', true],
  ['a', ' a', false],
  ['a b', 'a  b', false],
  ['', '  ', true],
])('%j and %j are the same value: %s', (one, other, expected) => {
  expect(isSameValue(one, other)).toBe(expected);
});

test('a million blanks within a value take no quadratic time, which would be a quarter of an hour', () => {
  const value = `a${' '.repeat(1_000_000)}b`;

  expect(isSameValue(value, `${value} `)).toBe(true);
});
