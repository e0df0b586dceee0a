import type { RunAnswer } from '../../../lambda/launch/api.ts';
import type { ApiOutcome } from '../api/outcome.ts';
import { describeFirstAnswer, describeRunEnd, isRunOver, toTextLines } from './lines.ts';
import {
  continueWith,
  finish,
  print,
  stay,
  type WaitMoment,
  type WaitState,
  type WaitStep,
} from './state.ts';
import { decideStop, printProof } from './stopping.ts';
import { type ApiFailure, clearTrouble, noteTrouble, toRetryMs } from './trouble.ts';
import { waitLimits } from './wait-limits.ts';

type RunOutcome = ApiOutcome<RunAnswer>;
type RunSuccess = Extract<RunOutcome, { readonly kind: 'answer' }>;

/** The answer to a poll. The first one, of an attached run, may be followed by a hold at once. */
export function onPoll(state: WaitState, outcome: RunOutcome, moment: WaitMoment): WaitStep {
  if (outcome.kind !== 'answer') return onFollowFailure(state, outcome, moment);
  const isFirst = state.answer === undefined;
  return continueWith(takeAnswer(state, outcome, moment), (next) =>
    stay(followAt(next, moment.now + (isFirst ? 0 : next.paceMs))),
  );
}

/**
 * The answer to a held request. A refused or failed one is answered with a poll at the usual pace,
 * and is not tried again for a while.
 */
export function onHold(state: WaitState, outcome: RunOutcome, moment: WaitMoment): WaitStep {
  const { now } = moment;
  if (outcome.kind === 'refused' && outcome.status === 401) {
    return onFollowFailure(state, outcome, moment);
  }
  if (outcome.kind !== 'answer') {
    const delayMs = state.holdDelayMs * (0.75 + moment.random / 2);
    const next: WaitState = {
      ...state,
      holdAt: now + delayMs,
      holdDelayMs: Math.min(state.holdDelayMs * 2, waitLimits.maxHoldDelayMs),
    };
    return stay(followAt(next, Math.max(now, state.answeredAt + state.paceMs)));
  }
  const { main } = state;
  // The answer to a stop may have shown the change already, so its revision does not count.
  const hasChanged = main.kind === 'sent' && outcome.body.rev !== main.after;
  const wasHeld = hasChanged || now - main.at >= waitLimits.minHoldMs;
  const step = takeAnswer(state, outcome, moment);
  return continueWith(step, (next) =>
    stay({
      ...followAt(next, wasHeld ? now : now + next.paceMs),
      holdDelayMs: waitLimits.firstHoldDelayMs,
    }),
  );
}

/** Takes over an answer: prints what is new in it, and ends the waiting if it is the last one. */
export function takeAnswer(state: WaitState, outcome: RunSuccess, moment: WaitMoment): WaitStep {
  const step = continueWith(clearTrouble(state, moment), (next) =>
    printFirst(next, outcome, moment),
  );
  const taken = continueWith(step, (next) => stay(mergeAnswer(next, outcome, moment)));
  const printed = continueWith(taken, (next) => printChanges(next, outcome.body, moment));
  const proof = continueWith(printed, (next) => printProof(next, moment));
  return continueWith(proof, (next) => decide(next, moment));
}

/** The next request that follows the run. */
export function followAt(state: WaitState, at: number): WaitState {
  return { ...state, main: { kind: 'due', of: 'follow', at } };
}

function printFirst(state: WaitState, outcome: RunSuccess, { now }: WaitMoment): WaitStep {
  if (state.answer !== undefined || state.plan.kind === 'stop') return stay(state);
  const { kind } = state.plan;
  const status = kind === 'attach' || kind === 'observe' ? 'attached' : outcome.status;
  return print(state, now, [describeFirstAnswer(outcome.body, status)]);
}

/** Answers of two requests may arrive in the wrong order: an end and a stop are kept. */
function mergeAnswer(state: WaitState, outcome: RunSuccess, { now }: WaitMoment): WaitState {
  const { answer: known } = state;
  const { body, retryAfterMs } = outcome;
  const stop = body.stop ?? known?.stop;
  const newest = known !== undefined && isRunOver(known) && !isRunOver(body) ? known : body;
  const seconds =
    body.retryAfter ?? (retryAfterMs === undefined ? undefined : retryAfterMs / 1_000);
  return {
    ...state,
    name: body.name,
    answer: { ...newest, ...(stop && { stop }) },
    answeredAt: now,
    paceMs: seconds === undefined ? state.paceMs : toPaceMs(seconds),
  };
}

function toPaceMs(seconds: number): number {
  return Math.min(Math.max(seconds, 1), 300) * 1_000;
}

const maxPrinted = 500;

function printChanges(state: WaitState, answer: RunAnswer, { now }: WaitMoment): WaitStep {
  const keyOf = ({ at, text }: RunAnswer['changes'][number]) => `${at} ${text}`;
  const fresh = answer.changes.filter((change) => !state.printed.includes(keyOf(change)));
  const link = answer.console ?? '';
  const isNewLink =
    link !== '' &&
    state.plan.kind !== 'stop' &&
    !isRunOver(answer) &&
    !state.printed.includes(link);
  const keys = [...state.printed, ...fresh.map(keyOf), ...(isNewLink ? [link] : [])];
  const next: WaitState = { ...state, printed: keys.slice(-maxPrinted) };
  const changes = fresh.map(({ at, text }) => print(next, readInstant(at, now), toTextLines(text)));
  const links = isNewLink ? [print(next, now, [`console: ${link}`])] : [];
  return { state: next, effects: [...changes, ...links].flatMap(({ effects }) => effects) };
}

function readInstant(text: string, now: number): number {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? now : ms;
}

function decide(state: WaitState, moment: WaitMoment): WaitStep {
  const { answer, plan } = state;
  if (answer === undefined) return stay(state);
  if (state.stop) return decideStop(state, state.stop, moment);
  if (isRunOver(answer) && !(plan.isDetached && answer.state === 'ENDED')) {
    return finishRun(state, answer, moment);
  }
  if (plan.isDetached && answer.state !== 'LOOKING_UP') {
    return finish(state, { code: 0, source: 'the run was started; it is not waited for' });
  }
  return stay(state);
}

function finishRun(state: WaitState, answer: RunAnswer, moment: WaitMoment): WaitStep {
  const { code, source } = answer.exit ?? {
    code: 1,
    source: 'the answer of the launch API has no exit code',
  };
  const lines = describeRunEnd(answer, state.plan);
  if (answer.state === 'REFUSED') return finish(state, { code, source, errors: lines });
  const step = print(state, moment.now, lines);
  return continueWith(step, (next) => finish(next, { code, source, hasEnded: true }));
}

/** A run that exists is followed as long as the API may answer again. */
function onFollowFailure(state: WaitState, failure: ApiFailure, moment: WaitMoment): WaitStep {
  const { now } = moment;
  const since = state.trouble?.since ?? now;
  const isOverdue = now - since >= waitLimits.refusedMs;
  if (failure.kind === 'refused' && (failure.isFinal || isOverdue)) {
    return finishUnknown(state, failure);
  }
  return continueWith(noteTrouble(state, failure, moment), (next) =>
    stay(followAt(next, now + toRetryMs(failure, next.trouble?.failures ?? 1, moment))),
  );
}

function finishUnknown(
  state: WaitState,
  { exit, lines }: Extract<ApiFailure, { readonly kind: 'refused' }>,
): WaitStep {
  const name = state.name ?? '';
  const { answer, plan, stop } = state;
  const known = answer === undefined ? 'is not known' : `was ${answer.status ?? answer.state} last`;
  return finish(state, {
    code: stop ? stop.cause.code : exit,
    source: stop
      ? `${stop.cause.reason}; the end of the run is not known`
      : 'the run is not followed any more',
    errors: [
      ...lines,
      ...(answer === undefined && plan.kind !== 'start'
        ? []
        : [`run ${name} ${known}, and may still be active; ${plan.describeResume(name)}`]),
    ],
  });
}
