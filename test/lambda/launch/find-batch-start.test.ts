import { expect, test } from 'vitest';
import { toOldestStart } from '../../../lambda/launch/find-batch-start.ts';

test.for([
  {
    lookup: {
      kind: 'found',
      isListed: true,
      jobs: [
        { id: 'a', createdMs: 1 },
        { id: 'b', createdMs: 2 },
      ],
    },
    oldest: { kind: 'found', id: 'a', beganMs: 1 },
  },
  { lookup: { kind: 'notFound' }, oldest: { kind: 'unknown' } },
  {
    lookup: { kind: 'throttled', reason: 'TooManyRequestsException' },
    oldest: { kind: 'throttled', reason: 'TooManyRequestsException' },
  },
] as const)('the oldest start of $lookup is $oldest', ({ lookup, oldest }) => {
  expect(toOldestStart(lookup)).toEqual(oldest);
});
