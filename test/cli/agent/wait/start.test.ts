import { describe, expect, test } from 'vitest';
import type { ApiOutcome } from '../../../../cli/agent/api/outcome.ts';
import type { RunAnswer } from '../../../../lambda/launch/api.ts';
import {
  anEnd,
  answered,
  aRun,
  lost,
  type PlayedAnswer,
  play,
  throttled,
  unreached,
} from './play.ts';

const busy = (words: string, retryAfterMs?: number): ApiOutcome<RunAnswer> => ({
  kind: 'busy',
  words,
  retryAfterMs,
  hadNoEffect: true,
});
/** What a function or gateway answers that may have called AWS before. */
const notAvailable: ApiOutcome<RunAnswer> = {
  kind: 'busy',
  words: 'not available',
  retryAfterMs: 5_000,
  hadNoEffect: false,
};
const refused: ApiOutcome<RunAnswer> = {
  kind: 'refused',
  status: 404,
  exit: 64,
  lines: ['error: unknown target'],
  isFinal: true,
};
const ended = answered(aRun(anEnd));

/** Answers starts in their order, and everything else with the end of the run. */
const startsWith =
  (...answers: readonly PlayedAnswer[]) =>
  ({ of, count }: { readonly of: string; readonly count: number }) =>
    (of === 'start' ? answers[count - 1] : undefined) ?? ended;

describe('a start', () => {
  test('is followed by a held request at once', async () => {
    const one = play(startsWith(answered(aRun(), 201)));

    const { code } = await one.end();

    expect(code).toBe(0);
    expect(one.calls).toMatchObject([
      { of: 'start', second: 0 },
      { of: 'hold', second: 0, after: '1' },
    ]);
    expect(one.lines[0]).toBe('02:13:00 run PAY_EOD-r1620t1-ACE (target settlement) was started');
  });

  test('that finds a run says that nothing was started', async () => {
    const one = play(startsWith(answered(aRun(), 200)));

    await one.end();

    expect(one.lines[0]).toContain('nothing was started, waiting for it');
  });

  test('that finds an ended run ends at once', async () => {
    const one = play(startsWith(answered(aRun({ ...anEnd, exit: { code: 3, source: 'x' } }))));

    const end = await one.end();

    expect(end).toMatchObject({ code: 3, hasEnded: true });
    expect(one.calls).toHaveLength(1);
  });

  test('with 202 is polled at its pace until the outcome is known', async () => {
    const one = play(({ of, count }) => {
      if (of === 'start') return answered(aRun({ state: 'LOOKING_UP', retryAfter: 5 }), 202);
      if (of === 'poll' && count === 1)
        return answered(aRun({ state: 'LOOKING_UP', retryAfter: 5 }));
      if (of === 'poll') return answered(aRun({ rev: '2' }));
      return ended;
    });

    await one.end();

    expect(one.secondsOf('poll')).toEqual([5, 10]);
    expect(one.lines[0]).toContain('it is not known yet whether AWS started it');
  });

  test('that AWS refuses ends with the code of the answer', async () => {
    const exit = { code: 78, source: 'AWS refused' };
    const one = play(
      startsWith(answered(aRun({ state: 'REFUSED', exit, diagnosis: 'no such queue' }), 201)),
    );

    const end = await one.end();

    expect(end).toMatchObject({ code: 78, source: 'AWS refused', hasEnded: false });
    expect(end.errors).toEqual(['AWS refused to start run PAY_EOD-r1620t1-ACE', 'no such queue']);
  });

  test('that the API refuses ends with its lines', async () => {
    const one = play(startsWith(refused));

    const end = await one.end();

    expect(end).toMatchObject({
      code: 64,
      source: 'nothing was started',
      errors: ['error: unknown target'],
    });
  });

  test.for([
    { when: 'its answer is lost', failure: lost },
    { when: 'the API is not reached', failure: unreached },
  ])('is sent again at once, without a line, when $when', async ({ failure }) => {
    const one = play(startsWith(failure, answered(aRun(), 201)));

    await one.end();

    expect(one.secondsOf('start')).toEqual([0, 0]);
    expect(one.lines.filter((line) => line.includes('answer'))).toEqual([]);
  });

  test('that is lost for long is repeated with growing waits, and reported once at each end', async () => {
    const one = play(startsWith(...Array.from({ length: 9 }, () => lost), answered(aRun(), 201)));

    await one.end();

    expect(one.secondsOf('start')).toEqual([0, 0, 1, 3, 7, 15, 31, 61, 91, 121]);
    expect(one.lines.filter((line) => line.includes('launch API'))).toEqual([
      '02:13:00 no answer of the launch API: connection closed; the command tries again until it answers',
      '02:15:01 launch API answers again after 2 min',
    ]);
  });

  test('that certainly never arrived is given up after five minutes', async () => {
    const one = play(() => unreached);

    const end = await one.end();

    expect(end).toMatchObject({
      code: 69,
      errors: [expect.stringContaining('connection refused')],
    });
    expect(end.source).toContain('nothing was started');
    expect(Math.max(...one.secondsOf('start'))).toBe(301);
  });

  test('that may have arrived is never given up', async () => {
    const one = play(({ count }) => (count === 1 ? lost : unreached));

    await one.advance(3_600_000);

    expect(one.hasEnded()).toBe(false);
  });

  test('waits as a busy API asks, and prints its words once', async () => {
    const one = play(
      startsWith(
        busy('3 of 3 runs', 7_000),
        busy('3 of 3 runs', 7_000),
        busy('disabled'),
        answered(aRun(), 201),
      ),
    );

    await one.end();

    expect(one.secondsOf('start')).toEqual([0, 7, 14, 29]);
    expect(one.lines.filter((line) => line.includes('not started'))).toEqual([
      '02:13:00 not started yet: 3 of 3 runs; the command tries again',
      '02:13:14 not started yet: disabled; the command tries again',
    ]);
  });

  test('that was not available is looked up after a kill, and what it started is stopped', async () => {
    const stop = { requestedAt: '', text: 'nothing is active', remaining: [] };
    const proven = aRun({ ...anEnd, status: 'ABORTED', stop: { ...stop, state: 'proven' } });
    const one = play(({ of }) => {
      if (of === 'start') return notAvailable;
      return answered(of === 'stop' ? proven : aRun());
    });
    await one.advance(2_000);
    one.kill({ kind: 'signal', signal: 'SIGINT' });

    const end = await one.end();

    expect(one.calls.map(({ of }) => of).slice(0, 3)).toEqual(['start', 'find', 'stop']);
    expect(end).toMatchObject({ code: 130, source: 'SIGINT received; stop proven' });
  });

  test.each([
    ['another request', 'other', ['start', 'find'], 'SIGINT received; nothing was started'],
    ['this request', 'mine', ['start', 'find', 'stop'], 'SIGINT received; stop proven'],
  ])(
    'with --again stops after a kill only the run of its request: %s',
    async (_, launchId, kinds, source) => {
      const stop = { requestedAt: '', text: 'nothing is active', remaining: [] };
      const proven = aRun({ ...anEnd, status: 'ABORTED', stop: { ...stop, state: 'proven' } });
      const one = play(
        ({ of }) => {
          if (of === 'start') return notAvailable;
          return answered(of === 'stop' ? proven : aRun({ launchId }));
        },
        { launchId: 'mine' },
      );
      await one.advance(2_000);
      one.kill({ kind: 'signal', signal: 'SIGINT' });

      const end = await one.end();

      expect([...new Set(one.calls.map(({ of }) => of))].slice(0, 3)).toEqual(kinds);
      expect(end).toMatchObject({ code: 130, source });
    },
  );

  test('that certainly had no effect is not looked up after a kill', async () => {
    const one = play(() => busy('3 of 3 runs', 7_000));
    await one.advance(2_000);
    one.kill({ kind: 'signal', signal: 'SIGINT' });

    expect(await one.end()).toMatchObject({ source: 'SIGINT received; nothing was started' });
    expect(one.calls.map(({ of }) => of)).toEqual(['start']);
  });

  test('waits at most five minutes, whatever a busy API asks for', async () => {
    const one = play(startsWith(busy('disabled', 86_400_000), answered(aRun(), 201)));

    await one.end();

    expect(one.secondsOf('start')).toEqual([0, 300]);
  });

  test('waits longer when the gateway throttles, and says so only the third time', async () => {
    const one = play(startsWith(throttled, throttled, throttled, answered(aRun(), 201)));

    await one.end();

    expect(one.secondsOf('start')).toEqual([0, 4, 12, 28]);
    expect(one.lines.filter((line) => line.includes('429'))).toHaveLength(1);
  });

  test('with --detach ends once the start is known', async () => {
    const one = play(
      ({ of }) =>
        of === 'start'
          ? answered(aRun({ state: 'LOOKING_UP' }), 202)
          : answered(aRun({ state: 'STARTED', rev: '2' })),
      { isDetached: true },
    );

    const end = await one.end();

    expect(end).toMatchObject({ code: 0, hasEnded: false });
    expect(one.calls.map(({ of }) => of)).toEqual(['start', 'poll']);
  });

  test('with --detach and a refusal of AWS ends with its code', async () => {
    const exit = { code: 78, source: 'AWS refused' };
    const one = play(startsWith(answered(aRun({ state: 'REFUSED', exit }), 201)), {
      isDetached: true,
    });

    expect(await one.end()).toMatchObject({ code: 78 });
  });

  test('ends with 124 if --timeout is over before it succeeds', async () => {
    const one = play(() => busy('3 of 3 runs', 30_000), { timeout: { text: '10m', ms: 600_000 } });

    const end = await one.end();

    expect(end).toMatchObject({ code: 124, source: 'timeout of 10m; nothing was started' });
    expect(one.secondsOf('stop')).toEqual([]);
  });

  test('prints a line each hour while it waits', async () => {
    const one = play(() => busy('3 of 3 runs', 60_000));

    await one.advance(2 * 3_600_000);

    expect(one.lines.filter((line) => line.includes('still waiting'))).toEqual([
      '03:13:00 still waiting to start after 1 h: 3 of 3 runs',
      '04:13:00 still waiting to start after 2 h: 3 of 3 runs',
    ]);
  });
});
