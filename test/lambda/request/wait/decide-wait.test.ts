import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../../../autosys/names.ts';
import type { JobStatus } from '../../../../autosys/status.ts';
import type { JobView } from '../../../../autosys/views.ts';
import type { JobWait, SeenRun } from '../../../../lambda/request/stored-request.ts';
import {
  decideWait,
  failureApartMs,
  restartWithinMs,
  type WaitFacts,
} from '../../../../lambda/request/wait/decide-wait.ts';
import { type StartFacts, sharedAfterMs } from '../../../../lambda/request/wait/find-run.ts';
import { compareRuns, type SeenJob } from '../../../../lambda/request/wait/seen-job.ts';

const startMs = Date.UTC(2026, 10, 30, 2);
const untilMs = startMs + 3_600_000;

interface Shown extends SeenRun {
  readonly endedMs?: number;
  readonly exitCode?: number;
}

const shows = (status: JobStatus, run: Shown = {}): SeenJob => ({
  kind: 'job',
  job: aJob(status, run),
});
const aJob = (status: JobStatus, { startedMs, endedMs, ...run }: Shown): JobView => ({
  status,
  onNoExec: false,
  lastRun: {
    ...run,
    ...(startedMs !== undefined && { startedAt: new Date(startedMs) }),
    ...(endedMs !== undefined && { endedAt: new Date(endedMs) }),
  },
});

const aWait = (over: Partial<JobWait> = {}): JobWait => ({
  job: parseJobName('LOAD'),
  start: 'STARTJOB',
  before: { status: 'SUCCESS', run: 10, try: 1, startedMs: startMs - 86_400_000 },
  untilMs,
  onAbort: 'leave',
  token: 'a token',
  nextMs: startMs,
  ...over,
});
/** A wait whose run 17 is identified. */
const aRunningWait = (over: Partial<JobWait> = {}) =>
  aWait({ run: { run: 17, try: 1, startedMs: startMs }, ...over });

const delivered: StartFacts = { kind: 'delivered', sentAt: new Date(startMs) };
const facts = (over: Partial<WaitFacts> = {}): WaitFacts => ({
  nowMs: startMs + 60_000,
  start: delivered,
  ...over,
});
const run17 = { run: 17, try: 1, startedMs: startMs };
const own = { begun: [{ run: run17, owner: 'own' }] } as const;

/** The decision in short: `wait`, `needs FACT`, or the result. */
function decide(wait: JobWait, seen: SeenJob, given: WaitFacts): string {
  const decision = decideWait(wait, seen, given);
  if (decision.kind === 'wait') return 'wait';
  if (decision.kind === 'needs') return `needs ${decision.fact}`;
  const { result } = decision;
  if (result.kind === 'failure') return result.failure;
  return 'status' in result.answer
    ? `${result.answer.status} ${result.answer.run}/${result.answer.try} ${result.answer.exitCode}`
    : 'other';
}

describe('comparison of runs', () => {
  test.for<[SeenRun, SeenRun, string]>([
    [{ run: 5, try: 1 }, { run: 5, try: 1 }, 'same'],
    [{ run: 5, try: 1 }, { run: 5, try: 2 }, 'laterTry'],
    [{ run: 5, try: 2 }, { run: 5, try: 1 }, 'earlier'],
    [{ run: 5, try: 2 }, { run: 6, try: 1 }, 'later'],
    [{ run: 5 }, { run: 4 }, 'earlier'],
    [{ run: 5, startedMs: 1 }, { run: 1, startedMs: 2 }, 'later'],
    [{ run: 5, startedMs: 1 }, { run: 5, startedMs: 2 }, 'laterTry'],
    [{ run: 5, try: 1, startedMs: 1 }, { run: 5, try: 1, startedMs: 2 }, 'same'],
    [{ startedMs: 1 }, { startedMs: 2 }, 'later'],
    [{ startedMs: 1, try: 1 }, { startedMs: 2, try: 2 }, 'laterTry'],
    [{ startedMs: 2 }, { startedMs: 1 }, 'earlier'],
    [{ startedMs: 2 }, { startedMs: 2 }, 'same'],
    [{}, {}, 'same'],
  ])('%o and %o: %s', ([awaited, shown, expected]) => {
    expect(compareRuns(awaited, shown)).toBe(expected);
  });
});

describe('identification of the run', () => {
  test.for([
    { when: 'the start is not in the ledger', start: { kind: 'absent' } },
    { when: 'the start is due', start: { kind: 'pending', mayBeSent: false } },
    { when: 'the start may have been sent', start: { kind: 'pending', mayBeSent: true } },
  ] as const)('waits although the job runs, when $when', ({ start }) => {
    expect(decide(aWait(), shows('RUNNING', run17), facts({ start }))).toBe('wait');
  });

  test('compares with the first reading if the last one before the start showed no number', () => {
    const start: StartFacts = { ...delivered, job: { active: false, status: 'SUCCESS' } };
    const given = facts({ start, ...own });

    expect(
      decide(aWait(), shows('SUCCESS', { ...run17, endedMs: startMs, exitCode: 0 }), given),
    ).toBe('SUCCESS 17/1 0');
  });

  test.for([
    ['and the own one among them', [run17], 'SUCCESS 17/1 0'],
    ['and the own one is not among them', [], 'AutoSys.Unknown'],
  ] as const)(
    'takes no run that began after AutoSys had shown the start, %s',
    ([, runs, expected]) => {
      const start: StartFacts = { ...delivered, confirmedAt: new Date(startMs + 2_000) };
      const run19 = { run: 19, try: 1, startedMs: startMs + 300_000 };
      const begun = [...runs, run19].map((run) => ({ run, owner: 'none' }) as const);
      const pastEnd = {
        kind: 'ended',
        end: { status: 'SUCCESS', run: 17, try: 1, exitCode: 0 },
      } as const;

      expect(decide(aWait(), shows('RUNNING', run19), facts({ start, begun, pastEnd }))).toBe(
        expected,
      );
    },
  );

  test('identifies a run that was shown without number and time before, when AutoSys shows more', () => {
    const wait = aWait({ run: {} });
    const start: StartFacts = { ...delivered, confirmedAt: new Date(startMs + 2_000) };
    const later = { run: 19, try: 1, startedMs: startMs + 300_000 };
    const begun = [{ run: later, owner: 'none' }] as const;

    expect(decide(wait, shows('RUNNING'), facts({ start }))).toBe('wait');
    expect(decide(wait, shows('RUNNING', run17), facts({ start }))).toBe('needs begun');
    expect(decide(wait, shows('RUNNING', later), facts({ start, begun }))).toBe('AutoSys.Unknown');
  });

  test('looks up the runs since the start before it takes one', () => {
    expect(decide(aWait(), shows('RUNNING', run17), facts())).toBe('needs begun');
  });

  test('takes the run of this start, and waits while it is active', () => {
    const decision = decideWait(aWait(), shows('RUNNING', run17), facts(own));

    expect(decision).toMatchObject({ kind: 'wait', wait: { run: run17 } });
  });

  test('answers a quick job that has ended before the first read', () => {
    const seen = shows('SUCCESS', { ...run17, endedMs: startMs + 1_000, exitCode: 0 });

    expect(decide(aWait(), seen, facts(own))).toBe('SUCCESS 17/1 0');
  });

  test('does not take the run before the start', () => {
    const seen = shows('SUCCESS', { run: 10, try: 1, startedMs: startMs - 86_400_000 });

    expect(decide(aWait(), seen, facts())).toBe('wait');
  });

  test('does not take the run of another request', () => {
    const begun = [{ run: run17, owner: 'other' }] as const;
    const seen = shows('SUCCESS', { ...run17, endedMs: startMs + 1, exitCode: 0 });

    expect(decide(aWait(), seen, facts({ begun }))).toBe('wait');
  });

  test('takes the first of two runs since the start, and looks for its end', () => {
    const run19 = { run: 19, try: 1, startedMs: startMs + 20_000 };
    const begun = [
      { run: run17, owner: 'none' },
      { run: run19, owner: 'none' },
    ] as const;
    const decision = decideWait(aWait(), shows('RUNNING', run19), facts({ begun }));

    expect(decision).toMatchObject({ kind: 'needs', fact: 'pastEnd', wait: { run: run17 } });
  });

  test('does not take a run that began before the start was sent', () => {
    const early = { run: 15, try: 1, startedMs: startMs - 5_000 };
    const begun = [
      { run: early, owner: 'none' },
      { run: run17, owner: 'none' },
    ] as const;

    expect(decideWait(aWait(), shows('RUNNING', run17), facts({ begun }))).toMatchObject({
      kind: 'wait',
      wait: { run: run17 },
    });
  });

  describe('for join, takes the run of another start that left no run to its own one', () => {
    const begun = [{ run: run17, owner: 'other' }] as const;
    const sent = { ...delivered, sentMs: startMs };
    const nowMs = startMs + sharedAfterMs;
    const take = (given: Partial<WaitFacts>, start: JobWait['start'] = 'join') => {
      const { kind, wait } = decideWait(aWait({ start }), shows('RUNNING', run17), facts(given));
      return [kind, wait.run];
    };

    test('when ten minutes have passed since it was sent', () => {
      const over = { begun, start: sent };
      expect(take({ ...over, nowMs: nowMs - 1 })).toEqual(['wait', undefined]);
      expect(take({ ...over, nowMs })).toEqual(['wait', run17]);
    });

    test('also if that run was active already when its own one was sent', () => {
      const job = { active: true, status: 'RUNNING', run: 17, startedMs: startMs } as const;
      expect(take({ nowMs, start: { ...sent, job } })).toEqual(['wait', run17]);
    });

    test('and not for STARTJOB', () => {
      expect(take({ begun, nowMs, start: sent }, 'STARTJOB')).toEqual(['wait', undefined]);
    });
  });

  test('takes a run by its start time, where AutoSys shows no run number', () => {
    const before = { status: 'SUCCESS', startedMs: startMs - 86_400_000 } as const;
    const begun = [{ run: { startedMs: startMs }, owner: 'none' }] as const;
    const decision = decideWait(
      aWait({ before }),
      shows('RUNNING', { startedMs: startMs }),
      facts({ begun }),
    );

    expect(decision).toMatchObject({ kind: 'wait', wait: { run: { startedMs: startMs } } });
  });

  test('takes a next try of an ended run as a start of a box member', () => {
    const before = { status: 'SUCCESS', run: 17, try: 1, startedMs: startMs - 60_000 } as const;
    const again = { run: 17, try: 2, startedMs: startMs };
    const begun = [{ run: again, owner: 'none' }] as const;
    const decision = decideWait(aWait({ before }), shows('RUNNING', again), facts({ begun }));

    expect(decision).toMatchObject({ kind: 'wait', wait: { run: again, firstTry: 2 } });
  });

  test('does not take a retry of a failed run as the start', () => {
    const before = { status: 'FAILURE', run: 17, try: 1, startedMs: startMs - 60_000 } as const;
    const again = { run: 17, try: 2, startedMs: startMs };

    expect(decide(aWait({ before }), shows('RUNNING', again), facts())).toBe('wait');
  });

  test.for(['current', 'join'] as const)('takes the active run for %s', (start) => {
    const before = { status: 'RUNNING', ...run17 } as const;
    const none = facts({ start: { kind: 'none' } });

    const seen = shows('SUCCESS', { ...run17, endedMs: startMs + 1, exitCode: 0 });
    expect(decide(aWait({ start, before }), seen, none)).toBe('SUCCESS 17/1 0');
  });

  test('takes the first run after the reading for next', () => {
    const wait = aWait({ start: 'next' });
    const given = facts({ start: { kind: 'none' }, begun: [{ run: run17, owner: 'other' }] });

    expect(decideWait(wait, shows('RUNNING', run17), given)).toMatchObject({
      wait: { run: run17 },
    });
  });

  test('records the job before, if nothing is sent and it was not read', () => {
    const { before: _, ...wait } = aWait({ start: 'next' });
    const given = facts({ start: { kind: 'none' } });

    expect(decideWait(wait, shows('RUNNING', run17), given)).toMatchObject({
      kind: 'wait',
      wait: { before: { status: 'RUNNING', ...run17 } },
    });
  });

  test('answers without a task token as soon as the run is known', () => {
    const { token: _, ...wait } = aWait();

    expect(decide(wait, shows('RUNNING', run17), facts(own))).toBe('RUNNING 17/1 undefined');
  });
});

describe('a job whose run has not begun', () => {
  test.for<[string, SeenJob, string]>([
    ['does not know what a deleted job did', { kind: 'unknownJob' }, 'AutoSys.Unknown'],
    ['rejects a job on ice', shows('ON_ICE', { run: 10 }), 'AutoSys.Rejected'],
    ['waits for a job on hold', shows('ON_HOLD', { run: 10 }), 'wait'],
    ['waits for conditions', shows('INACTIVE', { run: 10 }), 'wait'],
    ['waits for a queue', shows('QUE_WAIT', { run: 10 }), 'wait'],
    ['waits while AutoSys is away', { kind: 'unread', reason: 'refused' }, 'wait'],
  ])('%s', ([, seen, expected]) => {
    expect(decide(aWait(), seen, facts())).toBe(expected);
  });

  test('rejects an unknown job whose start was not sent', () => {
    const unsent = facts({ start: { kind: 'absent' } });
    expect(decide(aWait(), { kind: 'unknownJob' }, unsent)).toBe('AutoSys.Rejected');
  });

  test('cannot know what became of a start that may have been sent, if the job was deleted', () => {
    const unsure = facts({ start: { kind: 'pending', mayBeSent: true } });
    expect(decide(aWait(), { kind: 'unknownJob' }, unsure)).toBe('AutoSys.Unknown');
  });

  test('cannot know whether a job on ice ran, if AutoSys shows no number', () => {
    const unsent = facts({ start: { kind: 'pending', mayBeSent: false } });
    expect(decide(aWait(), shows('ON_ICE'), facts())).toBe('AutoSys.Unknown');
    expect(decide(aWait(), shows('ON_ICE'), unsent)).toBe('AutoSys.Rejected');
  });

  test('with an undecided start and a job on ice waits, and cannot know when the time is over', () => {
    const start = { kind: 'pending', mayBeSent: true } as const;
    const seen = shows('ON_ICE', { run: 10 });

    expect(decide(aWait(), seen, facts({ start }))).toBe('wait');
    expect(decide(aWait(), seen, facts({ start, nowMs: untilMs }))).toBe('AutoSys.Unknown');
  });

  test('waits for a job on ice that is forced', () => {
    const wait = aWait({ start: 'FORCE_STARTJOB' });

    expect(decide(wait, shows('ON_ICE', { run: 10 }), facts())).toBe('wait');
  });

  test.for([
    shows('ON_HOLD', { run: 10 }),
    { kind: 'unread', reason: 'connection refused' } as const,
  ])('ends with Timeout when the time is over: $kind', (seen) => {
    expect(decide(aWait(), seen, facts({ nowMs: untilMs }))).toBe('AutoSys.Timeout');
  });

  test.for([
    ['is due', false, 'AutoSys.Timeout'],
    ['may have been sent, which no Retrier may repeat', true, 'AutoSys.Unknown'],
  ] as const)('ends, when the time is over, with a start that %s', ([, mayBeSent, failure]) => {
    const start = { kind: 'pending', mayBeSent } as const;
    const seen = shows('INACTIVE', { run: 10 });

    expect(decide(aWait(), seen, facts({ start }))).toBe('wait');
    expect(decide(aWait(), seen, facts({ start, nowMs: untilMs }))).toBe(failure);
  });

  test('says in the cause what AutoSys showed', () => {
    const seen = shows('ON_HOLD', { run: 10 });
    const decision = decideWait(aWait(), seen, facts({ nowMs: untilMs }));

    expect(decision).toMatchObject({
      result: {
        cause:
          'the job has not ended in time; AutoSys has accepted STARTJOB, and no run has begun; job LOAD is ON_HOLD',
      },
    });
  });

  test('ends with the failure of its start', () => {
    const failed = {
      kind: 'failed',
      failure: 'AutoSys.Unknown',
      cause: 'it is unknown',
    } as const;

    expect(decide(aWait(), shows('INACTIVE'), facts({ start: failed }))).toBe('AutoSys.Unknown');
  });
});

describe('the end of the run', () => {
  const ended = { ...run17, endedMs: startMs + 50_000 };
  const retried = { nowMs: startMs + 60_000, retries: 0 };

  test.for<[JobStatus, number, string]>([
    ['SUCCESS', 0, 'SUCCESS 17/1 0'],
    ['SUCCESS', 4, 'SUCCESS 17/1 4'],
    ['TERMINATED', -656, 'AutoSys.JobTerminated'],
  ])('%s with exit code %i: %s', ([status, exitCode, expected]) => {
    expect(decide(aRunningWait(), shows(status, { ...ended, exitCode }), facts())).toBe(expected);
  });

  test.for<JobStatus>(['STARTING', 'RUNNING', 'SUSPENDED', 'WAIT_REPLY', 'RESTART'])(
    'waits while the job is %s',
    (status) => {
      expect(decide(aRunningWait(), shows(status, run17), facts())).toBe('wait');
    },
  );

  test('gives the time of the end', () => {
    expect(decideWait(aRunningWait(), shows('SUCCESS', ended), facts())).toMatchObject({
      endedMs: startMs + 50_000,
    });
  });

  test('asks for n_retrys at the first FAILURE', () => {
    expect(decide(aRunningWait(), shows('FAILURE', ended), facts())).toBe('needs retries');
  });

  test.for([0, 'unknown'] as const)('needs two reads of FAILURE with n_retrys %s', (retries) => {
    const seen = shows('FAILURE', { ...ended, exitCode: 3 });
    const first = decideWait(aRunningWait(), seen, facts({ ...retried, retries }));
    const { wait } = first;

    expect(first.kind).toBe('wait');
    const early = facts({ nowMs: startMs + 60_000 + failureApartMs - 1 });
    expect(decide(wait, seen, early)).toBe('wait');
    const late = facts({ nowMs: startMs + 60_000 + failureApartMs });
    expect(decideWait(wait, seen, late)).toMatchObject({
      result: {
        failure: 'AutoSys.JobFailed',
        cause: 'run 17, try 1 of job LOAD ended with FAILURE, exit code 3',
      },
    });
  });

  test('needs both reads although the time is over', () => {
    const seen = shows('FAILURE', ended);

    expect(decide(aRunningWait(), seen, facts({ nowMs: untilMs, retries: 0 }))).toBe('wait');
  });

  test('follows the retries of the run, and answers its last try', () => {
    const first = decideWait(aRunningWait(), shows('FAILURE', ended), facts({ retries: 1 }));
    const restarted = decideWait(first.wait, shows('RESTART', ended), facts());
    const second = { run: 17, try: 2, startedMs: startMs + 70_000, endedMs: startMs + 80_000 };

    expect([first.kind, restarted.kind]).toEqual(['wait', 'wait']);
    expect(restarted.wait.failure).toBeUndefined();
    const seen = shows('SUCCESS', { ...second, exitCode: 0 });
    expect(decide(restarted.wait, seen, facts())).toBe('SUCCESS 17/2 0');
    const failed = decideWait(restarted.wait, shows('FAILURE', second), facts());
    const late = facts({ nowMs: startMs + 60_000 + failureApartMs });
    expect(decide(failed.wait, shows('FAILURE', second), late)).toBe('AutoSys.JobFailed');
  });

  test('takes FAILURE with retries left as final if the scheduler does not restart the job', () => {
    const seen = shows('FAILURE', ended);
    const { wait } = decideWait(aRunningWait(), seen, facts({ retries: 2 }));

    const early = facts({ nowMs: startMs + 60_000 + restartWithinMs - 1 });
    const late = facts({ nowMs: startMs + 60_000 + restartWithinMs });
    expect([decide(wait, seen, early), decide(wait, seen, late)]).toEqual([
      'wait',
      'AutoSys.JobFailed',
    ]);
  });

  test.for<[string, Shown]>([
    ['a new run', { run: 21, try: 1, startedMs: startMs + 70_000 }],
    ['a further try', { run: 17, try: 2, startedMs: startMs + 70_000 }],
  ])('keeps the failure when an operator restarts a job without retries: %s', ([, restarted]) => {
    const first = decideWait(aRunningWait(), shows('FAILURE', ended), facts({ retries: 0 }));

    expect(decide(first.wait, shows('RUNNING', restarted), facts())).toBe('AutoSys.JobFailed');
  });

  test.for([1, 'unknown'] as const)(
    'looks for a retry that ended before the job began a new run: %s left',
    (retries) => {
      const first = decideWait(aRunningWait(), shows('FAILURE', ended), facts({ retries }));
      const later = shows('RUNNING', { run: 21, try: 1, startedMs: startMs + 70_000 });
      const end = { status: 'TERMINATED', run: 17, try: 2 } as const;
      const killed = facts({ pastEnd: { kind: 'ended', end } });
      const lost = facts({ pastEnd: { kind: 'unreadable', reason: 'no history' } });

      expect(decide(first.wait, later, facts())).toBe('needs pastEnd');
      expect(decide(first.wait, later, killed)).toBe('AutoSys.JobTerminated');
      expect(decide(first.wait, later, lost)).toBe('AutoSys.JobFailed');
    },
  );

  test('keeps the failure of a job that is deleted or put on hold', () => {
    const first = decideWait(aRunningWait(), shows('FAILURE', ended), facts({ retries: 0 }));

    expect(decide(first.wait, { kind: 'unknownJob' }, facts())).toBe('AutoSys.JobFailed');
    expect(decide(first.wait, shows('ON_HOLD', ended), facts())).toBe('AutoSys.JobFailed');
  });

  test('cannot know the end of a job that was deleted', () => {
    expect(decide(aRunningWait(), { kind: 'unknownJob' }, facts())).toBe('AutoSys.Unknown');
  });

  test('ignores an earlier run, as an application server that lags behind shows', () => {
    expect(decide(aRunningWait(), shows('SUCCESS', { run: 10 }), facts())).toBe('wait');
  });

  test('does not decide by a reading that shows neither run number nor start', () => {
    const unnumbered = shows('FAILURE', {});

    expect(decide(aRunningWait(), unnumbered, facts({ retries: 0 }))).toBe('wait');
    const late = facts({ retries: 0, nowMs: untilMs });
    expect(decide(aRunningWait(), unnumbered, late)).toBe('AutoSys.Timeout');
  });

  test('never answers with a later run', () => {
    const later = shows('FAILURE', { run: 21, try: 1, startedMs: startMs + 70_000 });
    const past = { status: 'SUCCESS', run: 17, try: 1, exitCode: 0 } as const;

    expect(decide(aRunningWait(), later, facts())).toBe('needs pastEnd');
    const found = facts({ pastEnd: { kind: 'ended', end: past } });
    expect(decide(aRunningWait(), later, found)).toBe('SUCCESS 17/1 0');
    const lost = facts({ pastEnd: { kind: 'unreadable', reason: 'forbidden' } });
    expect(decide(aRunningWait(), later, lost)).toBe('AutoSys.Unknown');
  });

  test('looks for the end that a hold hides', () => {
    expect(decide(aRunningWait(), shows('ON_HOLD', ended), facts())).toBe('needs pastEnd');
  });

  test('ends with Timeout while the job runs', () => {
    const late = facts({ nowMs: untilMs });

    expect(decide(aRunningWait(), shows('RUNNING', run17), late)).toBe('AutoSys.Timeout');
  });

  test('prefers the end to the timeout', () => {
    const late = facts({ nowMs: untilMs });

    expect(decide(aRunningWait(), shows('SUCCESS', ended), late)).toMatch(/^SUCCESS/);
  });
});
