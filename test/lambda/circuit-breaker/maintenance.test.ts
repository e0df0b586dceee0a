import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { toLocal, toWeekday } from '../../../autosys/wall-clock.ts';
import {
  createFindOpenWindow,
  createMaintenance,
  toLengthMinutes,
} from '../../../lambda/circuit-breaker/maintenance.ts';
import type { MaintenanceWindow, WeeklyWindow } from '../../../lambda/routing/routes.ts';
import { anInstanceConfig } from '../../support/bridge-config.ts';

const zurich = 'Europe/Zurich';
const ace = parseAutosysInstance('ACE');
const prd = parseAutosysInstance('PRD');
const minuteMs = 60_000;

/** A weekly window, its limits as `HH:MM`. */
function weekly(days: readonly number[], from: string, to: string): WeeklyWindow {
  return { kind: 'weekly', days, fromMinute: toMinute(from), toMinute: toMinute(to) };
}

function toMinute(text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return hour * 60 + minute;
}

const dated = (from: string, until: string): MaintenanceWindow => ({
  kind: 'dated',
  fromMs: Date.parse(from),
  untilMs: Date.parse(until),
});

/** The end of the open window in UTC, or `undefined` if none is open. */
function endAt(at: string, maintenance: readonly MaintenanceWindow[], timezone = zurich) {
  const untilMs = createMaintenance({ maintenance, timezone })(Date.parse(at));
  return untilMs === undefined ? undefined : new Date(untilMs).toISOString();
}

describe('a weekly window', () => {
  const sunday = [weekly([0], '02:00', '06:00')];

  test.for([
    { at: '2026-11-22T00:59:59.999Z', end: undefined },
    { at: '2026-11-22T01:00:00.000Z', end: '2026-11-22T05:00:00.000Z' },
    { at: '2026-11-22T04:59:59.999Z', end: '2026-11-22T05:00:00.000Z' },
    { at: '2026-11-22T05:00:00.000Z', end: undefined },
    { at: '2026-11-23T02:00:00.000Z', end: undefined },
    { at: '2026-07-19T00:00:00.000Z', end: '2026-07-19T04:00:00.000Z' },
  ])('from 02:00 to 06:00 on Sunday in Zurich ends at $end, asked at $at', ({ at, end }) => {
    expect(endAt(at, sunday)).toBe(end);
  });

  const overMidnight = [weekly([6], '22:00', '04:00')];
  test.for([
    { at: '2026-11-21T20:59:00Z', end: undefined },
    { at: '2026-11-21T21:00:00Z', end: '2026-11-22T03:00:00.000Z' },
    { at: '2026-11-22T02:59:00Z', end: '2026-11-22T03:00:00.000Z' },
    { at: '2026-11-22T03:00:00Z', end: undefined },
    // It begins only on Saturday.
    { at: '2026-11-22T22:00:00Z', end: undefined },
  ])('from 22:00 to 04:00 on Saturday reaches into Sunday: $end at $at', ({ at, end }) => {
    expect(endAt(at, overMidnight)).toBe(end);
  });

  test('lasts a whole day from 00:00 to 24:00', () => {
    const weekend = [weekly([6], '00:00', '24:00')];

    expect(endAt('2026-11-21T12:00:00Z', weekend)).toBe('2026-11-21T23:00:00.000Z');
  });
});

describe('on the day on which clocks go forward, from 02:00 to 03:00 in Zurich,', () => {
  test.for([
    { when: 'spans the hour: an hour shorter', from: '01:00', to: '05:00', as: [0, 3] },
    { when: 'begins within it: later by the same time', from: '02:30', to: '05:00', as: [1.5, 3] },
    { when: 'ends within it: later by the same time', from: '01:00', to: '02:30', as: [0, 1.5] },
    {
      when: 'is within it: later by the same time',
      from: '02:10',
      to: '02:40',
      as: [7 / 6, 5 / 3],
    },
    { when: 'is the hour: keeps its length', from: '02:00', to: '03:00', as: [1, 2] },
    { when: 'would be empty: keeps its length', from: '02:30', to: '03:15', as: [1.5, 2.25] },
  ] as const)('a window that $when', ({ from, to, as: [fromHour, untilHour] }) => {
    const ask = createMaintenance({ maintenance: [weekly([0], from, to)], timezone: zurich });
    const fromMs = Date.parse('2026-03-29T00:00:00Z') + Math.round(fromHour * 60) * minuteMs;
    const untilMs = Date.parse('2026-03-29T00:00:00Z') + Math.round(untilHour * 60) * minuteMs;

    expect([fromMs - 1, fromMs, untilMs - 1, untilMs].map(ask)).toEqual([
      undefined,
      untilMs,
      untilMs,
      undefined,
    ]);
  });
});

describe('on the day on which clocks go back, from 03:00 to 02:00 in Zurich,', () => {
  // The local hour from 02:00 occurs twice: from 00:00 and from 01:00 in UTC.
  test.for([
    { when: 'spans the hour: an hour longer', from: '01:00', to: '05:00', as: [-1, 4] },
    { when: 'begins within it: at the first', from: '02:30', to: '05:00', as: [0.5, 4] },
    { when: 'ends within it: at the second', from: '01:00', to: '02:30', as: [-1, 1.5] },
    {
      when: 'is within it: from the first to the second',
      from: '02:00',
      to: '02:30',
      as: [0, 1.5],
    },
  ] as const)('a window that $when', ({ from, to, as: [fromHour, untilHour] }) => {
    const ask = createMaintenance({ maintenance: [weekly([0], from, to)], timezone: zurich });
    const fromMs = Date.parse('2026-10-25T00:00:00Z') + fromHour * 60 * minuteMs;
    const untilMs = Date.parse('2026-10-25T00:00:00Z') + untilHour * 60 * minuteMs;

    expect([fromMs - 1, fromMs, untilMs - 1, untilMs].map(ask)).toEqual([
      undefined,
      untilMs,
      untilMs,
      undefined,
    ]);
  });
});

describe('windows', () => {
  const christmas = dated('2026-12-24T21:00:00Z', '2026-12-26T05:00:00Z');

  test.for([
    { at: '2026-12-24T20:59:00Z', end: undefined },
    { at: '2026-12-25T12:00:00Z', end: '2026-12-26T05:00:00.000Z' },
    { at: '2026-12-26T05:00:00Z', end: undefined },
    { at: '2027-12-25T12:00:00Z', end: undefined },
  ])('with dates are open once: $end at $at', ({ at, end }) => {
    expect(endAt(at, [christmas])).toBe(end);
  });

  test('that touch or overlap count as one, of any kind', () => {
    const windows = [
      christmas,
      weekly([6], '06:00', '12:00'),
      weekly([6], '11:00', '24:00'),
      weekly([0, 1, 2, 3, 4], '00:00', '24:00'),
    ];

    // Without a break from Christmas Eve until the end of Thursday.
    expect(endAt('2026-12-25T00:00:00Z', windows)).toBe('2026-12-31T23:00:00.000Z');
  });

  test('are none by default', () => {
    expect(endAt('2026-12-25T00:00:00Z', [])).toBeUndefined();
  });

  test('are described as text, for their own instance only', () => {
    const sundays = [weekly([0], '02:00', '06:05')];
    const ask = createFindOpenWindow([
      anInstanceConfig({ name: ace, maintenance: sundays, timezone: zurich }),
      anInstanceConfig({ name: prd }),
    ]);
    const nowMs = Date.parse('2026-03-01T01:00:00Z');

    expect([ace, prd].map((name) => ask(name, nowMs))).toEqual([
      {
        fromMs: Date.parse('2026-03-01T01:00:00Z'),
        untilMs: Date.parse('2026-03-01T05:05:00Z'),
        reason: 'declared maintenance until 2026-03-01 06:05 Europe/Zurich',
      },
      undefined,
    ]);
  });
});

const anyWeekly: fc.Arbitrary<WeeklyWindow> = fc
  .record({
    kind: fc.constant('weekly' as const),
    days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 }),
    fromMinute: fc.integer({ min: 0, max: 1_439 }),
    toMinute: fc.integer({ min: 0, max: 1_440 }),
  })
  .filter(({ fromMinute, toMinute }) => fromMinute !== toMinute);
/** Any minute of ten years, which contain all clock changes. */
const anyMinute = fc
  .integer({ min: 0, max: 10 * 525_960 })
  .map((minute) => Date.UTC(2026, 0) + minute * minuteMs);
const anyZone = fc.constantFrom('UTC', zurich, 'America/New_York', 'Australia/Lord_Howe');

test('without clock changes a window is open exactly at the minutes of the week that it names', () => {
  fc.assert(
    fc.property(fc.array(anyWeekly, { maxLength: 3 }), anyMinute, (maintenance, nowMs) => {
      const { minute, ...day } = toLocal(new Date(nowMs), 'UTC');
      const minuteOfWeek = toWeekday(day) * 1_440 + minute;
      const named = maintenance.some((window) =>
        window.days.some(
          (begin) =>
            (minuteOfWeek - begin * 1_440 - window.fromMinute + 2 * 10_080) % 10_080 <
            toLengthMinutes(window),
        ),
      );

      const untilMs = createMaintenance({ maintenance, timezone: 'UTC' })(nowMs);

      expect(untilMs !== undefined).toBe(named);
    }),
  );
});

test('with any windows and timezone, it is open until its reported end, and not at it', () => {
  fc.assert(
    fc.property(
      // Two windows of three days each leave one day open.
      fc.array(anyWeekly, { minLength: 1, maxLength: 2 }),
      anyZone,
      anyMinute,
      fc.float({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (maintenance, timezone, nowMs, part) => {
        const ask = createMaintenance({ maintenance, timezone });
        const untilMs = ask(nowMs);
        if (untilMs === undefined) return;
        const between = nowMs + Math.floor((untilMs - nowMs) * part);

        expect(untilMs).toBeGreaterThan(nowMs);
        expect([ask(between), ask(untilMs)]).toEqual([untilMs, undefined]);
      },
    ),
  );
});
