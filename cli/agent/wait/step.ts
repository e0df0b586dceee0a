import type { RunAnswer } from '../../../lambda/launch/api.ts';
import type { ApiOutcome } from '../api/outcome.ts';
import { onHold, onPoll, takeAnswer } from './follow.ts';
import { describeHour } from './lines.ts';
import { onFind, onStart, stopStart } from './starting.ts';
import {
  continueWith,
  print,
  stay,
  type WaitCall,
  type WaitInput,
  type WaitMoment,
  type WaitReply,
  type WaitState,
  type WaitStep,
} from './state.ts';
import {
  acceptStop,
  beginStop,
  limitStop,
  onKill,
  onStopFailure,
  sendStop,
  toStopLimit,
} from './stopping.ts';
import { waitLimits } from './wait-limits.ts';

/**
 * Decides what the waiting command does next. Pure: requests, time and output are effects.
 *
 * At most one request that starts or follows the run is in flight, and besides it a stop.
 */
export function takeStep(state: WaitState, input: WaitInput, moment: WaitMoment): WaitStep {
  if (state.end) return stay(state);
  const checks = [beginTimeout, printHour, limitStop, stopStart, sendStop, sendMain];
  return checks.reduce(
    (step, check) => continueWith(step, (next) => check(next, moment)),
    applyInput(state, input, moment),
  );
}

/** When the next step is due without any input, in milliseconds. */
export function toNextWake({ plan, beganAt, main, stop, reportAt, name }: WaitState): number {
  const request = stop?.request;
  return Math.min(
    reportAt,
    main.kind === 'due' ? main.at : Number.POSITIVE_INFINITY,
    stop === undefined && plan.timeout ? beganAt + plan.timeout.ms : Number.POSITIVE_INFINITY,
    stop ? toStopLimit(stop) : Number.POSITIVE_INFINITY,
    request?.kind === 'due' && name !== undefined ? request.at : Number.POSITIVE_INFINITY,
    (request?.kind === 'sent' ? request.repeatAt : undefined) ?? Number.POSITIVE_INFINITY,
  );
}

function applyInput(state: WaitState, input: WaitInput, moment: WaitMoment): WaitStep {
  switch (input.kind) {
    case 'time':
      return stay(state);
    case 'kill':
      return onKill(state, input.kill, moment);
    case 'reply':
      return applyReply(state, input.reply, moment);
    default:
      return input satisfies never;
  }
}

function applyReply(state: WaitState, reply: WaitReply, moment: WaitMoment): WaitStep {
  switch (reply.of) {
    case 'start':
      return onStart(state, reply.outcome, moment);
    case 'find':
      return onFind(state, reply.outcome, moment);
    case 'poll':
      return onPoll(state, reply.outcome, moment);
    case 'hold':
      return onHold(state, reply.outcome, moment);
    case 'stop':
      return onStop(state, reply.outcome, moment);
    default:
      return reply satisfies never;
  }
}

function onStop(state: WaitState, outcome: ApiOutcome<RunAnswer>, moment: WaitMoment): WaitStep {
  if (outcome.kind !== 'answer') return onStopFailure(state, outcome, moment);
  const step = takeAnswer(acceptStop(state, moment), outcome, moment);
  // The proof is near: a request that was due later is sent now if it can be held, else at the pace
  // of this answer.
  return continueWith(step, (next) => {
    const { main } = next;
    const at = moment.now + (moment.now >= next.holdAt ? 0 : next.paceMs);
    return stay(main.kind === 'due' && main.at > at ? { ...next, main: { ...main, at } } : next);
  });
}

function beginTimeout(state: WaitState, moment: WaitMoment): WaitStep {
  const { timeout } = state.plan;
  const isDue = timeout !== undefined && moment.now >= state.beganAt + timeout.ms;
  if (!isDue || state.stop) return stay(state);
  const reason = `timeout of ${timeout.text}`;
  return beginStop(state, { kind: 'timeout', code: timeoutCode, reason }, moment);
}

/** As the command `timeout` of the GNU coreutils. */
const timeoutCode = 124;

function printHour(state: WaitState, { now }: WaitMoment): WaitStep {
  if (now < state.reportAt) return stay(state);
  const reportAt = state.reportAt + waitLimits.hourMs;
  return print({ ...state, reportAt }, now, [describeHour(state, now)]);
}

function sendMain(state: WaitState, { now }: WaitMoment): WaitStep {
  const { main, start } = state;
  if (main.kind !== 'due' || main.at > now) return stay(state);
  const call = toCall(state, now);
  if (call === undefined) return stay(state);
  return {
    state: {
      ...state,
      main: { kind: 'sent', of: call.of, at: now, after: 'after' in call ? call.after : undefined },
      start: call.of === 'start' ? { ...start, lastSentAt: now } : start,
    },
    effects: [{ kind: 'send', call }],
  };
}

type MainCall = Exclude<WaitCall, { readonly of: 'stop' }>;

function toCall(state: WaitState, now: number): MainCall | undefined {
  const { main, name, answer, holdAt } = state;
  if (main.of === 'start' || main.of === 'find') return { of: main.of };
  if (name === undefined) return undefined;
  const canHold = answer !== undefined && answer.state !== 'LOOKING_UP' && now >= holdAt;
  return canHold
    ? { of: 'hold', name, after: answer.rev, seconds: waitLimits.holdSeconds }
    : { of: 'poll', name, after: answer?.rev };
}
