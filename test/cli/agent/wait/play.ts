import type { Kill } from '../../../../cli/agent/agent-io.ts';
import type { LaunchClient } from '../../../../cli/agent/api/launch-api.ts';
import type { ApiOutcome } from '../../../../cli/agent/api/outcome.ts';
import type { WaitEnd, WaitPlan } from '../../../../cli/agent/wait/state.ts';
import { waitForRun } from '../../../../cli/agent/wait/wait-for-run.ts';
import type { RunAnswer } from '../../../../lambda/launch/api.ts';
import { createVirtualClock, testStart } from '../virtual-clock.ts';

/** A request of the command in a test. */
export interface PlayedCall {
  readonly of: 'start' | 'poll' | 'hold' | 'stop' | 'find';
  /** Seconds since the start of the test. */
  readonly second: number;
  /** Number of the requests of its kind, from 1. */
  readonly count: number;
  readonly after?: string | undefined;
  readonly reason?: string;
  readonly cause?: string;
}

/** The answer to a request, at once or after a time. */
export type PlayedAnswer =
  | ApiOutcome<RunAnswer>
  | { readonly afterMs: number; readonly outcome: ApiOutcome<RunAnswer> };

/** A command that waits on a clock that the test moves. */
export interface Play {
  readonly calls: readonly PlayedCall[];
  /** Seconds of the requests of a kind. */
  readonly secondsOf: (of: PlayedCall['of']) => readonly number[];
  readonly lines: readonly string[];
  readonly kill: (kill: Kill) => void;
  readonly advance: (ms: number) => Promise<void>;
  /** Moves the clock until the command ends. */
  readonly end: () => Promise<WaitEnd>;
  readonly hasEnded: () => boolean;
}

/** Builds an answer about the run of the tests. */
export function aRun(fields: Partial<RunAnswer> = {}, ...texts: readonly string[]): RunAnswer {
  return Object.freeze({
    version: '1.0',
    name: 'PAY_EOD-r1620t1-ACE',
    target: 'settlement',
    caller: 'agents',
    state: 'STARTED',
    requestedAt: '2026-11-20T02:13:00Z',
    rev: '1',
    retryAfter: 3,
    changes: texts.map((text, at) => ({ at: `2026-11-20T02:13:0${at}Z`, text })),
    ...fields,
  });
}

/** An answer with its status. */
export function answered(body: RunAnswer, status = 200): ApiOutcome<RunAnswer> {
  return { kind: 'answer', status, body, retryAfterMs: undefined };
}

/** The end of a run. */
export const anEnd: Partial<RunAnswer> = {
  state: 'ENDED',
  status: 'SUCCEEDED',
  exit: { code: 0, source: 'status SUCCEEDED' },
  rev: '9',
};

export const lost: ApiOutcome<RunAnswer> = {
  kind: 'failed',
  reason: 'connection closed',
  isSent: true,
};
export const unreached: ApiOutcome<RunAnswer> = {
  kind: 'failed',
  reason: 'connection refused',
  isSent: false,
};
export const throttled: ApiOutcome<RunAnswer> = { kind: 'throttled', retryAfterMs: undefined };
export const missing: ApiOutcome<RunAnswer> = {
  kind: 'refused',
  status: 403,
  exit: 77,
  lines: ['error: not an answer of the launch API: HTTP 403'],
  isFinal: false,
};

/** Starts a command whose requests are answered by a function. `random` is always 1. */
export function play(
  answer: (call: PlayedCall) => PlayedAnswer,
  given: Partial<WaitPlan> = {},
): Play {
  const clock = createVirtualClock();
  const calls: PlayedCall[] = [];
  const lines: string[] = [];
  const listeners = new Set<(kill: Kill) => void>();
  let end: WaitEnd | undefined;

  async function call(of: PlayedCall['of'], rest: Partial<PlayedCall> = {}) {
    const count = calls.filter((one) => one.of === of).length + 1;
    const second = (clock.now() - testStart) / 1_000;
    const played = { of, second, count, ...rest };
    calls.push(played);
    const given = answer(played);
    if (!('afterMs' in given)) return given;
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.setTimer(given.afterMs, resolve);
    await promise;
    return given.outcome;
  }

  const api: LaunchClient = {
    start: () => call('start'),
    poll: (_, after) => call('poll', { after }),
    hold: (_, after) => call('hold', { after }),
    stop: (_, request) => call('stop', request),
    find: async () => {
      const outcome = await call('find');
      if (outcome.kind !== 'answer') return outcome;
      const runs = outcome.status === 404 ? [] : [outcome.body];
      return { ...outcome, body: { version: '1.0', by: 'ledger', runs } };
    },
    log: () => Promise.reject(new Error('not used')),
    restart: () => Promise.reject(new Error('not used')),
    planRestart: () => Promise.reject(new Error('not used')),
    close: () => undefined,
  };
  const plan: WaitPlan = {
    kind: 'start',
    name: undefined,
    target: 'settlement',
    isDetached: false,
    timeout: undefined,
    reason: 'by hand',
    describeResume: (name) => `continue with --attach ${name}`,
    ...given,
  };
  void waitForRun(plan, {
    api,
    clock,
    random: () => 1,
    start: { request: { target: 'settlement' }, input: undefined },
    find: {},
    onKill(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    print: (at, text) => void lines.push(`${new Date(at).toISOString().slice(11, 19)} ${text}`),
  }).then((result) => {
    end = result.end;
  });

  return {
    calls,
    lines,
    secondsOf: (of) => calls.filter((one) => one.of === of).map(({ second }) => second),
    kill: (kill) => {
      for (const listener of listeners) listener(kill);
    },
    advance: clock.advance,
    hasEnded: () => end !== undefined,
    async end() {
      while (end === undefined && (await clock.runNext())) {
        // The next timer decides.
      }
      if (end === undefined) throw new Error('the command waits for an answer that never comes');
      return end;
    },
  };
}
