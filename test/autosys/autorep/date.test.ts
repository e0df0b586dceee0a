import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDate, printDate, readDate } from '../../../autosys/autorep/index.ts';
import { NameError } from '../../../autosys/errors.ts';
import { holdsForAll } from '../arbitraries.ts';

describe('printDate', () => {
  test.for([
    ['2026-08-01T09:05:07Z', 'UTC', '08/01/2026 09:05:07'],
    ['2026-08-01T00:00:00Z', 'Europe/Zurich', '08/01/2026 02:00:00'],
    ['2026-01-01T04:59:59Z', 'America/New_York', '12/31/2025 23:59:59'],
    ['2026-08-01T00:00:00Z', 'Asia/Kolkata', '08/01/2026 05:30:00'],
  ] as const)('prints %s in %s', ([instant, timezone, printed]) => {
    expect(printDate(new Date(instant), timezone)).toBe(printed);
  });

  test('fails when the timezone is unknown', () => {
    expect(() => printDate(new Date(0), 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('parseDate', () => {
  test.for([
    ['08/01/2026 09:05:07', 'UTC', '2026-08-01T09:05:07.000Z'],
    [' 08/01/2026 09:05 ', 'UTC', '2026-08-01T09:05:00.000Z'],
    ['08/01/2026 02:00:00', 'Europe/Zurich', '2026-08-01T00:00:00.000Z'],
    ['01/01/2026 00:30:00', 'Pacific/Auckland', '2025-12-31T11:30:00.000Z'],
    // Clocks are set back: the first of the two instants.
    ['10/25/2026 02:30:00', 'Europe/Zurich', '2026-10-25T00:30:00.000Z'],
    ['11/01/2026 01:30:00', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    // Clocks are set forward: the hour is skipped.
    ['03/29/2026 02:30:00', 'Europe/Zurich', '2026-03-29T01:30:00.000Z'],
    ['03/08/2026 02:30:00', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ] as const)('reads %s in %s', ([text, timezone, instant]) => {
    expect(parseDate(text, timezone).toISOString()).toBe(instant);
  });

  test.for([
    '',
    '-----',
    '2026-08-01 10:00:00',
    '02/30/2026 10:00:00',
    '13/01/2026 10:00:00',
    '08/01/2026 24:00:00',
    '08/01/2026 10:60:00',
    '08/01/2026 10:00:60',
    '8/1/2026 10:00:00',
  ])('rejects %j, and readDate returns undefined', (text) => {
    expect(() => parseDate(text, 'UTC')).toThrow(NameError);
    expect(readDate(text, 'UTC')).toBeUndefined();
  });

  test('reads what printDate printed, to the second, outside the repeated hour', () => {
    const timezones = ['UTC', 'Asia/Kolkata', 'Asia/Tokyo', 'America/Phoenix'] as const;
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 });

    holdsForAll(fc.tuple(seconds, fc.constantFrom(...timezones)), ([second, timezone]) => {
      const date = new Date(second * 1000);
      expect(parseDate(printDate(date, timezone), timezone)).toEqual(date);
    });
  });
});
