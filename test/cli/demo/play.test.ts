import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { playEvents } from '../../../cli/demo/play.ts';
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

/** A bus with one rule that matches executions, and the lines of its timeline. */
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
  const printed: string[] = [];
  const timeline = {
    print: (source: string, text: string) => void printed.push(`${source}: ${text}`),
  };
  return { bus, printed, options: { timeline, paceMs: 0, signal: new AbortController().signal } };
}

describe('playEvents', () => {
  test('prints each event, and whether a rule matches it', async () => {
    const { bus, printed, options } = aBus();
    const found = [anExecutionEvent(), aBatchJobEvent()].map(
      (event, at) => ({ kind: 'event', location: `f[${at}]`, event }) as const,
    );

    expect(await playEvents(found, { bus }, options)).toEqual({ queued: 1, faults: 0 });
    expect(printed).toEqual([
      'AWS: settlement execution run-1 is SUCCEEDED',
      'AWS: Batch job risk-eod (4c7599ae-0a82-49aa-ba5a-4727fcce14a8) is SUCCEEDED (no rule matches)',
    ]);
  });

  test('prints what is not an event, and continues', async () => {
    const { bus, printed, options } = aBus();
    const found = [
      { kind: 'fault', location: 'f:1', reason: 'not JSON' },
      { kind: 'event', location: 'f:2', event: { id: 7 } },
      { kind: 'event', location: 'f:3', event: anExecutionEvent({ status: 'PAUSED' }) },
      { kind: 'event', location: 'f:4', event: anExecutionEvent() },
    ] as const;

    expect(await playEvents(found, { bus }, options)).toEqual({ queued: 2, faults: 2 });
    expect(printed).toEqual([
      'AWS: f:1 is not an event: not JSON',
      expect.stringMatching(/^AWS: f:2 is not an event: /),
      expect.stringMatching(/^AWS: an invalid event: detail\.status: /),
      'AWS: settlement execution run-1 is SUCCEEDED',
    ]);
  });
});

describe('playEvents of any JSON', () => {
  test('continues with every kind of content', async () => {
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
        const { queued, faults } = await playEvents(found, { bus }, options);
        expect(queued + faults).toBeLessThanOrEqual(found.length);
      }),
    );
  });
});

describe('redate', () => {
  const earlierMs = Date.parse('2026-11-10T02:00:00Z');
  const earlier = { createdAt: earlierMs, startedAt: earlierMs, attempts: [] };

  test('moves an event and its instants as if AWS emitted it now', () => {
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
  ])('removes everything that makes an event old: $what', ({ event }) => {
    const reading = readWorkloadEvent(createRedate()(event, now), now);

    const policy = { now, deadlineMs: 0, oldEvents: 'park' } as const;
    expect(reading.kind === 'event' && judgeEventAge(reading.event, policy)).toEqual({
      kind: 'current',
    });
  });

  test('moves the instants of attempts too, and keeps their formats', () => {
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

  test('does not move instants if the bridge rejects one', () => {
    const given = anExecutionEvent({ stopDate: -1 });

    expect(createRedate()(given, now)).toEqual({ ...given, time: '2026-12-24T18:00:00Z' });
  });

  test('keeps the start of a run equal in all of its events, however fast they follow', () => {
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

  test('keeps the order of instants that the first event of a run did not have', () => {
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

  test('moves each run separately', () => {
    const move = createRedate();
    const other = { executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:other:run-1' };
    move(anExecutionEvent(), now);

    const later = new Date(now.getTime() + 1_000);
    const moved = move(anExecutionEvent(other), later);

    expect(moved).toMatchObject({ detail: { startDate: later.getTime() - 60_000 } });
  });

  test.for([null, 'text', {}, { time: 7 }, { time: 'soon' }])('does not change %j', (event) => {
    expect(createRedate()(event, now)).toBe(event);
  });
});
