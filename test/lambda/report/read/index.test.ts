import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEvent } from '../../../../lambda/report/read/index.ts';
import { aBatchJobEvent, anExecutionEvent } from '../../../support/builders.ts';

describe('readEvent', () => {
  test.for([
    { event: null, message: 'the event: expected an object, found null' },
    { event: 'text', message: 'the event: expected an object, found another text' },
    { event: [], message: 'the event: expected an object, found an array' },
    { event: {}, message: 'id: expected a string, found nothing' },
    {
      event: { ...anExecutionEvent(), time: 'yesterday' },
      message: 'time: expected ISO 8601, found another text',
    },
    {
      event: { ...anExecutionEvent(), detail: null },
      message: 'detail: expected an object, found null',
    },
    {
      event: { ...anExecutionEvent(), source: 'aws.glue', 'detail-type': 'Glue Job State Change' },
      message:
        'source: expected aws.states "Step Functions Execution Status Change" or aws.batch "Batch Job State Change", found "aws.glue"',
    },
    {
      event: { ...aBatchJobEvent(), 'detail-type': 'Batch Service Job State Change' },
      message: /^detail-type: .* found "Batch Service Job State Change"$/,
    },
  ])('refuses $message', ({ event, message }) => {
    expect(readEvent(event)).toMatchObject({
      kind: 'invalid',
      error: { code: 'BRIDGE_INVALID_EVENT', message: expect.stringMatching(message) },
    });
  });

  test('ignores the warning about a blocked queue, and says why', () => {
    const blocked = {
      ...aBatchJobEvent({ status: 'RUNNABLE' }),
      'detail-type': 'Batch Job Queue Blocked',
    };

    expect(readEvent(blocked)).toEqual({
      kind: 'ignored',
      reason: '"Batch Job Queue Blocked" warns about a job queue; it tells no job\'s status',
    });
  });

  test('gives a reading for any value whatever', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (detail, status) => {
        const readings = [
          readEvent(detail),
          readEvent({ ...anExecutionEvent(), detail }),
          readEvent({ ...aBatchJobEvent(), detail }),
          readEvent(anExecutionEvent({ status })),
          readEvent(aBatchJobEvent({ attempts: status })),
        ];
        for (const { kind } of readings) expect(['event', 'ignored', 'invalid']).toContain(kind);
      }),
    );
  });
});
