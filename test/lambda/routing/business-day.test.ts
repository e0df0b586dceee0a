import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBusinessDay, toDayBegin, toNextDay } from '../../../lambda/routing/business-day.ts';

const evening = { timezone: 'Europe/Zurich', cutoff: '18:00' };

describe('a business day', () => {
  test.for([
    { at: '2026-11-30T16:59:59.999Z', day: '2026-11-29' },
    { at: '2026-11-30T17:00:00Z', day: '2026-11-30' },
    { at: '2026-12-01T01:13:00Z', day: '2026-11-30' },
    { at: '2027-01-01T01:00:00Z', day: '2026-12-31' },
    { at: '2026-07-01T15:59:00Z', day: '2026-06-30' },
    { at: '2026-07-01T16:00:00Z', day: '2026-07-01' },
  ])('of $at is $day', ({ at, day }) => {
    expect(toBusinessDay(new Date(at), evening)).toBe(day);
  });

  test('begins at midnight if the cutoff is 00:00', () => {
    const days = { timezone: 'Europe/Zurich', cutoff: '00:00' };

    expect(toBusinessDay(new Date('2026-11-29T22:59:00Z'), days)).toBe('2026-11-29');
    expect(toBusinessDay(new Date('2026-11-29T23:00:00Z'), days)).toBe('2026-11-30');
  });

  test('moves a cutoff in a skipped hour to the next instant', () => {
    const days = { timezone: 'Europe/Zurich', cutoff: '02:30' };

    expect(toBusinessDay(new Date('2027-03-28T00:59:59Z'), days)).toBe('2027-03-27');
    expect(toBusinessDay(new Date('2027-03-28T01:00:00Z'), days)).toBe('2027-03-28');
  });

  test('begins at the first of two equal local times', () => {
    const days = { timezone: 'Europe/Zurich', cutoff: '02:30' };

    expect(toBusinessDay(new Date('2026-10-25T00:29:59Z'), days)).toBe('2026-10-24');
    expect(toBusinessDay(new Date('2026-10-25T00:30:00Z'), days)).toBe('2026-10-25');
    expect(toBusinessDay(new Date('2026-10-25T01:15:00Z'), days)).toBe('2026-10-25');
  });

  test('follows the timezone', () => {
    const at = new Date('2026-11-30T17:30:00Z');

    expect(toBusinessDay(at, { timezone: 'America/New_York', cutoff: '18:00' })).toBe('2026-11-29');
    expect(toBusinessDay(at, { timezone: 'Asia/Tokyo', cutoff: '18:00' })).toBe('2026-11-30');
  });
});

describe('holidays', () => {
  const days = { ...evening, holidays: ['2026-12-25', '2026-12-26'] };

  test('belong to the next day that is no holiday', () => {
    expect(toBusinessDay(new Date('2026-12-25T16:00:00Z'), days)).toBe('2026-12-24');
    expect(toBusinessDay(new Date('2026-12-25T17:00:00Z'), days)).toBe('2026-12-27');
    expect(toBusinessDay(new Date('2026-12-27T20:00:00Z'), days)).toBe('2026-12-27');
  });

  test('let the next day begin at the cutoff of the first holiday', () => {
    expect(toDayBegin('2026-12-27', days)).toEqual(new Date('2026-12-25T17:00:00Z'));
    expect(toDayBegin('2026-12-28', days)).toEqual(new Date('2026-12-28T17:00:00Z'));
    expect(toNextDay('2026-12-24', days)).toBe('2026-12-27');
  });
});

test('each instant is between the beginnings of its day and of the next one', () => {
  const anyDays = fc.record({
    timezone: fc.constantFrom('Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
    cutoff: fc.constantFrom('00:00', '01:30', '02:00', '02:30', '18:00', '23:59'),
    holidays: fc.subarray(['2026-12-25', '2026-12-26', '2027-03-28', '2026-10-25']),
  });
  const anyInstant = fc.date({
    min: new Date('2026-09-01T00:00:00Z'),
    max: new Date('2027-05-01T00:00:00Z'),
    noInvalidDate: true,
  });

  fc.assert(
    fc.property(anyInstant, anyDays, (at, days) => {
      const day = toBusinessDay(at, days);
      expect(toDayBegin(day, days).getTime()).toBeLessThanOrEqual(at.getTime());
      expect(toDayBegin(toNextDay(day, days), days).getTime()).toBeGreaterThan(at.getTime());
    }),
  );
});
