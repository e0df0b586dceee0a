import type { DescribeBatchJobs, DescribeExecution } from '../aws/lookup.ts';
import type { Table } from '../ledger/table.ts';
import type { AnswerDeps } from './answer.ts';
import { askBatchJobs } from './ask-batch-jobs.ts';
import { askExecutions } from './ask-executions.ts';
import { createOpenRuns } from './open-runs.ts';
import type { RateLimiterDeps, SweepDeadline } from './rate-limiter.ts';
import type { RunAnswerResult } from './run-answer.ts';
import { createRunSteps } from './run-steps.ts';

export interface AskDeps extends Omit<AnswerDeps, 'runs'>, RateLimiterDeps {
  readonly table: Table;
  readonly describeExecution: DescribeExecution;
  readonly describeBatchJobs: DescribeBatchJobs;
}

/**
 * Creates the lookup of runs whose end was not reported by an event in time, oldest first.
 *
 * The agenda is the cursor: a run that was looked up is closed or postponed, so the next sweep run
 * continues after it. Two concurrent sweep runs ask twice but report once, since the ledger
 * discards the second report as a duplicate.
 */
export function createAsk(deps: AskDeps) {
  const runs = createOpenRuns(deps);
  const askingDeps = { ...deps, steps: createRunSteps({ ...deps, runs }) };

  /** Asks until no run is due or the time is over. `onResult` is called for each run. */
  return async function ask(
    deadline: SweepDeadline,
    onResult: (result: RunAnswerResult) => void,
  ): Promise<void> {
    const sweep = { ...deadline, onResult };
    const keys = await runs.list();
    const executions = Map.groupBy(keys.filter(isExecution), toLocation);
    const batchJobs = keys.filter((key) => !isExecution(key));
    await Promise.all([
      ...[...executions.values()].map((keysThere) => askExecutions(askingDeps, keysThere, sweep)),
      askBatchJobs(askingDeps, batchJobs, sweep),
    ]);
  };
}

/** Whether the key is that of an execution, which has an ARN; a Batch job has an id. */
function isExecution(key: string): boolean {
  return key.startsWith('run arn:');
}

/** Account and Region from the ARN of an execution. */
function toLocation(key: string): string {
  const [, , , region, account] = key.split(':');
  return `${account} ${region}`;
}
