import { describe, expect, test } from 'vitest';
import { toParamPattern } from '../../../lambda/routing/targets.ts';
import { findParamPatternFault } from '../../../route-file/launch/param-pattern.ts';

const words = Array.from({ length: 80 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join('|');

describe('the pattern of a parameter', () => {
  test.for([
    String.raw`\d{4}-\d{2}-\d{2}`,
    '[A-Z]+(?:-[A-Z]+)*',
    '[A-Z0-9_-]{1,64}',
    '(?:EU|US|APAC)',
    String.raw`(?:\d{1,3},)*\d{1,3}`,
    String.raw`[\w.]+@[\w.]+`,
    String.raw`s3://[^/]+/.+/[^/]+\.csv`,
    '(?!test)[a-z]+',
    String.raw`(?<=x)y|\bz\B`,
    '(?:MON|TUE|WED)(?:,(?:MON|TUE|WED))*',
    '(?:[0-9A-F]{2})+',
    String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}`,
    '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
    String.raw`\p{L}+(?: \p{L}+)*`,
    '.*x.*',
    String.raw`\d{1,10}(?:\.\d{1,4})?`,
    String.raw`(?<year>\d{4})(?:\d{2}(?:\d{2})?)?`,
    '(?:a|ab)*c',
    String.raw`[^\]]+|[\]a-z]+?|a{0}b{2,}`,
    String.raw`\u{1F600}|\uD83D\uDE00+|\u0041\x41\cA`,
    words,
  ])('may be %s', (pattern) => {
    expect(findParamPatternFault(pattern)).toBeUndefined();
  });

  const slow = (pattern: string, reason: string) =>
    `pattern: found ${JSON.stringify(pattern)}, which may take very long to reject a value: ${reason}; allowed: parts that match a text in one way only, as in [a-z]+(?:-[a-z]+)*`;

  test.for([
    '(a+)+',
    '(a|a)*',
    '(a|aa)+',
    '(a|[a-c])*',
    String.raw`(\d+,?)+`,
    '([a-z]+)*x',
    '(.*a){12}',
    '(x+x+)+y',
    '(ab{2}|abb)*',
    String.raw`(\w+\s?)*`,
    String.raw`([\w-]+)(-[\w-]+)*`,
    String.raw`((\d{1,4}){1,4}){1,4}`,
    String.raw`(?:\d\d?){1,30}`,
    String.raw`(\s|\u00a0)*`,
    String.raw`(\p{L}|é)*`,
    '(?=(a+)+)b',
    '(?<!(a+)+)b',
  ])('is rejected with a repetition that is ambiguous: %s', (pattern) => {
    expect(findParamPatternFault(pattern)).toBe(
      slow(pattern, 'a repeated part can match one text in two ways'),
    );
  });

  test.for([
    { pattern: '(a*)*', part: '(a*)*' },
    { pattern: 'x(a?){30}', part: '(a?){30}' },
    { pattern: '(a?){0,3}', part: '(a?){0,3}' },
    { pattern: '(|a)+?', part: '(|a)+?' },
    { pattern: '(?:^)*b', part: '(?:^)*' },
    { pattern: '(?:(?=a))*b', part: '(?:(?=a))*' },
  ])('is rejected if it repeats a part that can be empty: $pattern', ({ pattern, part }) => {
    expect(findParamPatternFault(pattern)).toBe(
      slow(pattern, `${part} repeats a part that can be empty`),
    );
  });

  test.for(['.*.*.*', String.raw`.+@.+\..+`, String.raw`\w{1,9}\w{1,9}\w{1,9}`, 'a+x?a+x?a+'])(
    'is rejected with three repetitions that can match one text: %s',
    (pattern) => {
      expect(findParamPatternFault(pattern)).toBe(
        slow(pattern, 'more than 2 repetitions in a row can match the same text'),
      );
    },
  );

  test.for([
    { pattern: String.raw`(a)\1`, reason: 'it has a backreference, whose time cannot be checked' },
    {
      pattern: String.raw`(?<n>a)\k<n>`,
      reason: 'it has a backreference, whose time cannot be checked',
    },
    { pattern: '(?i:a)', reason: 'it has inline flags' },
    {
      pattern: `(?:${words})*`,
      reason: 'it repeats a part with more than 64 characters and repetitions',
    },
    {
      pattern: '(?:a{16}b{16}c{16}d{16}){4}(?:e{16}f{16}g{16}h{16}){4}',
      reason: 'it has more than 500 characters and repetitions',
    },
  ])('is rejected if the check does not cover it: $reason', ({ pattern, reason }) => {
    expect(findParamPatternFault(pattern)).toBe(slow(pattern, reason));
  });

  test.for([
    { pattern: '[', reason: 'Unterminated character class' },
    // It would be valid within the anchors.
    { pattern: 'a)(b', reason: "Unmatched ')'" },
    { pattern: String.raw`\-`, reason: 'Invalid escape' },
    { pattern: 'a{1}{', reason: 'Lone quantifier brackets' },
  ])('is rejected if it is invalid: $pattern', ({ pattern, reason }) => {
    expect(findParamPatternFault(pattern)).toBe(
      `pattern: found ${JSON.stringify(pattern)}, which is no regular expression with the flag u: ${reason}`,
    );
  });

  test.for([0, 501])('is rejected with %i characters', (length) => {
    expect(findParamPatternFault('a'.repeat(length))).toBe(
      `pattern: found ${length} characters, allowed: a regular expression of 1 to 500 characters`,
    );
  });

  test('matches the whole value', () => {
    const pattern = toParamPattern('EU|US');

    expect(['EU', 'US', 'EUS', 'xEU', 'EU\n', ''].map((value) => pattern.test(value))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
