import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { complexityLimit, patternComplexity } from '../../event-pattern/complexity.ts';
import { compilePattern } from '../../event-pattern/pattern.ts';
import { complexityRows } from './complexity.table.ts';

const sample: readonly (readonly [complexity: number, pattern: unknown])[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'complexity.sample.json'), 'utf8'),
);

describe('the complexity of a pattern', () => {
  test.for(complexityRows)('is $complexity for $when', ({ pattern, complexity }) => {
    expect(patternComplexity(compilePattern(pattern))).toBe(complexity);
  });

  test.for(sample)('is %i for the generated pattern %j', ([complexity, pattern]) => {
    expect(patternComplexity(compilePattern(pattern))).toBe(complexity);
  });

  test('stops at the given maximum', () => {
    const pattern = compilePattern({ a: [{ wildcard: '*aaaa*' }] });

    expect(patternComplexity(pattern, 3)).toBe(3);
  });

  test('is the given maximum for a pattern that is designed to be slow', () => {
    const piece = (at: number) => Array.from({ length: 30 }, (_, n) => 'abcdefg'[(n * at) % 7]);
    const wildcards = Array.from({ length: 12 }, (_, at) => ({
      wildcard: `*${piece(at + 1).join('')}*${piece(at + 2).join('')}*`,
    }));

    const complexity = patternComplexity(compilePattern({ a: wildcards }), 1_000);

    expect(complexity).toBe(1_000);
  });

  test('has a limit between the patterns that AWS accepted and rejected', () => {
    const complexitiesOf = (word: string) =>
      complexityRows.flatMap(({ when, complexity }) => (when.includes(word) ? [complexity] : []));

    expect(Math.max(...complexitiesOf('accepted by AWS'))).toBeLessThanOrEqual(complexityLimit);
    expect(Math.min(...complexitiesOf('rejected by AWS'))).toBeGreaterThan(complexityLimit);
  });
});
