import { expect, test } from 'vitest';
import { parseCondition, referencesOf } from '../../../autosys/condition/index.ts';

test('finds jobs and global variables without duplicates, in the order of the text', () => {
  const text = 's(b) & (v(Y)=1 | f(a)) & d(b,1.00) & e(b^PRD)=0 & v(X)=1 & v(Y)=2';

  const { jobs, globalVariables } = referencesOf(parseCondition({ name: 'condition', text }));

  expect(jobs.map(({ job, instance }) => [job, instance])).toEqual([
    ['b', undefined],
    ['a', undefined],
    ['b', 'PRD'],
  ]);
  expect(globalVariables).toEqual(['Y', 'X']);
});

test('ignores global variables of another instance, which are not set in this one', () => {
  const condition = parseCondition({ name: 'condition', text: 'v(X^PRD) = 1' });

  expect(referencesOf(condition).globalVariables).toEqual([]);
});
