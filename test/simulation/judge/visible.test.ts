import { describe, expect, test } from 'vitest';
import { parseComment, parseJobName } from '../../../autosys/names.ts';
import type { AcceptedEvent } from '../autosys/recorder.ts';
import { findLastStart, judgeKills } from './kills.ts';
import { judgeLogins } from './logins.ts';
import { judgeOldEvents } from './old-events.ts';
import { isNewer, isSameChange } from './versions.ts';

const minuteMs = 60_000;

describe('kills', () => {
  const accept = (
    kind: 'FORCE_STARTJOB' | 'KILLJOB',
    comment: string,
    configuredName = 'ACE',
  ): AcceptedEvent => ({
    event: { kind, job: parseJobName('WATCH'), comment: parseComment(comment) },
    sentMs: 0,
    configuredName,
  });
  const start = accept('FORCE_STARTJOB', 'c-1@2026#0 RUNNING, event 1');
  const kill = accept('KILLJOB', 'c-1@2026#0 FAILED, event 2');

  test('after their starts are allowed', () => {
    expect(judgeKills([start, kill])).toEqual([]);
  });

  test('before their starts are violations', () => {
    expect(judgeKills([kill, start])).toEqual([
      'WATCH was killed before ACE WATCH c-1@2026#0 started it',
    ]);
  });

  test.for([
    ['another attempt', 'c-1@2026#1 RUNNING'],
    ['another run of the same ARN', 'c-1@2027#0 RUNNING'],
    ['the same end', 'c-1@2026#0 FAILED'],
  ] as const)('do not forbid a start of %s', ([, comment]) => {
    expect(judgeKills([kill, accept('FORCE_STARTJOB', comment)])).toEqual([]);
  });

  test('are matched with the attempt that started the job last', () => {
    expect(findLastStart([start, kill], 'WATCH')).toBe('c-1@2026#0');
    expect(findLastStart([kill], 'WATCH')).toBeUndefined();
  });
});

describe('rejected logins', () => {
  const judge = (minutes: readonly (readonly [number, string])[], newPasswords: string[] = []) =>
    judgeLogins({
      secret: 'ACE',
      newPasswords: new Set(newPasswords),
      rejections: minutes.map(([minute, password]) => ({ atMs: minute * minuteMs, password })),
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

  test('may not be three in half an hour', () => {
    expect(
      judge([
        [0, 'old'],
        [10, 'older'],
        [29, 'old'],
      ]),
    ).toEqual(['secret ACE: 3 rejected logins in half an hour']);
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
  test('must have no effect, and may be sent until it is too old', () => {
    const accepted = [
      { text: 'ACE a-500 FAILED', sentMs: 5 },
      { text: 'ACE a-1 FAILED', sentMs: 5 },
      { text: 'ACE a-2 FAILED', sentMs: 5 },
    ];
    const forbidden = new Map([
      ['ACE a-500 FAILED', 0],
      ['ACE a-1 FAILED', 6],
    ]);

    expect(judgeOldEvents(accepted, forbidden)).toEqual([
      'an old event had an effect: ACE a-500 FAILED',
    ]);
  });
});

describe('versions', () => {
  const version = { beganMs: 1, run: 'arn', attempt: 0, status: 'FAILED', changedMs: 2 } as const;

  test('with another start time are another run, whatever state the first has reached', () => {
    const later = { ...version, beganMs: 3, status: 'RUNNING' } as const;
    const redriven = { ...version, attempt: 2, changedMs: 9 };

    expect(isSameChange(later, { ...later, beganMs: 1 })).toBe(false);
    expect(isNewer(later, redriven)).toBe(true);
    expect(isNewer(redriven, later)).toBe(false);
  });

  test('of one end of a Batch job are equal, whatever attempts they list', () => {
    const end = { ...version, final: true } as const;

    expect(isSameChange(end, { ...end, attempt: 1 })).toBe(true);
    expect(isNewer({ ...end, attempt: 1 }, end)).toBe(false);
  });
});
