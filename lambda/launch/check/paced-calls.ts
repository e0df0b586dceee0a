import type { NoAnswer } from '../../aws/lookup.ts';
import type { PaceCall } from '../stop/stop-calls.ts';

/** Time limits of the part of a sweep run that checks launches. */
export interface CheckDeadline {
  /** After this instant no call starts, so that answers can still be recorded. In milliseconds. */
  readonly untilMs: number;
  /** Aborts all work shortly before the timeout of the function. */
  readonly signal: AbortSignal;
}

interface PacedCallsDeps {
  readonly now: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly perSecond: number;
}

/** Longest distance of two calls after throttling, in milliseconds. */
const maxGapMs = 10_000;

/** Creates the rate limit of one sweep run: calls at a distance, twice as far after throttling. */
export function createPacedCalls(
  { now, sleep, perSecond }: PacedCallsDeps,
  { untilMs, signal }: CheckDeadline,
): PaceCall {
  let gapMs = 1_000 / perSecond;
  let nextMs = now().getTime();
  return async function paceCall(makeCall) {
    const nowMs = now().getTime();
    // A clock that was set back must not stop the sweep run.
    const callMs = Math.min(Math.max(nowMs, nextMs), nowMs + maxGapMs);
    nextMs = callMs + gapMs;
    if (callMs >= untilMs || signal.aborted) return toTimeOver();
    if (callMs > nowMs) await sleep(callMs - nowMs, signal).catch(() => undefined);
    if (signal.aborted) return toTimeOver();
    const answer = await makeCall();
    if (answer.kind === 'throttled') {
      gapMs = Math.min(maxGapMs, gapMs * 2);
      nextMs = Math.max(nextMs, now().getTime() + gapMs);
    }
    return answer;
  };
}

function toTimeOver(): NoAnswer {
  return { kind: 'unavailable', reason: 'the time of this sweep run was over' };
}
