import { expect, test } from 'vitest';
import { readEvent } from '../../../lambda/report/read/index.ts';
import { toAttemptKey } from '../../../lambda/shared/workload.ts';
import { aBatchJobEvent, anAttempt, anExecutionEvent, readAt } from '../../support/builders.ts';

function keyOf(event: unknown): string {
  const reading = readEvent(event, readAt);
  if (reading.kind !== 'event') throw new Error(`not an event: ${reading.kind}`);
  return toAttemptKey(reading.event);
}

test.for(['SUCCEEDED', 'FAILED'])(
  'the end of a Batch job is one, however many attempts are listed: %s',
  (status) => {
    const keys = [0, 1, 2, 3].map((count) =>
      keyOf(
        aBatchJobEvent({ status, attempts: Array.from({ length: count }, () => anAttempt(1)) }),
      ),
    );

    expect(new Set(keys)).toEqual(new Set(['end']));
  },
);

test.for(['RUNNABLE', 'STARTING', 'RUNNING'])(
  'attempts of a Batch job that is %s are told apart',
  (status) => {
    const keys = [[], [anAttempt(1)]].map((attempts) =>
      keyOf(aBatchJobEvent({ status, attempts })),
    );

    expect(keys).toEqual(['1', '2']);
  },
);

test('redrives of an execution are told apart', () => {
  expect([0, 1].map((redriveCount) => keyOf(anExecutionEvent({ redriveCount })))).toEqual([
    '0',
    '1',
  ]);
});
