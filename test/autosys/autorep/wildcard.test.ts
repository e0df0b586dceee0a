import { describe, expect, test } from 'vitest';
import { isWildcard, matchesWildcard } from '../../../autosys/autorep/index.ts';

describe('matchesWildcard', () => {
  test.for([
    ['ALL', 'anything', true],
    ['all', 'anything', true],
    ['load', 'load', true],
    ['load', 'LOAD', false],
    ['load', 'loader', false],
    ['load%', 'load', true],
    ['load%', 'loader', true],
    ['load*', 'loader', true],
    ['%load', 'preload', true],
    ['%load', 'preloads', false],
    ['%', '', true],
    ['?', 'a', true],
    ['?', '', false],
    ['l?ad', 'load', true],
    ['l?ad', 'lad', false],
    ['a%b%c', 'axxbyybzzc', true],
    ['a%b%c', 'axxbyy', false],
    ['a%%b', 'ab', true],
    ['a.b', 'axb', false],
    ['pay_%_[x]', 'pay_1_[x]', true],
  ] as const)('%s matches %s: %s', ([pattern, name, matches]) => {
    expect(matchesWildcard(pattern, name)).toBe(matches);
  });

  test('is fast for a pattern that is designed to be slow', () => {
    expect(matchesWildcard(`${'%a'.repeat(32)}b`, 'a'.repeat(5000))).toBe(false);
  });
});

test.for([
  ['ALL', true],
  ['a%', true],
  ['a*', true],
  ['a?', true],
  ['ALLES', false],
  ['load', false],
] as const)('isWildcard of %s is %s', ([pattern, wildcard]) => {
  expect(isWildcard(pattern)).toBe(wildcard);
});
