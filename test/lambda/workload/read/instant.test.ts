import { describe, expect, test } from 'vitest';
import {
  toBatchJobEvent,
  toRecoveredExecutionEvent,
} from '../../../../lambda/sweep/recovered-event.ts';
import { readWorkloadEvent } from '../../../../lambda/workload/read/index.ts';
import {
  aBatchJobEvent,
  anExecutionEvent,
  readAt,
  startedAtMs,
  stoppedAtMs,
} from '../../../support/builders.ts';
import { aDescribedBatchJob, aDescribedExecution, asking } from '../../sweep/lookup.ts';

const dayMs = 24 * 3_600_000;
const latestMs = readAt.getTime() + dayMs;
const earliestMs = Date.UTC(2015, 0, 1);

/** Every field with an instant, and an event with a given value in that field. */
const fields = [
  ...['startDate', 'stopDate', 'redriveDate'].map((field) => ({
    path: `detail.${field}`,
    toEvent: (value: unknown) => anExecutionEvent({ [field]: value }),
  })),
  ...['createdAt', 'startedAt', 'stoppedAt'].map((field) => ({
    path: `detail.${field}`,
    toEvent: (value: unknown) => aBatchJobEvent({ [field]: value }),
  })),
  ...['startedAt', 'stoppedAt'].map((field) => ({
    path: `detail.attempts.1.${field}`,
    toEvent: (value: unknown) => aBatchJobEvent({ attempts: [{}, { [field]: value }] }),
  })),
];

const implausible = [
  { what: 'before 1970', value: -1, found: /^-1$/ },
  { what: 'zero', value: 0, found: /^0$/ },
  { what: 'before 2015', value: earliestMs - 1, found: new RegExp(`^${earliestMs - 1}$`) },
  { what: 'more than a day ahead', value: latestMs + 1, found: new RegExp(`^${latestMs + 1}$`) },
  {
    what: 'in seconds',
    value: startedAtMs / 1_000,
    found: /^1795140000, which is plausible as seconds only$/,
  },
  { what: 'in microseconds', value: startedAtMs * 1_000, found: /^1795140000000000$/ },
  { what: 'a fraction', value: startedAtMs + 0.5, found: /^1795140000000\.5$/ },
  { what: 'NaN', value: Number.NaN, found: /^NaN$/ },
  { what: 'infinite', value: Number.POSITIVE_INFINITY, found: /^Infinity$/ },
  { what: 'seconds as text', value: '1795140000', found: /plausible as seconds only$/ },
  { what: 'another text', value: 'soon', found: /^another text$/ },
  { what: 'an empty text', value: '', found: /^another text$/ },
  { what: 'a year', value: '2026', found: /plausible as seconds only$|^2026$/ },
  { what: 'a day', value: '2026-11-20', found: /^another text$/ },
  { what: 'without a timezone', value: '2026-11-20T02:00:00', found: /^another text$/ },
  { what: 'a text before 2015', value: '2014-12-31T23:59:59Z', found: /^2014-12-31T23:59:59Z$/ },
  { what: 'a text far ahead', value: '2126-11-20T02:00:00Z', found: /^2126-11-20T02:00:00Z$/ },
  { what: 'true', value: true, found: /^a boolean$/ },
  { what: 'an object', value: {}, found: /^an object$/ },
  { what: 'an array', value: [startedAtMs], found: /^an array$/ },
] as const;

describe.for(fields)('$path', ({ path, toEvent }) => {
  test.for(implausible)('is rejected if it is $what', ({ value, found }) => {
    const reading = readWorkloadEvent(toEvent(value), readAt);

    expect(reading).toMatchObject({
      kind: 'invalid',
      error: { path, found: expect.stringMatching(found), expected: expect.any(String) },
    });
  });

  test.for([
    earliestMs,
    latestMs,
    startedAtMs,
    String(startedAtMs),
    '2026-11-20T02:00:00Z',
    '2026-11-20T03:00:00.123+01:00',
    null,
    undefined,
  ])('is read if it is %s', (value) => {
    expect(readWorkloadEvent(toEvent(value), readAt).kind).toBe('event');
  });
});

describe('the time of the envelope', () => {
  test.for([
    '1969-12-31T23:59:59Z',
    '2014-12-31T23:59:59Z',
    '2026-11-21T02:02:01Z',
    '2026-11-20T02:01:00',
    '20 November 2026',
    '1795140000000',
    'NaN',
  ])('is rejected if it is %s', (time) => {
    for (const event of [anExecutionEvent({}, { time }), aBatchJobEvent({}, { time })]) {
      expect(readWorkloadEvent(event, readAt)).toMatchObject({
        kind: 'invalid',
        error: { path: 'time' },
      });
    }
  });

  test.for(['2015-01-01T00:00:00Z', '2026-11-21T02:02:00Z'])('is read if it is %s', (time) => {
    expect(readWorkloadEvent(anExecutionEvent({}, { time }), readAt).kind).toBe('event');
  });

  test('is rejected with the allowed range', () => {
    const reading = readWorkloadEvent(
      anExecutionEvent({}, { time: '2036-11-20T02:01:00Z' }),
      readAt,
    );

    expect(reading).toMatchObject({
      error: {
        message:
          'time: expected ISO 8601 from 2015-01-01T00:00:00.000Z to 2026-11-21T02:02:00.000Z, a day from now, found 2036-11-20T02:01:00Z',
      },
    });
  });
});

describe('an implausible instant in an answer of AWS', () => {
  test.for([Number.NaN, -1, 8.64e15, 1e300])('is rejected without an exception: %d', (ms) => {
    const execution = aDescribedExecution({ stopDate: new Date(ms) });
    const job = aDescribedBatchJob({ stoppedAt: ms });

    expect(
      readWorkloadEvent(toRecoveredExecutionEvent(execution, asking), asking.askedAt),
    ).toMatchObject({
      kind: 'invalid',
    });
    expect(readWorkloadEvent(toBatchJobEvent(job, asking), asking.askedAt)).toMatchObject({
      kind: 'invalid',
    });
  });
});

test('an event is read with the given clock', () => {
  const event = anExecutionEvent();

  expect(readWorkloadEvent(event, new Date(stoppedAtMs - dayMs)).kind).toBe('event');
  expect(readWorkloadEvent(event, new Date(stoppedAtMs - dayMs - 1)).kind).toBe('invalid');
});
