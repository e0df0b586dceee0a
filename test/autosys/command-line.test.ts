import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoteArgument, splitCommandLine } from '../../autosys/command-line.ts';
import { UsageError } from '../../autosys/usage.ts';
import { holdsForAll } from './arbitraries.ts';

describe('splitCommandLine', () => {
  test.for([
    ['', []],
    ['  \n ', []],
    ['autorep -J  a -w ', ['autorep', '-J', 'a', '-w']],
    ['-C "two words"', ['-C', 'two words']],
    ["-C 'two words'", ['-C', 'two words']],
    ['-C ""', ['-C', '']],
    ['a"b c"d', ['ab cd']],
    ['a\\ b', ['a b']],
    ['"a\\"b\\\\c\\$d\\`e\\f"', ['a"b\\c$d`e\\f']],
    ["'a\\b\"'", ['a\\b"']],
    ['$HOME `id` *', ['$HOME', '`id`', '*']],
  ] as const)('splits %j', ([text, words]) => {
    expect(splitCommandLine(text)).toEqual(words);
  });

  test.for([
    ['-C "open', 'a closing quote for the "\\"" at character 4, found the end'],
    ["-C 'open", 'a closing quote for the "\'" at character 4, found the end'],
    ['-C x\\', 'a character after the backslash for the "\\\\" at character 5, found the end'],
  ] as const)('rejects %j', ([text, fault]) => {
    expect(() => splitCommandLine(text)).toThrow(UsageError);
    expect(() => splitCommandLine(text)).toThrow(`command line: expected ${fault}`);
  });

  test('reads back all words that quoteArgument quotes', () => {
    holdsForAll(fc.array(fc.string({ unit: 'binary' })), (words) => {
      expect(splitCommandLine(words.map(quoteArgument).join(' '))).toEqual(words);
    });
  });
});
