import { describe, expect, test } from 'vitest';
import { formatInstant, formatTimeSpan, readTimeout } from '../../../cli/agent/time-text.ts';

describe('a timeout', () => {
  test.for([
    { text: '1s', ms: 1_000 },
    { text: '90s', ms: 90_000 },
    { text: '30m', ms: 1_800_000 },
    { text: '4h', ms: 14_400_000 },
    { text: '1h30m', ms: 5_400_000 },
    { text: '30d', ms: 2_592_000_000 },
  ])('$text is $ms ms', ({ text, ms }) => {
    expect(readTimeout(text)).toBe(ms);
  });

  test.for(['', '0s', '4', '4H', '-4h', '4 h', '1.5h', '31d', '30d1s', 'h', '4h ', '9999999h'])(
    'rejects %j',
    (text) => {
      expect(readTimeout(text)).toBeUndefined();
    },
  );
});

test.for([
  { ms: 0, text: '0 s' },
  { ms: 59_400, text: '59 s' },
  { ms: 60_000, text: '1 min' },
  { ms: 3_599_000, text: '1 h' },
  { ms: 3_600_000, text: '1 h' },
  { ms: 7_500_000, text: '2 h 5 min' },
  { ms: 86_400_000, text: '1 d' },
  { ms: 100_000_000, text: '1 d 3 h' },
])('$ms ms are printed as $text', ({ ms, text }) => {
  expect(formatTimeSpan(ms)).toBe(text);
});

test('an instant is printed in UTC to the second', () => {
  expect(formatInstant(Date.parse('2026-11-20T02:13:04.567+01:00'))).toBe('2026-11-20T01:13:04Z');
});
