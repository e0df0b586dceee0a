import { describe, expect, test } from 'vitest';
import type { ApiOutcome } from '../../../../cli/agent/api/outcome.ts';
import type { RunAnswer } from '../../../../lambda/launch/api.ts';
import { anEnd, answered, aRun, lost, missing, play, throttled, unreached } from './play.ts';

const started = answered(aRun(), 201);
const ended = answered(aRun(anEnd));
const never = { afterMs: 1e9, outcome: lost };
const refusal = (status: number, isFinal: boolean): ApiOutcome<RunAnswer> => ({
  kind: 'refused',
  status,
  exit: 77,
  lines: [`error: HTTP ${status}`],
  isFinal,
});

describe('held requests', () => {
  test('follow one another, and each has the last revision', async () => {
    const one = play(({ of, count }) => {
      if (of === 'start') return started;
      if (count === 1) return { afterMs: 20_000, outcome: answered(aRun()) };
      if (count === 2) return { afterMs: 4_000, outcome: answered(aRun({ rev: '2' })) };
      return { afterMs: 1_000, outcome: ended };
    });

    await one.end();

    expect(one.calls.slice(1)).toMatchObject([
      { of: 'hold', second: 0, after: '1' },
      { of: 'hold', second: 20, after: '1' },
      { of: 'hold', second: 24, after: '2' },
    ]);
  });

  test.for([
    { when: 'throttled', failure: throttled },
    { when: 'not there', failure: missing },
    { when: 'lost', failure: lost },
    { when: 'answered by 404 of the API', failure: refusal(404, true) },
  ])('are replaced by paced polls, without a line, when $when', async ({ failure }) => {
    const one = play(({ of, count }) => {
      if (of === 'start') return started;
      if (of === 'hold') return failure;
      return count < 5 ? answered(aRun()) : ended;
    });

    await one.end();

    expect(one.secondsOf('poll')).toEqual([3, 6, 9, 12, 15]);
    expect(one.lines.filter((line) => /429|403|404|answer/.test(line))).toEqual([]);
  });

  test('are tried again ever more rarely, and keep 30 minutes below 165 requests', async () => {
    const one = play(({ of, second }) => {
      if (of === 'start') return started;
      if (of === 'hold') return throttled;
      const retryAfter = second < 60 ? 3 : Math.min(15, second / 20);
      return answered(aRun({ retryAfter }));
    });

    await one.advance(1_800_000);

    const seconds = one.secondsOf('hold');
    expect(seconds.length).toBeGreaterThan(4);
    expect(seconds.length).toBeLessThan(8);
    expect(one.calls.length).toBeLessThanOrEqual(165);
  });

  test('that work again are used again', async () => {
    const one = play(({ of, count }) => {
      if (of === 'start') return started;
      if (of === 'hold') return count === 1 ? throttled : { afterMs: 5_000, outcome: ended };
      return answered(aRun());
    });

    await one.end();

    const [, second = 0] = one.secondsOf('hold');
    expect(second).toBeGreaterThanOrEqual(60);
    expect(Math.max(...one.secondsOf('poll'))).toBeLessThan(second);
  });

  test('that are answered at once without a change are not repeated at once', async () => {
    const one = play(({ of }) => (of === 'start' ? started : answered(aRun())));

    await one.advance(30_000);

    expect(one.secondsOf('hold')).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
  });

  test('that are rejected with 401 end the command', async () => {
    const one = play(({ of }) => (of === 'start' ? started : refusal(401, true)));

    const end = await one.end();

    expect(end).toMatchObject({ code: 77, source: 'the run is not followed any more' });
    expect(end.errors).toEqual([
      'error: HTTP 401',
      'run PAY_EOD-r1620t1-ACE was STARTED last, and may still be active; continue with --attach PAY_EOD-r1620t1-ACE',
    ]);
  });
});

describe('changes', () => {
  test('are printed once each, with their own times', async () => {
    const answers = [
      aRun({ rev: '2' }, 'RUNNING'),
      aRun({ rev: '3' }, 'RUNNING', 'state Pay entered'),
      aRun(anEnd, 'RUNNING', 'state Pay entered', 'SUCCEEDED'),
    ];
    const one = play(({ of, count }) =>
      of === 'start'
        ? started
        : { afterMs: 90_000, outcome: answered(answers[count - 1] ?? aRun()) },
    );

    await one.end();

    expect(one.lines.slice(1, 4)).toEqual([
      '02:13:00 RUNNING',
      '02:13:01 state Pay entered',
      '02:13:02 SUCCEEDED',
    ]);
  });

  test('are printed once also if the answer shows only the newest', async () => {
    const answers = [aRun({ rev: '2' }, 'A', 'B'), aRun({ rev: '3' }, 'A', 'B', 'C')].map(
      (run) => ({
        ...run,
        changes: run.changes.slice(-2),
      }),
    );
    const one = play(({ of, count }) =>
      of === 'start' ? started : answered(answers[count - 1] ?? aRun(anEnd)),
    );

    await one.end();

    expect(one.lines.map((line) => line.slice(9)).filter((line) => line.length === 1)).toEqual([
      'A',
      'B',
      'C',
    ]);
  });

  test('print the console link once', async () => {
    const one = play(({ of, count }) => {
      const link = 'https://console.example/run';
      if (of === 'start') return started;
      return answered(
        count < 4 ? aRun({ console: link, rev: `${count}` }) : aRun({ ...anEnd, console: link }),
      );
    });

    await one.end();

    expect(one.lines.filter((line) => line.includes('https://console.example'))).toHaveLength(1);
  });
});

describe('a failing network', () => {
  test('is waited out, and reported once at its beginning and once at its end', async () => {
    const one = play(({ of, second, count }) => {
      if (of === 'start') return started;
      if (second >= 60 && second < 600) return unreached;
      if (of === 'hold') return count === 1 ? { afterMs: 60_000, outcome: lost } : throttled;
      return second < 700 ? answered(aRun()) : ended;
    });

    const { code } = await one.end();

    expect(code).toBe(0);
    expect(one.lines.filter((line) => line.includes('launch API'))).toEqual([
      '02:14:00 no answer of the launch API: connection refused; the command tries again until it answers',
      '02:23:01 launch API answers again after 9 min',
    ]);
    const gaps = one.secondsOf('poll').map((second, at, all) => second - (all[at - 1] ?? 60));
    expect(gaps.slice(0, 8)).toEqual([0, 0, 1, 2, 4, 8, 16, 30]);
  });

  test('of one request only is not reported', async () => {
    const one = play(({ of, count }) => {
      if (of === 'start') return started;
      if (of === 'hold') return throttled;
      return count === 2 ? lost : count < 5 ? answered(aRun()) : ended;
    });

    await one.end();

    expect(one.lines.filter((line) => line.includes('launch API'))).toEqual([]);
    expect(one.secondsOf('poll')).toEqual([3, 6, 6, 9, 12]);
  });

  test('is in the hourly line', async () => {
    const one = play(({ of }) => (of === 'start' ? started : unreached));

    await one.advance(3_600_000);

    expect(one.lines.at(-1)).toBe(
      '03:13:00 still waiting after 1 h: STARTED; no answer of the launch API since 2026-11-20T02:13:03Z',
    );
  });
});

describe('a run that is followed', () => {
  test('prints a line each hour with its status', async () => {
    const one = play(({ of }) =>
      of === 'start'
        ? started
        : { afterMs: 20_000, outcome: answered(aRun({ status: 'RUNNING' })) },
    );

    await one.advance(3 * 3_600_000);

    expect(one.lines.filter((line) => line.includes('still'))).toEqual([
      '03:13:00 still waiting after 1 h: RUNNING',
      '04:13:00 still waiting after 2 h: RUNNING',
      '05:13:00 still waiting after 3 h: RUNNING',
    ]);
  });

  test('prints how it ended', async () => {
    const one = play(({ of }) =>
      of === 'start'
        ? started
        : answered(
            aRun({
              state: 'ENDED',
              status: 'FAILED',
              exit: { code: 137, source: 'exit code of the container' },
              result: { exitCode: 137, attempts: 3, reason: 'OutOfMemoryError' },
              console: 'https://console.example/run',
            }),
          ),
    );

    const end = await one.end();

    expect(end).toMatchObject({ code: 137, source: 'exit code of the container', hasEnded: true });
    expect(one.lines.slice(-3).map((line) => line.slice(9))).toEqual([
      'run PAY_EOD-r1620t1-ACE ended: FAILED, exit code 137, 3 attempts',
      'reason: OutOfMemoryError',
      'console: https://console.example/run',
    ]);
  });

  test('prints the diagnosis instead of error and cause', async () => {
    const run = aRun({
      ...anEnd,
      diagnosis: 'state Pay failed\nwith X',
      result: { error: 'X', cause: '{}' },
    });
    const one = play(({ of }) => (of === 'start' ? started : answered(run)));

    await one.end();

    expect(one.lines.map((line) => line.slice(9)).slice(-2)).toEqual([
      'state Pay failed',
      'with X',
    ]);
  });

  test('ends with 1 if its answer has no exit code', async () => {
    const { exit: _, ...end } = aRun(anEnd);
    const one = play(({ of }) => (of === 'start' ? started : answered(end)));

    expect(await one.end()).toMatchObject({ code: 1 });
  });

  test('outlives 403 answers of a gateway for 15 minutes', async () => {
    const one = play(({ of }) => (of === 'start' ? started : missing));

    const end = await one.end();

    expect(end.code).toBe(77);
    expect(Math.max(...one.secondsOf('poll'))).toBeGreaterThan(900);
    expect(Math.max(...one.secondsOf('poll'))).toBeLessThan(960);
  });

  test('ends when the API itself refuses a poll', async () => {
    const one = play(({ of }) => {
      if (of === 'start') return started;
      return of === 'hold' ? throttled : refusal(403, true);
    });

    expect(await one.end()).toMatchObject({ code: 77 });
  });

  test('keeps its end if an older answer arrives later', async () => {
    const one = play(({ of }) => {
      if (of === 'start') return started;
      return of === 'stop'
        ? { afterMs: 2_000, outcome: answered(aRun({ rev: '1' }), 202) }
        : { afterMs: 1_000, outcome: ended };
    });

    await one.advance(500);
    one.kill({ kind: 'signal', signal: 'SIGINT' });
    const end = await one.end();

    expect(end).toMatchObject({ code: 130, hasEnded: true });
    expect(end.source).toContain('the run had ended before');
  });
});

describe('--attach', () => {
  const plan = { kind: 'attach', name: 'PAY_EOD-r1620t1-ACE' } as const;

  test('polls once, and holds then', async () => {
    const one = play(({ of }) => (of === 'poll' ? answered(aRun()) : ended), plan);

    const { code } = await one.end();

    expect(code).toBe(0);
    expect(one.calls).toMatchObject([
      { of: 'poll', second: 0, after: undefined },
      { of: 'hold', second: 0, after: '1' },
    ]);
  });

  test('ends with the code of the API for an unknown run', async () => {
    const one = play(() => refusal(404, true), plan);

    expect(await one.end()).toMatchObject({ code: 77, errors: ['error: HTTP 404'] });
  });

  test('by a person ends after a signal, and leaves the run', async () => {
    const one = play(() => answered(aRun()), { ...plan, kind: 'observe' });

    await one.advance(0);
    one.kill({ kind: 'signal', signal: 'SIGINT' });

    expect(await one.end()).toMatchObject({
      code: 130,
      source: 'SIGINT received; the run goes on',
    });
    expect(one.secondsOf('stop')).toEqual([]);
  });

  test('stops its run at once after a signal', async () => {
    const one = play(({ of }) => (of === 'stop' ? answered(aRun(), 202) : never), plan);

    await one.advance(0);
    one.kill({ kind: 'signal', signal: 'SIGTERM' });
    const end = await one.end();

    expect(one.secondsOf('stop')).toEqual([0]);
    expect(end.code).toBe(143);
  });
});
