import { createDescribeBatchJobs } from '../aws/batch.ts';
import { createFindBatchJobs } from '../aws/find-jobs.ts';
import { createDescribeExecution } from '../aws/step-functions.ts';
import { createExecutionStops } from '../aws/stop-execution.ts';
import { createBatchStops } from '../aws/stop-job.ts';
import { createLookUpStart } from '../launch/check/look-up-start.ts';
import { createReadAutosysRun } from '../launch/check/read-autosys-run.ts';
import { createCheckDuplicates } from '../launch/check-duplicates.ts';
import { createCheckLaunches } from '../launch/check-launches.ts';
import { createFindBatchStart, toOldestStart } from '../launch/find-batch-start.ts';
import type { Launch } from '../launch/launch.ts';
import { createLaunchedRuns } from '../launch/launched-runs.ts';
import { createLaunches } from '../launch/launches.ts';
import { createSetMirror } from '../launch/mirror/set-mirror.ts';
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
export function composeLaunchChecks(
  { bridge, home, deps }: Pick<BridgeComposition, 'bridge' | 'home' | 'deps'>,
  onDuplicate: (launch: Launch) => void,
) {
  const { table, now, sleep, circuitBreakers, autosysFor, newLeaseId } = deps;
  const { targets, instances } = bridge;
  const calls = createStopCalls();
  const launches = createLaunches({ table, now });
  const findBatchStart = createFindBatchStart({ table, findJobs: createFindBatchJobs(), home });
  return createCheckLaunches({
    ...{ table, now, sleep, home, targets, calls },
    setMirror: createSetMirror({ ...deps, home, targets }),
    launches,
    runs: createLaunchedRuns({ table, now, home, targets }),
    lookUpStart: createLookUpStart({
      ...{ home, targets, describeExecution: calls.describeExecution },
      lookUpBatchStart: async (launch, _target, signal) =>
        toOldestStart(await findBatchStart(launch, signal)),
    }),
    checkDuplicates: createCheckDuplicates({ launches, findBatchStart, onDuplicate, now }),
    readAutosysRun: createReadAutosysRun({
      ...{ circuitBreakers, newLeaseId },
      instances: instances.map(({ name }) => name),
      readJob: (instance, job, signal) => autosysFor(instance).port.readJob(job, { signal }),
    }),
  });
}
