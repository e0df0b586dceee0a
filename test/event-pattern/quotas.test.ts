import { describe, expect, test } from 'vitest';
import { PatternError } from '../../event-pattern/error.ts';
import { matchesPattern } from '../../event-pattern/match.ts';
import { acceptPattern, patternSize, rulesPerBus } from '../../event-pattern/quotas.ts';

const sized = (size: number) => ({ a: ['x'.repeat(size - '{"a":[""]}'.length)] });
const names = ['settlement', 'fx-rates', 'risk', 'close'];
const byName = (count: number) => ({
  a: names.slice(0, count).map((name) => ({ wildcard: `*:job-definition/${name}:*` })),
});

describe('a pattern is accepted', () => {
  test('with 2,048 characters', () => {
    const pattern = sized(2_048);

    expect(patternSize(pattern)).toBe(2_048);
    expect(matchesPattern(acceptPattern(pattern), { a: pattern.a[0] })).toBe(true);
  });

  test('with a complexity of 10', () => {
    expect(acceptPattern(byName(3)).combinations).toHaveLength(1);
  });
});

describe('a pattern is rejected', () => {
  test.for([
    { when: 'it has 2,049 characters', pattern: sized(2_049), says: '2049 characters' },
    { when: 'its complexity is 13', pattern: byName(4), says: 'a wildcard complexity of 13' },
    { when: 'its form is wrong', pattern: {}, says: 'an empty object' },
  ])('when $when', ({ pattern, says }) => {
    const accept = () => acceptPattern(pattern);

    expect(accept).toThrow(PatternError);
    expect(accept).toThrow(says);
  });
});

test.for([
  ['eu-central-1', 300],
  ['us-gov-west-1', 300],
  ['af-south-1', 100],
  ['eu-south-1', 100],
] as const)('a bus in %s may have %i rules', ([region, rules]) => {
  expect(rulesPerBus(region)).toBe(rules);
});
