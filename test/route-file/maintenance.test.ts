import { describe, expect, test } from 'vitest';
import { faultsOf, read } from './files.ts';

/** A file with one instance, in Zurich, with these additional lines. */
function aFile(...lines: readonly string[]): string {
  return [
    'instances:',
    '  ACE:',
    '    endpoints: [https://a]',
    '    secret: s',
    '    timezone: Europe/Zurich',
    ...lines.map((line) => `    ${line}`),
    'routes: [{ name: one, from: { stateMachine: x }, global: G }]',
    '',
  ].join('\n');
}

const withWindows = (...windows: readonly string[]) =>
  aFile('maintenance:', ...windows.map((window) => `  - ${window}`));

const windowsOf = (...windows: readonly string[]) =>
  read(withWindows(...windows)).config.instances[0]?.maintenance;

const day = 'a date and time such as 2026-12-24T22:00';
const time = 'a time such as 02:00';

describe('a maintenance window', () => {
  test.for([
    { window: '{ days: su, from: 02:00, to: 06:00 }', days: [0], from: 120, to: 360 },
    { window: '{ days: [sa, mo], from: 22:00, to: 04:30 }', days: [1, 6], from: 1_320, to: 270 },
    {
      window: '{ days: all, from: "00:00", to: 00:01 }',
      days: [0, 1, 2, 3, 4, 5, 6],
      from: 0,
      to: 1,
    },
    { window: '{ days: we, from: 00:00, to: 24:00 }', days: [3], from: 0, to: 1_440 },
  ])('is weekly: $window', ({ window, days, from, to }) => {
    expect(windowsOf(window)).toEqual([{ kind: 'weekly', days, fromMinute: from, toMinute: to }]);
  });

  test.for([
    {
      window: '{ from: 2026-12-24T22:00, to: 2026-12-26T24:00 }',
      from: '2026-12-24T21:00:00Z',
      until: '2026-12-26T23:00:00Z',
    },
    {
      window: '{ from: 2027-10-31T02:30, to: 2027-10-31T02:30 }',
      from: '2027-10-31T00:30:00Z',
      until: '2027-10-31T01:30:00Z',
    },
  ])('has dates in the timezone of the instance: $window', ({ window, from, until }) => {
    expect(windowsOf(window)).toEqual([
      { kind: 'dated', fromMs: Date.parse(from), untilMs: Date.parse(until) },
    ]);
  });

  test.for([
    {
      window: '{ from: 02:00, to: 06:00 }',
      expected: `7:17 from: found "02:00", allowed: ${day}; for a weekly window, add days and use a time`,
    },
    {
      window: '{ days: su, from: 2026-12-24T22:00, to: 06:00 }',
      expected: `7:27 from: found "2026-12-24T22:00", allowed: ${time}, because the window has days`,
    },
    {
      window: '{ days: su, from: 22:00, to: 2026-12-24T22:00 }',
      expected: `7:38 to: found "2026-12-24T22:00", allowed: ${time}, as in from`,
    },
    {
      window: '{ from: 2026-12-24T22:00, to: 06:00 }',
      expected: `7:39 to: found "06:00", allowed: ${day}, as in from`,
    },
    {
      window: '{ from: 2026-02-30T22:00, to: 2026-03-01T06:00 }',
      expected: `7:17 from: found "2026-02-30T22:00", allowed: ${day}; for a weekly window, add days and use a time`,
    },
    {
      window: '{ from: 2026-12-24T22:00, to: 2026-12-24T22:00 }',
      expected: '7:39 to: found "2026-12-24T22:00", allowed: a later time than from',
    },
    {
      window: '{ days: su, from: 02:00, to: 02:00 }',
      expected:
        '7:38 to: found "02:00", allowed: another time than from; a whole day is from 00:00 to 24:00',
    },
    {
      window: '{ days: su, from: 24:00, to: 06:00 }',
      expected: `7:27 from: found "24:00", allowed: ${time}, or ${day}`,
    },
    {
      window: '{ days: su, from: 2:00, to: 06:00 }',
      expected: `7:27 from: found "2:00", allowed: ${time}, or ${day}`,
    },
    {
      window: '{ days: sun, from: 02:00, to: 06:00 }',
      expected:
        '7:17 days: found "sun", allowed: all, su, mo, tu, we, th, fr, sa; did you mean su?',
    },
    {
      window: '{ days: su, form: 02:00, to: 06:00 }',
      expected: [
        '7:11 from is missing; allowed: a time such as 02:00, or a date and time such as 2026-12-24T22:00',
        '7:21 unknown key "form" in a maintenance window; did you mean from?; allowed: days, from, to',
      ],
    },
  ])('is rejected: $window', ({ window, expected }) => {
    expect(faultsOf(withWindows(window))).toEqual([expected].flat());
  });

  test('is rejected if the list is empty', () => {
    expect(faultsOf(aFile('maintenance: []'))).toEqual([
      '6:18 maintenance: found an empty list, allowed: a list of one or more',
    ]);
  });
});

describe('windows', () => {
  test('can overlap and be adjacent, if they leave a part of the week open', () => {
    const windows = [
      '{ days: [su, mo], from: 00:00, to: 24:00 }',
      '{ days: mo, from: 20:00, to: 04:00 }',
    ];

    expect(faultsOf(withWindows(...windows))).toEqual([]);
  });

  test.for([
    { how: 'one', windows: ['{ days: all, from: 00:00, to: 24:00 }'] },
    {
      how: 'two adjacent windows',
      windows: ['{ days: all, from: 06:00, to: 20:00 }', '{ days: all, from: 20:00, to: 06:00 }'],
    },
  ])('are rejected if they cover the whole week: $how', ({ windows }) => {
    expect(faultsOf(withWindows(...windows))).toEqual([
      '6:5 maintenance: found windows that cover the whole week, allowed: windows that leave a part of it open',
    ]);
  });

  const parked = 'after which waiting entries are parked';
  test.for([
    {
      when: 'from Friday night to Monday morning',
      deadline: '2d',
      windows: [
        '{ days: [sa, su], from: 00:00, to: 24:00 }',
        '{ days: fr, from: 23:00, to: 00:00 }',
      ],
      expected: `7:5 maintenance: found 49 consecutive hours, allowed: less than the deadline of 48 hours, ${parked}`,
    },
    {
      when: 'over Christmas',
      deadline: '36h',
      windows: ['{ from: 2026-12-24T12:00, to: 2026-12-26T00:00 }'],
      expected: `7:5 maintenance: found 36 consecutive hours, allowed: less than the deadline of 36 hours, ${parked}`,
    },
  ])(
    'are rejected if waiting entries would be parked: $when',
    ({ deadline, windows, expected }) => {
      const lines = windows.map((window) => `  - ${window}`);

      expect(faultsOf(aFile(`deadline: ${deadline}`, 'maintenance:', ...lines))).toEqual([
        expected,
      ]);
      expect(faultsOf(aFile('deadline: 3d', 'maintenance:', ...lines))).toEqual([]);
    },
  );
});
