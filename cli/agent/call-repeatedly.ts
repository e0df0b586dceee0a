import type { AgentClock, AgentIo } from './agent-io.ts';
import type { ApiOutcome } from './api/outcome.ts';
import { toRetryMs } from './wait/trouble.ts';

const maxAttempts = 4;

/** Longest wait that a busy API may ask of a command that is not waiting for a run. */
const maxPauseMs = 15_000;

/** Repeats a call that has no answer, at most three times. Refusals are not repeated. */
export async function callRepeatedly<Body>(
  { clock, random }: Pick<AgentIo, 'clock' | 'random'>,
  call: () => Promise<ApiOutcome<Body>>,
): Promise<ApiOutcome<Body>> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await call();
    if (outcome.kind === 'answer' || outcome.kind === 'refused' || attempt === maxAttempts) {
      return outcome;
    }
    const ms = toRetryMs(outcome, attempt, { now: clock.now(), random: random() });
    await sleepMs(clock, Math.min(ms, maxPauseMs));
  }
}

/** Waits. */
export function sleepMs(clock: AgentClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(ms, resolve);
  });
}
