import { describe, expect, test } from 'vitest';
import { parseComment, parseJobName } from '../../../autosys/names.ts';
import type { Take } from '../autosys/witness.ts';
import { judgeKills, lastStart } from './kills.ts';
import { judgeLogins } from './logins.ts';
import { judgeOldEvents } from './old-events.ts';
import { isNewer, isSameChange } from './versions.ts';

const minuteMs = 60_000;

describe('kills', () => {
  const take = (kind: 'FORCE_STARTJOB' | 'KILLJOB', comment: string, via = 'ACE'): Take => ({
    event: { kind, job: parseJobName('WATCH'), comment: parseComment(comment) },
    leftMs: 0,
    via,
  });
  const start = take('FORCE_STARTJOB', 'c-1@2026#0 RUNNING, event 1');
  const kill = take('KILLJOB', 'c-1@2026#0 FAILED, event 2');

  test('after their starts are right', () => {
    expect(judgeKills([start, kill])).toEqual([]);
  });

  test('before their starts are found', () => {
    expect(judgeKills([kill, start])).toEqual([
      'WATCH was killed before ACE WATCH c-1@2026#0 started it',
    ]);
  });

  test.for([
    ['another attempt', 'c-1@2026#1 RUNNING'],
    ['another run of the same ARN', 'c-1@2027#0 RUNNING'],
    ['the same end', 'c-1@2026#0 FAILED'],
  ] as const)('say nothing about a start of %s', ([, comment]) => {
    expect(judgeKills([kill, take('FORCE_STARTJOB', comment)])).toEqual([]);
  });

  test('name the attempt that started a job last', () => {
    expect(lastStart([start, kill], 'WATCH')).toBe('c-1@2026#0');
    expect(lastStart([kill], 'WATCH')).toBeUndefined();
  });
});

describe('refused logins', () => {
  const judge = (minutes: readonly (readonly [number, string])[], newPasswords: string[] = []) =>
    judgeLogins({
      secret: 'ACE',
      newPasswords: new Set(newPasswords),
      refusals: minutes.map(([minute, password]) => ({ atMs: minute * minuteMs, password })),
    });

  test('may be two in half an hour', () => {
    expect(
      judge([
        [0, 'old'],
        [29, 'old'],
        [30, 'old'],
        [59, 'old'],
      ]),
    ).toEqual([]);
  });

  test('are too many with the third', () => {
    expect(
      judge([
        [0, 'old'],
        [10, 'older'],
        [29, 'old'],
      ]),
    ).toEqual(['secret ACE: 3 refused logins in half an hour']);
  });

  test('may be one more for each new version, once', () => {
    expect(
      judge(
        [
          [0, 'old'],
          [5, 'new'],
          [9, 'old'],
        ],
        ['new'],
      ),
    ).toEqual([]);
    expect(
      judge(
        [
          [0, 'old'],
          [5, 'new'],
          [9, 'old'],
          [12, 'new'],
        ],
        ['new'],
      ),
    ).toHaveLength(1);
  });
});

describe('an old event', () => {
  test('must not act, and what is due may be sent until it is old', () => {
    const accepted = [
      { text: 'ACE a-500 FAILED', leftMs: 5 },
      { text: 'ACE a-1 FAILED', leftMs: 5 },
      { text: 'ACE a-2 FAILED', leftMs: 5 },
    ];
    const forbidden = new Map([
      ['ACE a-500 FAILED', 0],
      ['ACE a-1 FAILED', 6],
    ]);

    expect(judgeOldEvents(accepted, forbidden)).toEqual(['an old event acted: ACE a-500 FAILED']);
  });
});

describe('versions', () => {
  const version = { beganMs: 1, run: 'arn', attempt: 0, status: 'FAILED', changedMs: 2 } as const;

  test('of another start are another run, however far the first has come', () => {
    const later = { ...version, beganMs: 3, status: 'RUNNING' } as const;
    const redriven = { ...version, attempt: 2, changedMs: 9 };

    expect(isSameChange(later, { ...later, beganMs: 1 })).toBe(false);
    expect(isNewer(later, redriven)).toBe(true);
    expect(isNewer(redriven, later)).toBe(false);
  });

  test('of one end of a Batch job are one, however many attempts they list', () => {
    const end = { ...version, final: true } as const;

    expect(isSameChange(end, { ...end, attempt: 1 })).toBe(true);
    expect(isNewer({ ...end, attempt: 1 }, end)).toBe(false);
  });
});
