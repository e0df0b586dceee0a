import { describe, expect, test } from 'vitest';
import {
  ConditionSyntaxError,
  describeProblem,
  JilSyntaxError,
  SourceError,
  toPosition,
} from '../../autosys/source.ts';

const source = { name: 'jobs.jil', text: 'first line\n\tsecond line\r\n\nlast' };

describe('toPosition', () => {
  test.for([
    [0, 1, 1],
    [9, 1, 10],
    [10, 1, 11],
    [11, 2, 1],
    [12, 2, 2],
    [25, 3, 1],
    [26, 4, 1],
    [30, 4, 5],
  ] as const)('converts offset %i to line %i, column %i', ([offset, line, column]) => {
    expect(toPosition(source, offset)).toEqual({ line, column });
  });
});

describe('describeProblem', () => {
  test('shows the line, the one above and a caret for each character', () => {
    expect(describeProblem(source, { start: 12, end: 18, message: 'expected third' })).toBe(
      [
        'jobs.jil:2:2: expected third',
        '  1 | first line',
        '  2 | \tsecond line',
        '    | \t^^^^^^',
      ].join('\n'),
    );
  });

  test('shows no line above the first', () => {
    expect(describeProblem(source, { start: 0, end: 5, message: 'm' }).split('\n')).toEqual([
      'jobs.jil:1:1: m',
      '  1 | first line',
      '    | ^^^^^',
    ]);
  });

  test('prints one caret for an empty span, and none after the end of the line', () => {
    expect(describeProblem(source, { start: 30, end: 30, message: 'm' })).toMatch(/\| {5}\^$/);
    expect(describeProblem(source, { start: 6, end: 20, message: 'm' })).toMatch(/\| {7}\^{4}$/);
  });

  test('aligns the numbers of lines 9 and 10', () => {
    const text = Array.from({ length: 10 }, (_, index) => `line ${index + 1}`).join('\n');
    const frame = describeProblem(
      { name: 'x', text },
      { start: text.length - 2, end: text.length, message: 'm' },
    );

    expect(frame).toContain('   9 | line 9\n  10 | line 10\n     |      ^^');
  });

  test('cuts a line of a thousand characters', () => {
    const text = 'x'.repeat(1000);
    const frame = describeProblem({ name: 'x', text }, { start: 900, end: 1000, message: 'm' });

    expect(Math.max(...frame.split('\n').map((line) => line.length))).toBeLessThan(180);
  });
});

describe('a SourceError', () => {
  const problems = [
    { start: 0, end: 1, message: 'one' },
    { start: 26, end: 27, message: 'two' },
  ] as const;

  test.for([
    [SourceError, 'SourceError'],
    [ConditionSyntaxError, 'ConditionSyntaxError'],
    [JilSyntaxError, 'JilSyntaxError'],
  ] as const)('lists every problem, as %s', ([Kind, name]) => {
    const error = new Kind(source, problems);

    expect(error).toMatchObject({ name, source, problems });
    expect(error.message).toMatch(/^jobs\.jil:1:1: one\n[\s\S]*\n\njobs\.jil:4:1: two\n/);
  });
});
