import { type BackoffPolicy, backoff } from '../../../autosys/backoff.ts';
import type { RunAnswer, StopRequest } from '../../../lambda/launch/api.ts';
import type { Kill, KillSignal } from '../agent-io.ts';
import { describeRunEnd, isRunOver, toTextLines } from './lines.ts';
import {
  continueWith,
  createStop,
  finish,
  print,
  type StopState,
  stay,
  type WaitEnd,
  type WaitMoment,
  type WaitState,
  type WaitStep,
  type WaitStopCause,
} from './state.ts';
import { type ApiFailure, describeApiFailure } from './trouble.ts';
import { waitLimits } from './wait-limits.ts';

const signalNumbers: Readonly<Record<KillSignal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Exit code after a signal, as shells count: 128 and its number. */
export function toSignalCode(signal: KillSignal): number {
  return 128 + signalNumbers[signal];
}

/** A signal or the end of the parent: the first begins a stop, a second signal ends the command. */
export function onKill(state: WaitState, kill: Kill, moment: WaitMoment): WaitStep {
  if (kill.kind === 'parentGone') {
    const code = toSignalCode('SIGHUP');
    const cause: WaitStopCause = {
      kind: 'parentGone',
      code,
      reason: 'the parent process has ended',
    };
    return state.stop ? stay(state) : beginStop(state, cause, moment);
  }
  const { signal } = kill;
  const last = state.signals.at(-1);
  const { now } = moment;
  if (last?.signal === signal && now - last.at < waitLimits.sameSignalMs) return stay(state);
  const next: WaitState = { ...state, signals: [...state.signals, { signal, at: now }] };
  const code = toSignalCode(signal);
  if (next.signals.length > 1 || state.plan.kind === 'stop') {
    const source = `${signal} received; the command ended at once`;
    return finish(next, { code, source, isImmediate: true });
  }
  const cause: WaitStopCause = { kind: 'signal', code, reason: `${signal} received` };
  if (next.stop === undefined) return beginStop(next, cause, moment);
  return print({ ...next, stop: { ...next.stop, cause } }, now, [
    `${signal} received; the stop goes on`,
  ]);
}

/** Begins the stop, unless a person only looks on. Its request is sent as soon as the name of the run is known. */
export function beginStop(state: WaitState, cause: WaitStopCause, { now }: WaitMoment): WaitStep {
  if (state.plan.kind === 'observe') {
    return finish(state, { code: cause.code, source: `${cause.reason}; the run goes on` });
  }
  const next: WaitState = { ...state, stop: createStop(cause, now) };
  const what =
    state.name === undefined
      ? 'the start has no answer yet; the run is stopped if it was started'
      : `${state.plan.isDirect ? 'stopping' : 'asking the bridge to stop'} run ${state.name}`;
  return print(next, now, [`${cause.reason}: ${what}`]);
}

/** Sends a stop that is due, and repeats one that has no answer on another connection. */
export function sendStop(state: WaitState, { now }: WaitMoment): WaitStep {
  const { stop, name } = state;
  if (stop === undefined || name === undefined) return stay(state);
  const { request, cause } = stop;
  const isFirst = request.kind === 'due' && request.at <= now;
  const isRepeat =
    request.kind === 'sent' && request.repeatAt !== undefined && request.repeatAt <= now;
  if (!isFirst && !isRepeat) return stay(state);
  const repeatAt = isFirst ? now + waitLimits.stopRepeatMs : undefined;
  return {
    state: { ...state, stop: { ...stop, request: { kind: 'sent', repeatAt } } },
    effects: [{ kind: 'send', call: { of: 'stop', name, ...toStopRequest(cause) } }],
  };
}

/** A target with `onKill: leave` is stopped by a person only. */
function toStopRequest({ kind, reason }: WaitStopCause): Required<StopRequest> {
  if (kind === 'command') return { reason, cause: 'person' };
  return { reason, cause: kind === 'timeout' ? 'timeout' : 'kill' };
}

/** The stop was accepted. */
export function acceptStop(state: WaitState, { now }: WaitMoment): WaitState {
  const { stop } = state;
  if (stop === undefined || stop.request.kind === 'accepted') return state;
  return { ...state, stop: { ...stop, request: { kind: 'accepted', at: now } } };
}

/** The stop was not accepted, at least not yet. */
export function onStopFailure(state: WaitState, failure: ApiFailure, moment: WaitMoment): WaitStep {
  const { stop } = state;
  if (stop === undefined || stop.request.kind === 'accepted') return stay(state);
  if (failure.kind === 'refused' && failure.isFinal) {
    return finishStop(state, stop, {
      source: 'the stop was refused',
      errors: failure.lines,
      commandCode: failure.exit,
    });
  }
  const { now, random } = moment;
  const failures = stop.failures + 1;
  const retryMs = failures === 1 ? 0 : backoff(stopBackoff, failures - 1, random);
  const next: WaitState = {
    ...state,
    stop: { ...stop, failures, request: { kind: 'due', at: now + retryMs } },
  };
  const step =
    failures === 2
      ? print(next, now, [
          `stop not accepted yet: ${describeApiFailure(failure)}; the command tries again`,
        ])
      : stay(next);
  return continueWith(step, (after) =>
    after.stop ? decideStop(after, after.stop, moment) : stay(after),
  );
}

const stopBackoff: BackoffPolicy = { firstWaitMs: 500, maxWaitMs: 30_000 };

/** Prints the state of the proof once per state. */
export function printProof(state: WaitState, { now }: WaitMoment): WaitStep {
  const { stop, answer } = state;
  const proof = answer?.stop;
  if (stop === undefined || proof === undefined || proof.state === stop.printed) return stay(state);
  const next: WaitState = { ...state, stop: { ...stop, printed: proof.state } };
  const remaining = proof.state === 'proven' ? [] : proof.remaining;
  return print(next, now, [
    ...toTextLines(`stop ${proof.state}: ${proof.text}`),
    ...remaining.map((one) => `  may still be active: ${one}`),
  ]);
}

/** Ends the waiting once the stop is proven or parked, or there is nothing to stop. */
export function decideStop(state: WaitState, stop: StopState, moment: WaitMoment): WaitStep {
  const { answer, plan } = state;
  if (answer === undefined) return stay(state);
  if (stop.request.kind !== 'accepted') {
    return isRunOver(answer) && stop.request.kind === 'due'
      ? finishStopped(state, stop, {
          moment,
          answer,
          source: 'the run had ended before',
          commandCode: 0,
        })
      : stay(state);
  }
  const proof = answer.stop;
  if (plan.isDetached && plan.kind === 'stop') {
    return finishStop(state, stop, {
      source: 'stop accepted; its proof is not waited for',
      commandCode: 0,
    });
  }
  if (proof === undefined || proof.state === 'left') {
    return isRunOver(answer)
      ? finishStopped(state, stop, {
          moment,
          answer,
          source: 'the run had ended before',
          commandCode: 0,
        })
      : finishStop(state, stop, {
          source: 'the run was left active, as its target says',
          commandCode: 1,
        });
  }
  switch (proof.state) {
    case 'proven':
      return finishStopped(state, stop, { moment, answer, source: 'stop proven', commandCode: 0 });
    case 'parked':
      return finishStopped(state, stop, {
        moment,
        answer,
        source: 'stop not proven',
        commandCode: 1,
      });
    default:
      return stay(state);
  }
}

/** Gives up a stop that is not accepted, or not proven, within the limits. */
export function limitStop(state: WaitState, { now }: WaitMoment): WaitStep {
  const { stop } = state;
  if (stop === undefined || now < toStopLimit(stop)) return stay(state);
  const source =
    stop.request.kind === 'accepted'
      ? 'stop accepted, and neither proven nor parked in time'
      : state.plan.isDirect
        ? 'stop not accepted by AWS; the run may still be active'
        : 'stop not accepted; the bridge acts on the missing waiter by itself';
  return finishStop(state, stop, { source, errors: [`error: ${source}`], commandCode: 69 });
}

/** When a stop is given up, in milliseconds. */
export function toStopLimit({ request, causedAt }: StopState): number {
  return request.kind === 'accepted'
    ? request.at + waitLimits.notProvenMs
    : causedAt + waitLimits.stopNotAcceptedMs;
}

interface StopEnd extends Partial<Pick<WaitEnd, 'errors' | 'hasEnded'>> {
  readonly source: string;
  /** Exit code of the command `stop`. A killed command has the code of its kill. */
  readonly commandCode: number;
}

/** Ends a command that was killed or is `stop`. */
export function finishStop(
  state: WaitState,
  { cause }: StopState,
  { source, commandCode, ...end }: StopEnd,
): WaitStep {
  return cause.kind === 'command'
    ? finish(state, { code: commandCode, source, ...end })
    : finish(state, { code: cause.code, source: `${cause.reason}; ${source}`, ...end });
}

function finishStopped(
  state: WaitState,
  stop: StopState,
  { moment, answer, ...end }: StopEnd & { readonly moment: WaitMoment; readonly answer: RunAnswer },
): WaitStep {
  const hasEnded = answer.state === 'ENDED';
  const step = print(
    state,
    moment.now,
    isRunOver(answer) ? describeRunEnd(answer, state.plan) : [],
  );
  return continueWith(step, (next) => finishStop(next, stop, { ...end, hasEnded }));
}
