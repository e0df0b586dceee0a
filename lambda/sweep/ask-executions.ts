import type { DescribeExecution } from '../aws/lookup.ts';
import { callsPerSecond } from './budget.ts';
import { createRateLimiter, isTimeOver, type RateLimiterDeps } from './rate-limiter.ts';
import { toRecoveredExecutionEvent } from './recovered-event.ts';
import type { RunLookup } from './run-answer.ts';
import type { AskingSweep, RunSteps } from './run-steps.ts';

export interface AskExecutionsDeps extends RateLimiterDeps {
  readonly describeExecution: DescribeExecution;
  readonly steps: RunSteps;
}

/**
 * Asks Step Functions about executions, one after another.
 *
 * @param keys rows of runs in one account and Region
 */
export async function askExecutions(
  deps: AskExecutionsDeps,
  keys: readonly string[],
  sweep: AskingSweep,
): Promise<void> {
  const { now, describeExecution, steps } = deps;
  const rateLimiter = createRateLimiter(deps, sweep, callsPerSecond.execution);
  for (const key of keys) {
    if (isTimeOver(sweep, now())) break;
    const open = await steps.read(key, sweep);
    if (open === undefined) continue;
    const { version, account, region } = open.run;
    const answer = await rateLimiter.call(() => describeExecution(version.run, sweep.signal));
    if (answer === undefined) break;
    const asking = { account, region, askedAt: now() };
    const lookup: RunLookup =
      answer.kind === 'found'
        ? { kind: 'event', event: toRecoveredExecutionEvent(answer.execution, asking) }
        : answer;
    await rateLimiter.start(() => steps.settle({ key, open }, lookup, sweep));
  }
  await rateLimiter.close();
}
