import type { SubmitJob } from '../aws/start-result.ts';
import type { StartResult } from './launch.ts';
import { type ExecutionStarterDeps, startExecutionOnce } from './start-execution-once.ts';
import type { StartOrder } from './start-order.ts';
import { submitJobOnce } from './submit-job-once.ts';

export interface StarterDeps extends ExecutionStarterDeps {
  readonly submitJob: SubmitJob;
}

/**
 * Asks AWS to start the run of a launch. An execution that an earlier call has started is found; a
 * Batch job must have been looked up before.
 */
export type Starter = (order: StartOrder, signal: AbortSignal) => Promise<StartResult>;

/** Creates the start of runs in AWS. It never rejects. */
export function createStarter(deps: StarterDeps): Starter {
  return async function startInAws(order, signal) {
    switch (order.kind) {
      case 'execution':
        return startExecutionOnce(deps, order, signal);
      case 'batchJob':
        return submitJobOnce(deps, order.submission, signal);
      default:
        return order satisfies never;
    }
  };
}
