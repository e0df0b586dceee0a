import { describe, expect, test } from 'vitest';
import { didYouMean, suggest } from '../../autosys/suggest.ts';

describe('suggest', () => {
  const candidates = ['machine', 'command', 'condition', 'box_name', 'job'];

  test.for([
    ['machin', 'machine'],
    ['machines', 'machine'],
    ['mahcine', 'machine'],
    ['comand', 'command'],
    ['conditoin', 'condition'],
    ['boxname', 'box_name'],
    ['command', 'command'],
    ['jbo', 'job'],
  ] as const)('finds in %s the word %s', ([word, meant]) => {
    expect(suggest(word, candidates)).toBe(meant);
  });

  test.for(['mch', 'commander-in-chief', 'x', '', 'kob_nime'])('ignores %j', (word) => {
    expect(suggest(word, candidates)).toBeUndefined();
  });

  test('takes the nearest where several are near', () => {
    expect(suggest('abcdf', ['abxyf', 'abcde', 'abcdx'])).toBe('abcde');
  });
});

test('didYouMean says the word, or nothing', () => {
  expect(didYouMean('machin', ['machine'])).toBe('; did you mean machine?');
  expect(didYouMean('machin', [])).toBe('');
});
