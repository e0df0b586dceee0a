/** The retry strategy of a job or job definition. */
export interface BatchRetryStrategy {
  /** 1 to 10. */
  readonly attempts?: number | undefined;
  readonly evaluateOnExit?: readonly BatchExitCondition[] | undefined;
}

/** A condition on a failed attempt. Every pattern that it has must match. */
export interface BatchExitCondition {
  readonly onStatusReason?: string | undefined;
  readonly onReason?: string | undefined;
  readonly onExitCode?: string | undefined;
  /** In any case. */
  readonly action: string;
}

/** What a condition looks at. */
interface FailedAttempt {
  readonly statusReason: string;
  readonly reason: string | undefined;
  readonly exitCode: number | undefined;
}

/**
 * Whether a failed attempt is followed by another one. The first matching condition decides;
 * without a match the job is retried (API reference, RetryStrategy).
 *
 * @param made number of attempts so far
 */
export function isRetried(
  strategy: BatchRetryStrategy,
  made: number,
  failed: FailedAttempt,
): boolean {
  if (made >= (strategy.attempts ?? 1)) return false;
  const decisive = (strategy.evaluateOnExit ?? []).find((condition) => matches(condition, failed));
  return decisive?.action.toUpperCase() !== 'EXIT';
}

function matches(condition: BatchExitCondition, failed: FailedAttempt): boolean {
  const { onStatusReason, onReason, onExitCode } = condition;
  const exitCode = failed.exitCode === undefined ? undefined : String(failed.exitCode);
  return (
    matchesGlob(onStatusReason, failed.statusReason) &&
    matchesGlob(onReason, failed.reason) &&
    matchesGlob(onExitCode, exitCode)
  );
}

/** A pattern without or with a star at its end. */
function matchesGlob(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (text === undefined) return false;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
