import { expect, test } from 'vitest';
import { toFailureMeaning } from '../../../lambda/workload/explain-failure.ts';

test.each(['node ', 'Host EC2 ', 'Dependency ', 'States.Runtime '])(
  'causes of 32 KB that repeat %j are explained in linear time, also those of a hundred children',
  (word) => {
    const cause = word.repeat(32_768 / word.length);

    const meanings = Array.from({ length: 100 }, () => toFailureMeaning({ cause }));

    expect(new Set(meanings).size).toBe(1);
  },
);

test('the end of a host is found within a sentence', () => {
  const reason = 'Host EC2 (instance i-0123456789abcdef0) terminated.';

  expect(toFailureMeaning({ reason })).toContain('The host is gone');
});
