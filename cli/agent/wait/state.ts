import type { FindAnswer, RunAnswer, StopRequest } from '../../../lambda/launch/api.ts';
import type { Kill } from '../agent-io.ts';
import type { ApiOutcome } from '../api/outcome.ts';
import { waitLimits } from './wait-limits.ts';

/** What the command is to do; it does not change. */
export interface WaitPlan {
  readonly kind:
    | 'start'
    /** A job waits for a run that exists. */
    | 'attach'
    /** A person waits for a run that exists. The run goes on when the command ends. */
    | 'observe'
    /** Stops a run that exists, and waits for the proof. */
    | 'stop';
  /** Name of the run. `undefined` until a start is answered. */
  readonly name: string | undefined;
  readonly target: string | undefined;
  /**
   * Id of the start, if it is one with `--again`: the same identity may have an earlier run, which is
   * not stopped in its place. @default - the run of the identity is looked up
   */
  readonly launchId?: string | undefined;
  /** Ends as soon as the start is known, or the stop accepted. */
  readonly isDetached: boolean;
  /** Which runs print their log after the end; it begins with the diagnosis. @default - none */
  readonly logs?: 'all' | 'failed' | 'none';
  readonly timeout: { readonly text: string; readonly ms: number } | undefined;
  /** Reason of the stop, for `stop`. */
  readonly reason: string;
  /**
   * True if this process calls AWS itself: no request is held, and nothing goes on after its end.
   * @default false
   */
  readonly isDirect?: boolean;
  /** Advice that names the command to continue with. */
  readonly describeResume: (name: string) => string;
}

/** A request of the waiting command. */
export type WaitCall =
  | { readonly of: 'start' }
  | { readonly of: 'poll'; readonly name: string; readonly after: string | undefined }
  | { readonly of: 'hold'; readonly name: string; readonly after: string; readonly seconds: number }
  | ({ readonly of: 'stop'; readonly name: string } & Required<StopRequest>)
  /** Looks up the run of a start whose outcome is unknown. Starts nothing. */
  | { readonly of: 'find' };

/** The outcome of a request. */
export type WaitReply =
  | {
      readonly of: 'start' | 'poll' | 'hold' | 'stop';
      readonly outcome: ApiOutcome<RunAnswer>;
    }
  | { readonly of: 'find'; readonly outcome: ApiOutcome<FindAnswer> };

/** An event for the waiting command: its time has come, an answer, or a kill. */
export type WaitInput =
  | { readonly kind: 'time' }
  | { readonly kind: 'reply'; readonly reply: WaitReply }
  | { readonly kind: 'kill'; readonly kill: Kill };

/** What the waiting command does next. */
export type WaitEffect =
  | { readonly kind: 'send'; readonly call: WaitCall }
  /** A line with its instant, in milliseconds. */
  | { readonly kind: 'print'; readonly at: number; readonly text: string };

/** How the waiting ended. */
export interface WaitEnd {
  readonly code: number;
  /** Source of the code, for the last line. */
  readonly source: string;
  /** Lines for stderr: nothing was started, or the run could not be followed. */
  readonly errors: readonly string[];
  /** True if the run has ended, so that its log may be printed. */
  readonly hasEnded: boolean;
  /** A second signal: nothing more is to be done. */
  readonly isImmediate: boolean;
}

/** The one request that starts or follows the run. */
export type MainRequest =
  | { readonly kind: 'due'; readonly of: 'start' | 'find' | 'follow'; readonly at: number }
  | {
      readonly kind: 'sent';
      readonly of: 'start' | 'find' | 'poll' | 'hold';
      readonly at: number;
      /** The revision whose change a held request waits for. */
      readonly after: string | undefined;
    };

/** A series of failed requests. An answer ends it. */
export interface Trouble {
  readonly since: number;
  readonly failures: number;
  /** True after it has been printed. */
  readonly isReported: boolean;
  readonly reason: string;
}

/** A start whose answer is missing. */
export interface StartState {
  /** True once a start may have been received and its outcome is not known. */
  readonly mayExist: boolean;
  readonly lastSentAt: number;
  /** The last words of a busy answer, printed once. */
  readonly words: string;
}

/** Why the run is to be stopped, and the exit code of that. */
export interface WaitStopCause {
  readonly kind: 'signal' | 'parentGone' | 'timeout' | 'command';
  readonly code: number;
  /** For the launch row and the last line. */
  readonly reason: string;
}

/** A stop, from its cause to its proof. */
export interface StopState {
  readonly cause: WaitStopCause;
  readonly causedAt: number;
  readonly request:
    | { readonly kind: 'due'; readonly at: number }
    /** Sent a second time at `repeatAt`, on another connection. */
    | { readonly kind: 'sent'; readonly repeatAt: number | undefined }
    | { readonly kind: 'accepted'; readonly at: number };
  readonly failures: number;
  /** The last printed state of the proof. */
  readonly printed: string;
}

/** State of the waiting command. */
export interface WaitState {
  readonly plan: WaitPlan;
  readonly beganAt: number;
  readonly main: MainRequest;
  readonly start: StartState;
  readonly name: string | undefined;
  /** The newest answer. */
  readonly answer: RunAnswer | undefined;
  readonly answeredAt: number;
  /** Time between two polls, as the API asks for. */
  readonly paceMs: number;
  /** Keys of printed changes, and of the console link. */
  readonly printed: readonly string[];
  readonly trouble: Trouble | undefined;
  /** When to try a held request again, and the next longer delay. */
  readonly holdAt: number;
  readonly holdDelayMs: number;
  readonly stop: StopState | undefined;
  readonly signals: readonly { readonly signal: string; readonly at: number }[];
  /** When the next hourly line is due. */
  readonly reportAt: number;
  readonly end: WaitEnd | undefined;
}

/** The next state and what to do. */
export interface WaitStep {
  readonly state: WaitState;
  readonly effects: readonly WaitEffect[];
}

/** Time and chance of one step. */
export interface WaitMoment {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** From 0 to 1. */
  readonly random: number;
}

/** Starts the plan. The first request is due at once. */
export function createWaitState(plan: WaitPlan, now: number): WaitState {
  return {
    plan,
    beganAt: now,
    main: toFirstRequest(plan, now),
    start: { mayExist: false, lastSentAt: now, words: '' },
    name: plan.name,
    answer: undefined,
    answeredAt: now,
    paceMs: defaultPaceMs,
    printed: [],
    trouble: undefined,
    holdAt: plan.isDirect ? Number.POSITIVE_INFINITY : now,
    holdDelayMs: waitLimits.firstHoldDelayMs,
    stop: plan.kind === 'stop' ? createStop(toCommandCause(plan.reason), now) : undefined,
    signals: [],
    reportAt: now + waitLimits.hourMs,
    end: undefined,
  };
}

/** A stop whose request is due at once. */
export function createStop(cause: WaitStopCause, now: number): StopState {
  return { cause, causedAt: now, request: { kind: 'due', at: now }, failures: 0, printed: '' };
}

/** A stop is sent first; it answers as a poll does. */
function toFirstRequest({ kind }: WaitPlan, now: number): MainRequest {
  if (kind === 'start') return { kind: 'due', of: 'start', at: now };
  return { kind: 'due', of: 'follow', at: kind === 'stop' ? now + defaultPaceMs : now };
}

function toCommandCause(reason: string): WaitStopCause {
  return { kind: 'command', code: 1, reason };
}

/** Used until an answer says otherwise. */
const defaultPaceMs = 15_000;

/** A step without effects. */
export function stay(state: WaitState): WaitStep {
  return { state, effects: [] };
}

/** Continues a step, unless the waiting has ended. */
export function continueWith(step: WaitStep, next: (state: WaitState) => WaitStep): WaitStep {
  if (step.state.end) return step;
  const { state, effects } = next(step.state);
  return { state, effects: [...step.effects, ...effects] };
}

/** Prints lines. */
export function print(state: WaitState, at: number, texts: readonly string[]): WaitStep {
  return { state, effects: texts.map((text) => ({ kind: 'print', at, text })) };
}

/** Ends the waiting. */
export function finish(
  state: WaitState,
  end: Pick<WaitEnd, 'code' | 'source'> & Partial<WaitEnd>,
): WaitStep {
  const rest = { errors: [], hasEnded: false, isImmediate: false };
  return stay({ ...state, end: { ...rest, ...end } });
}
