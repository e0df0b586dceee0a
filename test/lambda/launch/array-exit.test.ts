import { expect, test } from 'vitest';
import { toArrayExit } from '../../../lambda/launch/array-exit.ts';

test.for([
  {
    answer: { kind: 'found', exitCodes: [3, 7, undefined, 0], isPartial: false },
    exit: { code: 7, source: 'highest exit code of the failed children' },
  },
  {
    answer: { kind: 'found', exitCodes: [3, 2], isPartial: true },
    exit: { code: 3, source: 'highest exit code of 2 of the failed children' },
  },
  {
    answer: { kind: 'found', exitCodes: [0, -1, 256, undefined], isPartial: false },
    exit: { code: 1, source: 'status FAILED, no failed child has an exit code' },
  },
  {
    answer: { kind: 'found', exitCodes: [], isPartial: false },
    exit: { code: 1, source: 'status FAILED, no failed child has an exit code' },
  },
  {
    answer: { kind: 'throttled', reason: 'TooManyRequestsException' },
    exit: {
      code: 1,
      source:
        'status FAILED, the exit codes of the children could not be read: TooManyRequestsException',
    },
  },
] as const)('children $answer end with $exit', ({ answer, exit }) => {
  expect(toArrayExit(answer)).toEqual(exit);
});
