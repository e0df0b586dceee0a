import { describe, expect, test } from 'vitest';
import { PatternError } from '../../event-pattern/error.ts';
import { compilePattern, matchesPattern } from '../../event-pattern/pattern.ts';
import { patternSize } from '../../event-pattern/quotas.ts';
import { patternRows, refusedRows } from './patterns.table.ts';

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

  test.for(refusedRows)('refuses when $when', ({ pattern, says }) => {
    const compile = () => compilePattern(pattern);

    expect(compile).toThrow(PatternError);
    expect(compile).toThrow(says);
  });

  test('names the path and the operator that are wrong', () => {
    const pattern = { detail: { $or: [{ a: [1] }, { b: { c: [{ wildcard: 'x**' }] } }] } };

    const compile = () => compilePattern(pattern);

    expect(compile).toThrow(
      expect.objectContaining({ path: 'detail.b.c', operator: 'wildcard', name: 'PatternError' }),
    );
  });

  test('refuses an or that multiplies out too far', () => {
    const ten = (name: string) => Array.from({ length: 11 }, (_, at) => ({ [name + at]: ['x'] }));
    const pattern = { a: { $or: ten('a') }, b: { $or: ten('b') }, c: { $or: ten('c') } };

    const compile = () => compilePattern(pattern);

    expect(compile).toThrow('1331 combinations');
  });

  test('refuses a number that JSON cannot carry', () => {
    const compile = () => compilePattern({ a: [Number.POSITIVE_INFINITY] });

    expect(compile).toThrow('found Infinity');
  });

  test.for([undefined, null, 'x', [{ a: 'x' }]])('refuses %j as an event', (event) => {
    const pattern = compilePattern({ a: ['x'] });

    const match = () => matchesPattern(pattern, event);

    expect(match).toThrow(TypeError);
  });

  test('stays quick on a wildcard and a text that nearly fit', () => {
    const pattern = compilePattern({ a: [{ wildcard: `${'*a'.repeat(200)}*b` }] });

    const matched = matchesPattern(pattern, { a: 'a'.repeat(20_000) });

    expect(matched).toBe(false);
  });

  test('has the size of its JSON', () => {
    expect(patternSize({ a: ['x'] })).toBe('{"a":["x"]}'.length);
  });
});
