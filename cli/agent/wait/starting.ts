import { type FindAnswer, nothingStarted, type RunAnswer } from '../../../lambda/launch/api.ts';
import type { ApiOutcome } from '../api/outcome.ts';
import { followAt, takeAnswer } from './follow.ts';
import {
  continueWith,
  finish,
  type MainRequest,
  print,
  stay,
  type WaitMoment,
  type WaitState,
  type WaitStep,
} from './state.ts';
import { finishStop } from './stopping.ts';
import { type ApiFailure, clearTrouble, noteTrouble, toRetryMs, toServiceName } from './trouble.ts';
import { waitLimits } from './wait-limits.ts';

/** The answer to a start. */
export function onStart(
  state: WaitState,
  outcome: ApiOutcome<RunAnswer>,
  moment: WaitMoment,
): WaitStep {
  const { now } = moment;
  switch (outcome.kind) {
    case 'answer':
      return continueWith(takeAnswer(state, outcome, moment), (next) =>
        stay(followAt(next, isFollowedLater(state, outcome.status) ? now + next.paceMs : now)),
      );
    case 'refused':
      return finishRefused(state, outcome);
    case 'busy':
      return onBusyStart(state, outcome, moment);
    case 'throttled':
    case 'failed':
      return onFailedStart(state, outcome, moment);
    default:
      return outcome satisfies never;
  }
}

/**
 * Polled at the pace of the answer: an outcome that is looked up (202), and a new run in direct mode,
 * because commands that were started together would call AWS at the same instant.
 */
function isFollowedLater({ plan }: WaitState, status: number): boolean {
  return status === 202 || (status === 201 && plan.isDirect === true);
}

/** The answer to a look-up of a lost start, after a kill. */
export function onFind(
  state: WaitState,
  outcome: ApiOutcome<FindAnswer>,
  moment: WaitMoment,
): WaitStep {
  const { now } = moment;
  if (outcome.kind === 'refused') return finishRefused(state, outcome);
  if (outcome.kind !== 'answer') {
    return continueWith(noteTrouble(state, outcome, moment), (next) =>
      stay(dueAt(next, 'find', now + toRetryMs(outcome, next.trouble?.failures ?? 1, moment))),
    );
  }
  const { launchId: wanted } = state.plan;
  // An API without the field shows the newest run first.
  const run = outcome.body.runs.find(
    ({ launchId = wanted }) => wanted === undefined || launchId === wanted,
  );
  if (run !== undefined) {
    const found = { ...outcome, status: 201, body: run };
    return continueWith(takeAnswer(state, found, moment), (next) => stay(followAt(next, now)));
  }
  if (now - state.start.lastSentAt < waitLimits.findMs) {
    return stay(dueAt(state, 'find', now + findPaceMs));
  }
  return finishNotStarted({ ...state, start: { ...state.start, mayExist: false } });
}

const findPaceMs = 5_000;

/** A start that has not been answered when the stop begins: looked up, or not sent at all. */
export function stopStart(state: WaitState, { now }: WaitMoment): WaitStep {
  const { stop, main, name } = state;
  const isStart = main.kind === 'due' && main.of === 'start';
  if (stop === undefined || name !== undefined || !isStart) return stay(state);
  return state.start.mayExist ? stay(dueAt(state, 'find', now)) : finishNotStarted(state);
}

function dueAt(
  state: WaitState,
  of: Extract<MainRequest, { readonly kind: 'due' }>['of'],
  at: number,
): WaitState {
  return { ...state, main: { kind: 'due', of, at } };
}

function onBusyStart(
  state: WaitState,
  busy: Extract<ApiFailure, { readonly kind: 'busy' }>,
  moment: WaitMoment,
): WaitStep {
  const { words, hadNoEffect } = busy;
  return continueWith(clearTrouble(state, moment), (cleared) => {
    const at = moment.now + toRetryMs(busy, 1, moment);
    const mayExist = cleared.start.mayExist || !hadNoEffect;
    const next = { ...dueAt(cleared, 'start', at), start: { ...cleared.start, words, mayExist } };
    return words === cleared.start.words
      ? stay(next)
      : print(next, moment.now, [`not started yet: ${words}; the command tries again`]);
  });
}

function onFailedStart(
  state: WaitState,
  failure: Extract<ApiFailure, { readonly kind: 'failed' | 'throttled' }>,
  moment: WaitMoment,
): WaitStep {
  const { now } = moment;
  const mayExist = state.start.mayExist || (failure.kind === 'failed' && failure.isSent);
  const since = state.trouble?.since ?? now;
  if (failure.kind === 'failed' && !mayExist && now - since >= waitLimits.notReachedMs) {
    const service = toServiceName(state.plan);
    return finish(state, {
      code: nothingStarted.notReached,
      source: `${service} was not reached; nothing was started`,
      errors: [`error: ${service} was not reached: ${failure.reason}`],
    });
  }
  const noted = noteTrouble({ ...state, start: { ...state.start, mayExist } }, failure, moment);
  return continueWith(noted, (next) =>
    stay(dueAt(next, 'start', now + toRetryMs(failure, next.trouble?.failures ?? 1, moment))),
  );
}

function finishRefused(
  state: WaitState,
  { exit, lines }: Extract<ApiFailure, { readonly kind: 'refused' }>,
): WaitStep {
  const source = state.start.mayExist
    ? 'a start was sent before, and its outcome is not known'
    : 'nothing was started';
  return state.stop
    ? finishStop(state, state.stop, { source, errors: lines, commandCode: exit })
    : finish(state, { code: exit, source, errors: lines });
}

function finishNotStarted(state: WaitState): WaitStep {
  const { stop } = state;
  const end = { source: 'nothing was started', commandCode: nothingStarted.notReached };
  return stop ? finishStop(state, stop, end) : stay(state);
}
