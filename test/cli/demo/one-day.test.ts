import { describe, expect, test } from 'vitest';
import { toDayDelayMs, waitForOneDay } from '../../../cli/demo/one-day.ts';

const days = [
  { timezone: 'UTC', cutoff: '18:00' },
  { timezone: 'Europe/Zurich', cutoff: '02:30' },
];

describe('the demo on one business day of its groups', () => {
  test.each([
    ['2026-12-01T12:00:00Z', 0],
    ['2026-12-01T17:58:59Z', 0],
    ['2026-12-01T17:59:30Z', 40_000],
    ['2026-12-01T18:00:02Z', 8_000],
    ['2026-12-01T18:00:10Z', 0],
    // 02:30 does not exist on this day in Zurich: the cutoff is 03:00, which is 01:00 UTC.
    ['2026-03-29T00:59:50Z', 20_000],
    ['2026-03-29T00:29:50Z', 0],
  ])('that begins at %s waits %i ms', (now, delayMs) => {
    expect(toDayDelayMs(days, new Date(now))).toBe(delayMs);
  });

  test('waits as long as it says', async () => {
    const lines: string[] = [];
    const timers: Date[] = [];
    const waiting = waitForOneDay(
      {
        clock: {
          now: () => new Date('2026-12-01T17:59:30Z'),
          setTimer: (at, run) => {
            timers.push(at);
            queueMicrotask(run);
            return { [Symbol.dispose]: () => undefined };
          },
        },
        stderr: { write: (text) => void lines.push(text), isTTY: false, columns: undefined },
        signal: new AbortController().signal,
      },
      days,
    );

    await waiting;

    expect(timers).toEqual([new Date('2026-12-01T18:00:10Z')]);
    expect(lines.join('')).toContain('in 40 s');
  });

  test('does not wait without groups', () => {
    expect(toDayDelayMs([], new Date('2026-12-01T18:00:00Z'))).toBe(0);
  });
});
