import { describe, expect, test } from 'vitest';
import type { Kill } from '../../../../cli/agent/agent-io.ts';
import type { ApiOutcome } from '../../../../cli/agent/api/outcome.ts';
import type { RunAnswer, StopAnswer } from '../../../../lambda/launch/api.ts';
import {
  anEnd,
  answered,
  aRun,
  lost,
  type PlayedAnswer,
  type PlayedCall,
  play,
  throttled,
  unreached,
} from './play.ts';

const sigint: Kill = { kind: 'signal', signal: 'SIGINT' };
const sigterm: Kill = { kind: 'signal', signal: 'SIGTERM' };
const parentGone: Kill = { kind: 'parentGone' };

const aStop = (state: StopAnswer['state'], remaining: readonly string[] = []): StopAnswer => ({
  state,
  requestedAt: '2026-11-20T02:14:00Z',
  text: `text of ${state}`,
  remaining,
});
const started = answered(aRun(), 201);
const accepted = answered(aRun({ rev: '2', stop: aStop('requested') }), 202);
const aborted: Partial<RunAnswer> = {
  state: 'ENDED',
  status: 'ABORTED',
  exit: { code: 143, source: 'status ABORTED' },
};
const proven = answered(aRun({ ...aborted, rev: '3', stop: aStop('proven') }));
const noHold: PlayedAnswer = { afterMs: 3_600_000, outcome: lost };
const refusal: ApiOutcome<RunAnswer> = {
  kind: 'refused',
  status: 403,
  exit: 77,
  lines: ['error: not allowed'],
  isFinal: true,
};

/** A run that is held until it is stopped; the proof comes two seconds after the stop. */
function stoppable(
  changes: Partial<Record<PlayedCall['of'], (call: PlayedCall) => PlayedAnswer>> = {},
) {
  const normal: Record<PlayedCall['of'], (call: PlayedCall) => PlayedAnswer> = {
    start: () => started,
    hold: ({ count }) => (count === 1 ? { afterMs: 12_000, outcome: proven } : proven),
    poll: () => proven,
    stop: () => accepted,
    find: () => started,
  };
  return (call: PlayedCall) => ({ ...normal, ...changes })[call.of](call);
}

describe('a kill while the run is held', () => {
  test.for([
    { kill: sigint, code: 130, reason: 'SIGINT received' },
    { kill: sigterm, code: 143, reason: 'SIGTERM received' },
    { kill: { kind: 'signal', signal: 'SIGHUP' } as const, code: 129, reason: 'SIGHUP received' },
    { kill: parentGone, code: 129, reason: 'the parent process has ended' },
  ])('sends the stop at once and waits for the proof: $reason', async ({ kill, code, reason }) => {
    const one = play(stoppable());
    await one.advance(10_000);

    one.kill(kill);
    const end = await one.end();

    expect(one.calls.filter(({ of }) => of === 'stop')).toMatchObject([
      { second: 10, reason, cause: 'kill' },
    ]);
    expect(end).toMatchObject({ code, source: `${reason}; stop proven`, hasEnded: true });
    expect(one.lines.slice(1).map((line) => line.slice(9))).toEqual([
      `${reason}: asking the bridge to stop run PAY_EOD-r1620t1-ACE`,
      'stop requested: text of requested',
      'stop proven: text of proven',
      'run PAY_EOD-r1620t1-ACE ended: ABORTED',
    ]);
  });

  test('prints what may still be active if the stop is parked', async () => {
    const stop = aStop('parked', ['arn:child: no permission to stop']);
    const one = play(
      stoppable({ hold: () => ({ afterMs: 12_000, outcome: answered(aRun({ rev: '3', stop })) }) }),
    );
    await one.advance(10_000);

    one.kill(sigint);
    const end = await one.end();

    expect(end).toMatchObject({ code: 130, source: 'SIGINT received; stop not proven' });
    expect(one.lines.at(-1)).toContain('may still be active: arn:child: no permission to stop');
  });

  test('says that the run was left if the answer has no stop', async () => {
    const one = play(
      stoppable({ stop: () => answered(aRun({ rev: '2' }, 'left: onKill is leave'), 202) }),
    );
    await one.advance(10_000);

    one.kill(sigint);
    const end = await one.end();

    expect(end).toMatchObject({ code: 130, hasEnded: false });
    expect(end.source).toBe('SIGINT received; the run was left active, as its target says');
    expect(one.lines.at(-1)).toContain('left: onKill is leave');
  });

  test('ends if the run had ended by itself', async () => {
    const one = play(stoppable({ stop: () => answered(aRun(anEnd)) }));
    await one.advance(10_000);

    one.kill(sigint);
    const end = await one.end();

    expect(end).toMatchObject({ code: 130, source: 'SIGINT received; the run had ended before' });
    expect(one.lines.at(-1)).toContain('ended: SUCCEEDED');
  });

  test('holds again at once if the held answer shows what the stop has shown', async () => {
    const one = play(
      stoppable({
        hold: ({ count }) => (count === 1 ? { afterMs: 10_010, outcome: accepted } : proven),
      }),
    );
    await one.advance(10_000);

    one.kill(sigint);
    await one.end();

    expect(one.secondsOf('hold')).toEqual([0, 10.01]);
  });

  test('keeps a stop that an older answer does not know yet', async () => {
    const one = play(
      stoppable({
        hold: ({ count }) =>
          count === 1
            ? { afterMs: 10_500, outcome: answered(aRun({ rev: '1' })) }
            : { afterMs: 2_000, outcome: proven },
      }),
    );
    await one.advance(10_000);

    one.kill(sigint);

    expect((await one.end()).source).toContain('stop proven');
  });
});

describe('a stop request', () => {
  test('without an answer is sent again after half a second', async () => {
    const one = play(stoppable({ stop: ({ count }) => (count === 1 ? noHold : accepted) }));
    await one.advance(10_000);

    one.kill(sigint);
    await one.end();

    expect(one.secondsOf('stop')).toEqual([10, 10.5]);
  });

  test.for([
    { when: 'lost', failure: lost },
    { when: 'not sent', failure: unreached },
    { when: 'throttled', failure: throttled },
  ])('that is $when is repeated, and reported once', async ({ failure }) => {
    const one = play(
      stoppable({ stop: ({ count }) => (count < 5 ? failure : accepted), hold: () => noHold }),
    );
    await one.advance(10_000);

    one.kill(sigint);
    await one.advance(20_000);

    expect(one.secondsOf('stop')).toEqual([10, 10, 10.5, 11.5, 13.5]);
    expect(one.lines.filter((line) => line.includes('not accepted yet'))).toHaveLength(1);
    expect(one.lines.at(-1)).toContain('stop requested');
  });

  test('that is refused ends the command with the code of the kill', async () => {
    const one = play(stoppable({ stop: () => refusal }));
    await one.advance(10_000);

    one.kill(sigterm);
    const end = await one.end();

    expect(end).toMatchObject({
      code: 143,
      source: 'SIGTERM received; the stop was refused',
      errors: ['error: not allowed'],
    });
  });

  test('that is never accepted is given up after ten minutes', async () => {
    const one = play(stoppable({ stop: () => lost, hold: () => noHold }));
    await one.advance(10_000);

    one.kill(sigint);
    const end = await one.end();

    expect(end.code).toBe(130);
    expect(end.source).toContain('stop not accepted');
    expect(Math.max(...one.secondsOf('stop'))).toBeLessThanOrEqual(610);
  });

  test('that is not proven is given up after fifteen minutes', async () => {
    const one = play(stoppable({ hold: () => throttled, poll: () => accepted }));
    await one.advance(10_000);

    one.kill(sigint);
    const end = await one.end();

    expect(end.source).toContain('neither proven nor parked');
  });

  test('brings the next poll forward', async () => {
    const slow = answered(aRun({ retryAfter: 60 }));
    const one = play(
      stoppable({ hold: () => throttled, poll: ({ count }) => (count === 1 ? slow : proven) }),
    );
    await one.advance(10_000);

    one.kill(sigint);
    await one.end();

    expect(one.secondsOf('poll')).toEqual([3, 13]);
  });
});

describe('a second signal', () => {
  test('ends the command at once with its own code', async () => {
    const one = play(stoppable({ hold: () => noHold }));
    await one.advance(10_000);

    one.kill(sigint);
    await one.advance(1_000);
    one.kill(sigterm);
    const end = await one.end();

    expect(end).toMatchObject({ code: 143, isImmediate: true });
  });

  test('of the same kind within 100 ms is the same kill', async () => {
    const one = play(stoppable());
    await one.advance(10_000);

    one.kill(sigint);
    await one.advance(50);
    one.kill(sigint);
    const end = await one.end();

    expect(end).toMatchObject({ code: 130, isImmediate: false });
  });

  test('of the same kind later ends the command', async () => {
    const one = play(stoppable({ hold: () => noHold }));
    await one.advance(10_000);

    one.kill(sigint);
    await one.advance(200);
    one.kill(sigint);

    expect(await one.end()).toMatchObject({ code: 130, isImmediate: true });
  });

  test.for([
    { first: 'the end of the parent', kill: parentGone },
    { first: 'nothing', kill: undefined },
  ])('is needed after $first, too', async ({ kill }) => {
    const one = play(stoppable({ hold: () => noHold }));
    await one.advance(10_000);

    if (kill) one.kill(kill);
    one.kill(sigint);
    await one.advance(1_000);

    expect(one.hasEnded()).toBe(false);
    expect(one.secondsOf('stop')).toEqual([10]);
    one.kill(sigint);
    expect(await one.end()).toMatchObject({ code: 130, isImmediate: true });
  });

  test('is not the end of the parent', async () => {
    const one = play(stoppable());
    await one.advance(10_000);

    one.kill(sigint);
    one.kill(parentGone);

    expect(await one.end()).toMatchObject({ code: 130, isImmediate: false });
  });
});

describe('--timeout', () => {
  const plan = { timeout: { text: '10s', ms: 10_000 } };

  test('stops the run and ends with 124', async () => {
    const one = play(stoppable(), plan);

    const end = await one.end();

    expect(one.calls.filter(({ of }) => of === 'stop')).toMatchObject([
      { second: 10, reason: 'timeout of 10s', cause: 'timeout' },
    ]);
    expect(end).toMatchObject({ code: 124, source: 'timeout of 10s; stop proven' });
  });

  test('and a signal end with the code of the signal', async () => {
    const one = play(stoppable({ hold: () => ({ afterMs: 15_000, outcome: proven }) }), plan);
    await one.advance(11_000);

    one.kill(sigint);
    const end = await one.end();

    expect(end).toMatchObject({ code: 130, isImmediate: false });
    expect(one.secondsOf('stop')).toEqual([10]);
  });

  test('that is not reached changes nothing', async () => {
    const one = play(
      stoppable({ hold: () => ({ afterMs: 9_000, outcome: answered(aRun(anEnd)) }) }),
      plan,
    );

    expect(await one.end()).toMatchObject({ code: 0 });
  });
});

describe('a kill during the start', () => {
  test('waits for the answer of the start, and stops then', async () => {
    const one = play(stoppable({ start: () => ({ afterMs: 3_000, outcome: started }) }));
    await one.advance(1_000);

    one.kill(sigint);
    await one.end();

    expect(one.secondsOf('stop')).toEqual([3]);
    expect(one.lines[0]).toBe(
      '02:13:01 SIGINT received: the start has no answer yet; the run is stopped if it was started',
    );
  });

  test('whose answer is lost looks up the run, and starts nothing', async () => {
    const one = play(
      stoppable({
        start: () => ({ afterMs: 3_000, outcome: lost }),
        find: ({ count }) => (count < 3 ? answered(aRun(), 404) : started),
      }),
    );
    await one.advance(1_000);

    one.kill(sigint);
    const end = await one.end();

    expect(one.secondsOf('start')).toEqual([0]);
    expect(one.secondsOf('find')).toEqual([3, 8, 13]);
    expect(one.secondsOf('stop')).toEqual([13]);
    expect(end).toMatchObject({ code: 130, source: 'SIGINT received; stop proven' });
  });

  test('that was never written ends after half a minute', async () => {
    const one = play(
      stoppable({
        start: () => ({ afterMs: 3_000, outcome: lost }),
        find: () => answered(aRun(), 404),
      }),
    );
    await one.advance(1_000);

    one.kill(sigint);
    const end = await one.end();

    expect(end).toMatchObject({ code: 130, source: 'SIGINT received; nothing was started' });
    expect(Math.max(...one.secondsOf('find'))).toBe(38);
  });

  test('that was never sent ends at once', async () => {
    const one = play(stoppable({ start: () => unreached }));
    await one.advance(10_000);

    one.kill(sigint);
    const end = await one.end();

    expect(end).toMatchObject({ code: 130, source: 'SIGINT received; nothing was started' });
    expect(one.secondsOf('find')).toEqual([]);
  });

  test('whose look-up is refused says that the outcome is not known', async () => {
    const one = play(
      stoppable({ start: () => ({ afterMs: 3_000, outcome: lost }), find: () => refusal }),
    );
    await one.advance(1_000);

    one.kill(sigint);
    const end = await one.end();

    expect(end.code).toBe(130);
    expect(end.source).toContain('its outcome is not known');
  });
});

describe('the command stop', () => {
  const plan = { kind: 'stop', name: 'PAY_EOD-r1620t1-ACE', reason: 'wrong date' } as const;

  test('sends the stop first, with its reason, and waits for the proof', async () => {
    const one = play(stoppable({ hold: () => ({ afterMs: 2_000, outcome: proven }) }), plan);

    const end = await one.end();

    expect(one.calls[0]).toMatchObject({
      of: 'stop',
      second: 0,
      reason: 'wrong date',
      cause: 'person',
    });
    expect(end).toMatchObject({ code: 0, source: 'stop proven' });
  });

  test('ends with 1 if the stop is parked', async () => {
    const stop = aStop('parked', ['arn:child']);
    const one = play(stoppable({ hold: () => answered(aRun({ rev: '3', stop })) }), plan);

    expect(await one.end()).toMatchObject({ code: 1, source: 'stop not proven' });
  });

  test('with --no-wait ends as soon as the stop is accepted', async () => {
    const one = play(stoppable(), { ...plan, isDetached: true });

    expect(await one.end()).toMatchObject({ code: 0 });
    expect(one.calls.map(({ of }) => of)).toEqual(['stop']);
  });

  test('ends with the code of the API if it is refused', async () => {
    const one = play(stoppable({ stop: () => refusal }), plan);

    expect(await one.end()).toMatchObject({ code: 77, errors: ['error: not allowed'] });
  });

  test('ends with 0 if the run had ended', async () => {
    const one = play(stoppable({ stop: () => answered(aRun(anEnd)) }), plan);

    expect(await one.end()).toMatchObject({ code: 0, source: 'the run had ended before' });
  });

  test('ends at once after a signal: the stop goes on in the bridge', async () => {
    const one = play(stoppable({ hold: () => noHold }), plan);
    await one.advance(5_000);

    one.kill(sigint);

    expect(await one.end()).toMatchObject({ code: 130, isImmediate: true });
  });
});
