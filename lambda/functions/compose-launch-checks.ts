import { createDescribeBatchJobs } from '../aws/batch.ts';
import { createDescribeExecution } from '../aws/step-functions.ts';
import { createExecutionStops } from '../aws/stop-execution.ts';
import { createBatchStops } from '../aws/stop-job.ts';
import { createLookUpStart } from '../launch/check/look-up-start.ts';
import { createReadAutosysRun } from '../launch/check/read-autosys-run.ts';
import { createCheckLaunches } from '../launch/check-launches.ts';
import { createLaunchedRuns } from '../launch/launched-runs.ts';
import { createLaunches } from '../launch/launches.ts';
import type { StopCalls } from '../launch/stop/stop-calls.ts';
import type { BridgeComposition } from './compose.ts';

/** The AWS calls of a stop, in the account and Region of the function. */
export function createStopCalls(): StopCalls {
  return {
    ...createExecutionStops(),
    ...createBatchStops(),
    describeExecution: createDescribeExecution(() => ({})),
    describeBatchJobs: createDescribeBatchJobs(() => ({})),
  };
}

/** Creates the sweep's work on launches. */
export function composeLaunchChecks({
  bridge,
  home,
  deps,
}: Pick<BridgeComposition, 'bridge' | 'home' | 'deps'>) {
  const { table, now, sleep, circuitBreakers, autosysFor, newLeaseId } = deps;
  const { targets, instances } = bridge;
  const calls = createStopCalls();
  return createCheckLaunches({
    ...{ table, now, sleep, home, targets, calls },
    launches: createLaunches({ table, now }),
    runs: createLaunchedRuns({ table, now, home, targets }),
    lookUpStart: createLookUpStart({
      ...{ home, targets, describeExecution: calls.describeExecution },
      // Batch jobs are looked up by name once they can be started.
      lookUpBatchStart: async () => ({
        kind: 'unavailable',
        reason: 'this version does not look up Batch jobs by name',
      }),
    }),
    readAutosysRun: createReadAutosysRun({
      ...{ circuitBreakers, newLeaseId },
      instances: instances.map(({ name }) => name),
      readJob: (instance, job, signal) => autosysFor(instance).port.readJob(job, { signal }),
    }),
  });
}
