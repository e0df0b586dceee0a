import { describe, expect, test } from 'vitest';
import { type AgePolicy, judgeEventAge, toEventTime } from '../../../lambda/workload/event-age.ts';
import {
  aBatchJobEvent,
  anExecutionEvent,
  readAt,
  startedAtMs,
  stoppedAtMs,
} from '../../support/builders.ts';
import { toWorkloadEvent } from '../../support/read-event.ts';

const dayMs = 86_400_000;
const envelopeMs = Date.parse('2026-11-20T02:01:00Z');

describe('the time of an event', () => {
  const longAgo = startedAtMs - 9 * dayMs;
  test.for([
    { is: 'its stop', event: anExecutionEvent({ startDate: longAgo }), ms: stoppedAtMs },
    { is: 'its stop', event: aBatchJobEvent({ startedAt: longAgo }), ms: stoppedAtMs },
    {
      is: 'its start without a stop',
      event: anExecutionEvent({ startDate: longAgo, stopDate: null }),
      ms: longAgo,
    },
    {
      is: 'its start without a stop',
      event: aBatchJobEvent({ status: 'RUNNING', startedAt: longAgo }),
      ms: longAgo,
    },
    {
      is: 'the time of the envelope without either',
      event: anExecutionEvent({ startDate: null, stopDate: null }),
      ms: envelopeMs,
    },
    {
      is: 'the time of the envelope without either',
      event: aBatchJobEvent({ status: 'RUNNABLE', createdAt: longAgo }),
      ms: envelopeMs,
    },
    {
      is: 'its redrive while it runs again',
      event: anExecutionEvent({
        status: 'RUNNING',
        startDate: longAgo,
        stopDate: longAgo + 1_000,
        redriveDate: startedAtMs,
      }),
      ms: startedAtMs,
    },
    {
      is: 'its stop after a redrive',
      event: anExecutionEvent({ startDate: longAgo, redriveDate: startedAtMs }),
      ms: stoppedAtMs,
    },
  ])('is $is', ({ event, ms }) => {
    expect(toEventTime(toWorkloadEvent(event)).getTime()).toBe(ms);
  });
});

describe.for([
  { of: 'an execution', toEvent: anExecutionEvent },
  { of: 'a Batch job', toEvent: aBatchJobEvent },
])('an event of $of', ({ toEvent }) => {
  const policy: AgePolicy = { now: readAt, deadlineMs: 4 * dayMs, oldEvents: 'park' };
  const later = (ms: number) => new Date(stoppedAtMs + ms);

  test('is current up to the deadline', () => {
    for (const ms of [0, policy.deadlineMs]) {
      expect(judgeEventAge(toWorkloadEvent(toEvent()), { ...policy, now: later(ms) })).toEqual({
        kind: 'current',
      });
    }
  });

  test('is old after the deadline', () => {
    const now = later(policy.deadlineMs + 1);

    expect(judgeEventAge(toWorkloadEvent(toEvent()), { ...policy, now })).toEqual({
      kind: 'old',
      reason:
        'the event happened at 2026-11-20T02:01:00.000Z, which is longer ago than the deadline of 4d',
    });
  });

  test('counts from its stop and not from the time of its envelope', () => {
    const late = { ...toEvent(), time: '2026-11-20T23:00:00Z' };
    const hourly = { ...policy, deadlineMs: 3_600_000, now: later(3_600_001) };

    expect(judgeEventAge(toWorkloadEvent(late), hourly)).toMatchObject({
      kind: 'old',
      reason: expect.stringContaining('deadline of 1h'),
    });
  });

  test.for(['night', '', 'x\u0007y'])('is a replay at any age: "%s"', (name) => {
    const event = toWorkloadEvent({ ...toEvent(), 'replay-name': name });

    expect(event.replayName).toBe(name);
    expect(judgeEventAge(event, policy)).toEqual({
      kind: 'replay',
      reason: `the event comes from the archive replay ${JSON.stringify(name)}`,
    });
  });

  test('is current if old events are allowed, as a replay and at any age', () => {
    const event = toWorkloadEvent({ ...toEvent(), 'replay-name': 'night' });
    const allowed = { ...policy, oldEvents: 'allow' } as const;

    expect(judgeEventAge(event, allowed).kind).toBe('current');
    expect(judgeEventAge(event, { ...allowed, now: later(9 * dayMs) }).kind).toBe('current');
  });

  test('is no replay without a replay name', () => {
    expect(toWorkloadEvent(toEvent())).not.toHaveProperty('replayName');
    expect(toWorkloadEvent({ ...toEvent(), 'replay-name': null })).not.toHaveProperty('replayName');
  });
});
