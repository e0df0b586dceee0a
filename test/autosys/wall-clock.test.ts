import { describe, expect, test } from 'vitest';
import {
  findTimezone,
  isTimezone,
  toInstant,
  toInstants,
  toLocal,
} from '../../autosys/wall-clock.ts';

const zurich = 'Europe/Zurich';
const day = { year: 2026, month: 11, day: 20 };
const clocksForward = { year: 2026, month: 3, day: 29 };
const clocksBack = { year: 2026, month: 10, day: 25 };

describe('local time', () => {
  test.for([
    { at: '2026-11-20T02:30:15Z', zone: 'UTC', local: { ...day, minute: 150 } },
    { at: '2026-11-20T02:30:15Z', zone: zurich, local: { ...day, minute: 210 } },
    { at: '2026-11-19T23:30:00Z', zone: zurich, local: { ...day, minute: 30 } },
    { at: '2026-11-20T00:00:00Z', zone: 'Asia/Kathmandu', local: { ...day, minute: 345 } },
  ])('is minute $local.minute at $at in $zone', ({ at, zone, local }) => {
    expect(toLocal(new Date(at), zone)).toEqual(local);
  });

  test.for([
    { when: 'once', on: day, minute: 150, instants: ['2026-11-20T01:30:00.000Z'] },
    {
      when: 'never if clocks are set forward over it',
      on: clocksForward,
      minute: 150,
      instants: [],
    },
    {
      when: 'twice if clocks are set back over it',
      on: clocksBack,
      minute: 150,
      instants: ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'],
    },
  ])('has a minute $when', ({ on, minute, instants }) => {
    expect(toInstants(on, minute, zurich).map((at) => at.toISOString())).toEqual(instants);
  });

  test.for([
    { when: 'is skipped', on: clocksForward, instant: '2026-03-29T01:30:00.000Z' },
    { when: 'is repeated', on: clocksBack, instant: '2026-10-25T00:30:00.000Z' },
  ])('gives one instant for a minute that $when', ({ on, instant }) => {
    expect(toInstant(on, 150, zurich).toISOString()).toBe(instant);
  });

  test.for([
    { zone: zurich, known: true },
    { zone: 'Mars/Olympus', known: false },
  ])('has the timezone $zone: $known', ({ zone, known }) => {
    expect(isTimezone(zone)).toBe(known);
  });

  test.for([
    { text: zurich, zone: zurich },
    { text: 'US CENTRAL', zone: 'US/CENTRAL' },
    { text: 'America New York', zone: 'America/New_York' },
    { text: 'Chicago', zone: undefined },
    { text: 'IST-5:30', zone: undefined },
    { text: '', zone: undefined },
  ])('finds the timezone $zone for $text', ({ text, zone }) => {
    expect(findTimezone(text)).toBe(zone);
  });
});
