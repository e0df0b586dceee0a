import type { AgentIo, Kill } from '../agent-io.ts';
import type { FindQuery, LaunchClient, StartBody } from '../api/launch-api.ts';
import {
  createWaitState,
  type WaitCall,
  type WaitEffect,
  type WaitEnd,
  type WaitInput,
  type WaitPlan,
  type WaitReply,
  type WaitState,
} from './state.ts';
import { takeStep, toNextWake } from './step.ts';

/** What waiting needs of its process. */
export interface WaitDeps extends Pick<AgentIo, 'clock' | 'random'> {
  readonly api: LaunchClient;
  /** `undefined` unless the plan starts a run. */
  readonly start: StartBody | undefined;
  /** Finds the run of a start without an answer. */
  readonly find: FindQuery;
  readonly onKill: (listener: (kill: Kill) => void) => Disposable;
  /** Prints a line with its instant, in milliseconds. */
  readonly print: (at: number, text: string) => void;
}

/** How the waiting ended, and its last state. */
export interface WaitResult {
  readonly end: WaitEnd;
  readonly state: WaitState;
}

/** Timers of Node.js are limited to 24.8 days. */
const maxTimerMs = 86_400_000;

/** Starts or finds the run of a plan, and waits for its end. Rejects only because of a defect. */
export function waitForRun(plan: WaitPlan, deps: WaitDeps): Promise<WaitResult> {
  const { clock, random } = deps;
  return new Promise((resolve, reject) => {
    let state = createWaitState(plan, clock.now());
    let cancelTimer = () => {};
    const kills = deps.onKill((kill) => take({ kind: 'kill', kill }));

    function take(input: WaitInput): void {
      try {
        advance(input);
      } catch (error) {
        kills[Symbol.dispose]();
        reject(error);
      }
    }

    function advance(input: WaitInput): void {
      if (state.end) return;
      const step = takeStep(state, input, { now: clock.now(), random: random() });
      state = step.state;
      for (const effect of step.effects) execute(effect);
      cancelTimer();
      if (state.end) {
        kills[Symbol.dispose]();
        resolve({ end: state.end, state });
        return;
      }
      const ms = Math.min(Math.max(toNextWake(state) - clock.now(), 0), maxTimerMs);
      cancelTimer = clock.setTimer(ms, () => take({ kind: 'time' }));
    }

    function execute(effect: WaitEffect): void {
      if (effect.kind === 'print') deps.print(effect.at, effect.text);
      else send(effect.call, deps).then((reply) => take({ kind: 'reply', reply }), reject);
    }

    take({ kind: 'time' });
  });
}

async function send(call: WaitCall, { api, start, find }: WaitDeps): Promise<WaitReply> {
  switch (call.of) {
    case 'start':
      if (start === undefined) throw new Error('the plan starts nothing');
      return { of: 'start', outcome: await api.start(start) };
    case 'poll':
      return { of: 'poll', outcome: await api.poll(call.name, call.after) };
    case 'hold':
      return { of: 'hold', outcome: await api.hold(call.name, call.after, call.seconds) };
    case 'stop':
      return {
        of: 'stop',
        outcome: await api.stop(call.name, { reason: call.reason, cause: call.cause }),
      };
    case 'find':
      return { of: 'find', outcome: await api.find(find) };
    default:
      return call satisfies never;
  }
}
