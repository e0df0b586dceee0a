import type { Retrier } from './invoke-plan.ts';

/** Errors of a task that took too long. */
const timeouts: readonly string[] = ['States.Timeout', 'States.HeartbeatTimeout'];

/** Counts the retries of one Task state, each retrier for itself. */
export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #used = new Map<Retrier, number>();

  constructor(retriers: readonly Retrier[]) {
    this.#retriers = retriers;
  }

  /**
   * The delay until the next attempt, in milliseconds; undefined if the state fails. The first
   * retrier that names the error decides (Amazon States Language, "Retrying after error").
   */
  take(error: string): number | undefined {
    const retrier = this.#retriers.find((one) =>
      one.ErrorEquals.some((name) => names(name, error)),
    );
    if (retrier === undefined) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    const { MaxAttempts = 3, IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds } = retrier;
    if (used >= MaxAttempts) return undefined;
    this.#used.set(retrier, used + 1);
    const seconds = IntervalSeconds * BackoffRate ** used;
    return Math.min(seconds, MaxDelaySeconds ?? seconds) * 1_000;
  }
}

/**
 * Whether an error name of a retrier includes an error. Documented (developer guide, "Handling
 * errors"): `States.TaskFailed` includes every error but a timeout, `States.Timeout` includes
 * missing heartbeats. That `States.TaskFailed` excludes missing heartbeats is inferred.
 */
function names(name: string, error: string): boolean {
  if (name === error || name === 'States.ALL') return true;
  if (name === 'States.TaskFailed') return !timeouts.includes(error);
  return name === 'States.Timeout' && timeouts.includes(error);
}
