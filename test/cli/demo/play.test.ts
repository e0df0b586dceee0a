import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { play } from '../../../cli/demo/play.ts';
import { createRedate } from '../../../cli/demo/redate.ts';
import { findEvents } from '../../../cli/explain/find-events.ts';
import { judgeEventAge } from '../../../lambda/workload/event-age.ts';
import { readWorkloadEvent } from '../../../lambda/workload/read/index.ts';
import { Bus, ManualLocalClock } from '../../../local/index.ts';
import {
  aBatchJobEvent,
  anExecutionEvent,
  startedAtMs,
  stoppedAtMs,
} from '../../support/builders.ts';

const now = new Date('2026-12-24T18:00:00.500Z');

/** A bus on which one rule hears executions, and what a timeline on it is told. */
function aBus() {
  const bus = new Bus({
    account: '111122223333',
    region: 'eu-west-1',
    clock: new ManualLocalClock(0),
  });
  bus.putRule({
    name: 'executions',
    pattern: { source: ['aws.states'] },
    targets: [{ id: 'queue', deliver: () => {} }],
  });
  const told: string[] = [];
  const timeline = { tell: (voice: string, text: string) => void told.push(`${voice}: ${text}`) };
  return { bus, told, options: { timeline, paceMs: 0, signal: new AbortController().signal } };
}

describe('play', () => {
  test('tells what each event is, and whether a rule asks for it', async () => {
    const { bus, told, options } = aBus();
    const found = [anExecutionEvent(), aBatchJobEvent()].map(
      (event, at) => ({ kind: 'event', place: `f[${at}]`, event }) as const,
    );

    expect(await play(found, { bus }, options)).toEqual({ queued: 1, faults: 0 });
    expect(told).toEqual([
      'AWS: settlement execution run-1 is SUCCEEDED',
      'AWS: Batch job risk-eod (4c7599ae-0a82-49aa-ba5a-4727fcce14a8) is SUCCEEDED (no rule asks for it)',
    ]);
  });

  test('tells of what is no event, and goes on', async () => {
    const { bus, told, options } = aBus();
    const found = [
      { kind: 'fault', place: 'f:1', reason: 'no JSON' },
      { kind: 'event', place: 'f:2', event: { id: 7 } },
      { kind: 'event', place: 'f:3', event: anExecutionEvent({ status: 'PAUSED' }) },
      { kind: 'event', place: 'f:4', event: anExecutionEvent() },
    ] as const;

    expect(await play(found, { bus }, options)).toEqual({ queued: 2, faults: 2 });
    expect(told).toEqual([
      'AWS: f:1 is no event: no JSON',
      expect.stringMatching(/^AWS: f:2 is no event: /),
      expect.stringMatching(/^AWS: an event nobody can read: detail\.status: /),
      'AWS: settlement execution run-1 is SUCCEEDED',
    ]);
  });
});

describe('play of any JSON', () => {
  test('goes on, whatever an event holds', async () => {
    const part = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(-1, 0, 1e300, '9'.repeat(400), '__proto__'),
    );
    const detail = fc.dictionary(
      fc.constantFrom(
        'startDate',
        'stopDate',
        'attempts',
        'status',
        'executionArn',
        '__proto__',
        '',
      ),
      part,
    );
    const event = fc.oneof(
      part,
      fc
        .record({ envelope: fc.dictionary(fc.string(), part), detail })
        .map(({ envelope, detail: own }) => ({
          ...anExecutionEvent(),
          ...envelope,
          detail: { ...anExecutionEvent().detail, ...own },
        })),
      detail.map((own) => ({ ...aBatchJobEvent(), ...own })),
      part.map((time) => ({ ...anExecutionEvent(), time })),
      part.map((given) => ({ ...aBatchJobEvent(), detail: given })),
    );

    await fc.assert(
      fc.asyncProperty(event, async (given) => {
        const { bus, options } = aBus();
        const found = findEvents({ name: 'f', text: JSON.stringify(given) });
        const { queued, faults } = await play(found, { bus }, options);
        expect(queued + faults).toBeLessThanOrEqual(found.length);
      }),
    );
  });
});

describe('redate', () => {
  const earlierMs = Date.parse('2026-11-10T02:00:00Z');
  const earlier = { createdAt: earlierMs, startedAt: earlierMs, attempts: [] };

  test('moves an event as if AWS announced it now, its instants along with it', () => {
    const moved = createRedate()(anExecutionEvent(), now);

    expect(moved).toMatchObject({
      time: '2026-12-24T18:00:00Z',
      detail: { stopDate: now.getTime(), startDate: now.getTime() - 60_000, redriveDate: null },
    });
  });

  test.for([
    { what: 'an execution', event: anExecutionEvent({ startDate: startedAtMs - 9 * 86_400_000 }) },
    {
      what: 'a Batch job',
      event: aBatchJobEvent({ ...earlier, stoppedAt: '2026-11-10T02:01:00Z' }),
    },
    { what: 'a job that runs', event: aBatchJobEvent({ status: 'RUNNING' }) },
    { what: 'a replay', event: { ...anExecutionEvent(), 'replay-name': 'night' } },
  ])('leaves nothing old: $what', ({ event }) => {
    const reading = readWorkloadEvent(createRedate()(event, now), now);

    const policy = { now, deadlineMs: 0, oldEvents: 'park' } as const;
    expect(reading.kind === 'event' && judgeEventAge(reading.event, policy)).toEqual({
      kind: 'current',
    });
  });

  test('moves the instants of attempts too, each in its spelling', () => {
    const given = aBatchJobEvent({
      stoppedAt: String(stoppedAtMs),
      startedAt: new Date(startedAtMs).toISOString(),
      attempts: [{ startedAt: startedAtMs, stoppedAt: stoppedAtMs }],
    });

    expect(createRedate()(given, now)).toMatchObject({
      detail: {
        stoppedAt: String(now.getTime()),
        startedAt: new Date(now.getTime() - 60_000).toISOString(),
        attempts: [{ startedAt: now.getTime() - 60_000, stoppedAt: now.getTime() }],
      },
    });
  });

  test('leaves instants as they are where the bridge refuses one', () => {
    const given = anExecutionEvent({ stopDate: -1 });

    expect(createRedate()(given, now)).toEqual({ ...given, time: '2026-12-24T18:00:00Z' });
  });

  test('leaves the start of a run alike in all of its events, however fast they follow', () => {
    const move = createRedate();
    const startDate = Date.parse('2026-11-20T02:00:00Z');
    const at = (time: string, detail: object) =>
      anExecutionEvent({ startDate, stopDate: null, ...detail }, { time });
    const stopDate = startDate + 6_000;
    const begins = at('2026-11-20T02:00:00Z', { status: 'RUNNING' });
    const ends = at('2026-11-20T02:00:06Z', { status: 'SUCCEEDED', stopDate });

    const moved = [begins, ends, ends].map((event, index) =>
      move(event, new Date(now.getTime() + index * 50)),
    );

    const started = now.getTime();
    const stopped = started + 50;
    expect(moved).toMatchObject([
      { detail: { startDate: started, stopDate: null } },
      { detail: { startDate: started, stopDate: stopped } },
      { detail: { startDate: started, stopDate: stopped } },
    ]);
  });

  test('keeps the order of the instants of a run that its first event did not have', () => {
    const move = createRedate();
    const createdAt = Date.parse('2026-11-20T02:00:00Z');
    const at = (time: string, detail: object) =>
      aBatchJobEvent({ createdAt, stoppedAt: undefined, ...detail }, { time });
    const [startedAt, stoppedAt] = [createdAt + 1_000, createdAt + 9_000];
    move(at('2026-11-20T02:00:00Z', { status: 'PENDING', startedAt: undefined }), now);

    const ends = at('2026-11-20T02:00:10Z', { status: 'SUCCEEDED', startedAt, stoppedAt });
    const moved = move(ends, new Date(now.getTime() + 50));

    // Its own shift would put the start before the creation.
    const created = now.getTime();
    expect(moved).toMatchObject({
      detail: { createdAt: created, startedAt: created, stoppedAt: created + 50 },
    });
  });

  test('moves runs apart from each other', () => {
    const move = createRedate();
    const other = { executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:other:run-1' };
    move(anExecutionEvent(), now);

    const later = new Date(now.getTime() + 1_000);
    const moved = move(anExecutionEvent(other), later);

    expect(moved).toMatchObject({ detail: { startDate: later.getTime() - 60_000 } });
  });

  test.for([null, 'text', {}, { time: 7 }, { time: 'soon' }])('leaves %j as it is', (event) => {
    expect(createRedate()(event, now)).toBe(event);
  });
});
