import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWorkloadEvent } from '../../../../lambda/workload/read/index.ts';
import { aBatchJobEvent, anExecutionEvent, readAt } from '../../../support/builders.ts';

describe('readWorkloadEvent', () => {
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
      event: { ...aBatchJobEvent(), 'detail-type': 'AWS API Call via CloudTrail' },
      message: /^detail-type: .* found "AWS API Call via CloudTrail"$/,
    },
  ])('rejects: $message', ({ event, message }) => {
    expect(readWorkloadEvent(event, readAt)).toMatchObject({
      kind: 'invalid',
      error: { code: 'BRIDGE_INVALID_EVENT', message: expect.stringMatching(message) },
    });
  });

  test.for([
    {
      detailType: 'Batch Job Queue Blocked',
      why: 'warns about a job queue; it has no job status',
    },
    {
      detailType: 'Batch Service Job Queue Blocked',
      why: 'warns about a job queue; it has no job status',
    },
    {
      detailType: 'Batch Service Job Preemption Started',
      why: 'is about a SageMaker job; routes cannot match it',
    },
    {
      detailType: 'Batch Service Job State Change',
      why: 'is about a SageMaker job; routes cannot match it',
    },
  ])('ignores "$detailType" with a reason', ({ detailType, why }) => {
    const event = { ...aBatchJobEvent({ status: 'RUNNABLE' }), 'detail-type': detailType };

    expect(readWorkloadEvent(event, readAt)).toEqual({
      kind: 'ignored',
      reason: `"${detailType}" ${why}`,
    });
  });

  test('returns a reading for any value', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (detail, status) => {
        const readings = [
          readWorkloadEvent(detail, readAt),
          readWorkloadEvent({ ...anExecutionEvent(), detail }, readAt),
          readWorkloadEvent({ ...aBatchJobEvent(), detail }, readAt),
          readWorkloadEvent(anExecutionEvent({ status }), readAt),
          readWorkloadEvent(aBatchJobEvent({ attempts: status }), readAt),
        ];
        for (const { kind } of readings) expect(['event', 'ignored', 'invalid']).toContain(kind);
      }),
    );
  });
});
