import { describe, expect, test } from 'vitest';
import { PatternError } from '../../event-pattern/error.ts';
import { matchesPattern } from '../../event-pattern/match.ts';
import { compilePattern } from '../../event-pattern/pattern.ts';
import { patternSize } from '../../event-pattern/quotas.ts';
import { patternRows, rejectedRows } from './patterns.table.ts';

describe('an event pattern', () => {
  const matches = patternRows.flatMap(({ when, pattern, matches: events }) =>
    events.map((event) => ({ when, pattern, event, text: JSON.stringify(event) })),
  );
  const misses = patternRows.flatMap(({ when, pattern, misses: events }) =>
    events.map((event) => ({ when, pattern, event, text: JSON.stringify(event) })),
  );

  test.for(matches)('matches $text when $when', ({ pattern, event }) => {
    expect(matchesPattern(compilePattern(pattern), event)).toBe(true);
  });

  test.for(misses)('does not match $text when $when', ({ pattern, event }) => {
    expect(matchesPattern(compilePattern(pattern), event)).toBe(false);
  });

  test.for(rejectedRows)('is rejected when $when', ({ pattern, says }) => {
    const compile = () => compilePattern(pattern);

    expect(compile).toThrow(PatternError);
    expect(compile).toThrow(says);
  });

  test('is rejected with the path and the operator', () => {
    const pattern = { detail: { $or: [{ a: [1] }, { b: { c: [{ wildcard: 'x**' }] } }] } };

    const compile = () => compilePattern(pattern);

    expect(compile).toThrow(
      expect.objectContaining({ path: 'detail.b.c', operator: 'wildcard', name: 'PatternError' }),
    );
  });

  test('is rejected with too many combinations of or', () => {
    const ten = (name: string) => Array.from({ length: 11 }, (_, at) => ({ [name + at]: ['x'] }));
    const pattern = { a: { $or: ten('a') }, b: { $or: ten('b') }, c: { $or: ten('c') } };

    const compile = () => compilePattern(pattern);

    expect(compile).toThrow('1331 combinations');
  });

  test('is rejected with a number that JSON cannot represent', () => {
    const compile = () => compilePattern({ a: [Number.POSITIVE_INFINITY] });

    expect(compile).toThrow('found Infinity');
  });

  test.for([undefined, null, 'x', [{ a: 'x' }]])('throws for %j as an event', (event) => {
    const pattern = compilePattern({ a: ['x'] });

    const match = () => matchesPattern(pattern, event);

    expect(match).toThrow(TypeError);
  });

  test('is fast for a wildcard and a text that almost match', () => {
    const pattern = compilePattern({ a: [{ wildcard: `${'*a'.repeat(200)}*b` }] });

    const matched = matchesPattern(pattern, { a: 'a'.repeat(20_000) });

    expect(matched).toBe(false);
  });

  test('has the size of its JSON', () => {
    expect(patternSize({ a: ['x'] })).toBe('{"a":["x"]}'.length);
  });
});
