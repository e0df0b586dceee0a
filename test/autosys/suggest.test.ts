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
  ] as const)('suggests for %s the word %s', ([word, expected]) => {
    expect(suggest(word, candidates)).toBe(expected);
  });

  test.for(['mch', 'commander-in-chief', 'x', '', 'kob_nime'])(
    'has no suggestion for %j',
    (word) => {
      expect(suggest(word, candidates)).toBeUndefined();
    },
  );

  test('suggests the nearest of several similar words', () => {
    expect(suggest('abcdf', ['abxyf', 'abcde', 'abcdx'])).toBe('abcde');
  });
});

test('didYouMean gives a question, or an empty text', () => {
  expect(didYouMean('machin', ['machine'])).toBe('; did you mean machine?');
  expect(didYouMean('machin', [])).toBe('');
});
