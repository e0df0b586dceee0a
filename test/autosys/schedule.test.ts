import { describe, expect, test } from 'vitest';
import type { Schedule, Weekday } from '../../autosys/job.ts';
import { nextTick, runWindowStateAt } from '../../autosys/schedule.ts';

const everyDay: readonly Weekday[] = [0, 1, 2, 3, 4, 5, 6];
const newYork = 'America/New_York';

describe('nextTick', () => {
  test.for([
    {
      when: 'the time is still to come',
      after: '2026-01-05T09:59:59Z',
      at: '2026-01-05T10:00:00Z',
    },
    { when: 'the time is now', after: '2026-01-05T10:00:00Z', at: '2026-01-05T22:30:00Z' },
    {
      when: 'all times of today have passed',
      after: '2026-01-05T23:00:00Z',
      at: '2026-01-06T10:00:00Z',
    },
  ])('is a start time when $when', ({ after, at }) => {
    const schedule = daily({ startTimes: [600, 1350] });

    const tick = nextTick(schedule, new Date(after), 'UTC');

    expect(tick).toEqual(new Date(at));
  });

  test('is only on the days of the week', () => {
    const sundays: Schedule = { daysOfWeek: [0], startTimes: [60], startMins: [] };

    const tick = nextTick(sundays, new Date('2026-01-05T00:00:00Z'), 'UTC');

    expect(tick).toEqual(new Date('2026-01-11T01:00:00Z'));
  });

  test('is a week later when today is the only day and the time has passed', () => {
    const mondays: Schedule = { daysOfWeek: [1], startTimes: [60], startMins: [] };

    const tick = nextTick(mondays, new Date('2026-01-05T02:00:00Z'), 'UTC');

    expect(tick).toEqual(new Date('2026-01-12T01:00:00Z'));
  });

  test('is at the minutes of each hour', () => {
    const schedule = daily({ startMins: [0, 20] });

    const tick = nextTick(schedule, new Date('2026-01-05T10:05:00Z'), 'UTC');

    expect(tick).toEqual(new Date('2026-01-05T10:20:00Z'));
  });

  test('reads the times in the timezone', () => {
    const tick = nextTick(daily({ startTimes: [60] }), new Date('2026-01-05T00:00:00Z'), newYork);

    expect(tick).toEqual(new Date('2026-01-05T06:00:00Z'));
  });

  test('does not exist if a calendar defines the days', () => {
    const byCalendar: Schedule = { daysOfWeek: [], startTimes: [60], startMins: [] };

    const tick = nextTick(byCalendar, new Date('2026-01-05T00:00:00Z'), 'UTC');

    expect(tick).toBeUndefined();
  });

  // New York: 2026-03-08 02:00 EST becomes 03:00 EDT, 2026-11-01 02:00 EDT becomes 01:00 EST.
  test('is an hour later for a start time that summer time skips', () => {
    const tick = nextTick(daily({ startTimes: [150] }), new Date('2026-03-08T06:00:00Z'), newYork);

    expect(tick).toEqual(new Date('2026-03-08T07:30:00Z'));
  });

  test('is once for a start time that occurs twice when summer time ends', () => {
    const schedule = daily({ startTimes: [90] });

    const first = nextTick(schedule, new Date('2026-11-01T04:30:00Z'), newYork);
    const second = nextTick(schedule, new Date('2026-11-01T05:30:00Z'), newYork);

    expect([first, second]).toEqual([
      new Date('2026-11-01T05:30:00Z'),
      new Date('2026-11-02T06:30:00Z'),
    ]);
  });

  test.for([
    { when: 'skipped', after: '2026-03-08T06:30:00Z', ticks: ['07:30', '08:30'] },
    { when: 'repeated', after: '2026-11-01T04:30:00Z', ticks: ['05:30', '06:30', '07:30'] },
  ])('ticks every real hour around an hour that is $when', ({ after, ticks }) => {
    const schedule = daily({ startMins: [30] });

    const seen: string[] = [];
    let last = new Date(after);
    for (const _ of ticks) {
      last = nextTick(schedule, last, newYork) ?? new Date(0);
      seen.push(last.toISOString().slice(11, 16));
    }

    expect(seen).toEqual(ticks);
  });
});

describe('runWindowStateAt', () => {
  const overnight = { from: 22 * 60, to: 4 * 60 };

  test.for([
    { state: 'inside', at: '22:00' },
    { state: 'inside', at: '03:59' },
    { state: 'inside', at: '04:00' },
    { state: 'closed', at: '04:01' },
    { state: 'closed', at: '12:59' },
    { state: 'before', at: '13:00' },
    { state: 'before', at: '21:59' },
  ])('is $state at $at for a window from 22:00 to 04:00', ({ at, state }) => {
    const standing = runWindowStateAt(overnight, new Date(`2026-01-05T${at}:00Z`), 'UTC');

    expect(standing.kind).toBe(state);
  });

  test('names the instant of the opening', () => {
    const standing = runWindowStateAt(overnight, new Date('2026-01-05T21:30:20Z'), 'UTC');

    expect(standing).toEqual({ kind: 'before', opensAt: new Date('2026-01-05T22:00:00Z') });
  });
});

function daily(times: Partial<Schedule>): Schedule {
  return { daysOfWeek: everyDay, startTimes: [], startMins: [], ...times };
}
