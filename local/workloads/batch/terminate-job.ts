import { toWorkloadArn } from '../arns.ts';
import { defineOperation, toClientException, type WorkloadOperation } from '../operation.ts';
import { structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { cancelPlannedJob, terminatePlannedJob } from './stop-job.ts';

type StopWorld = Pick<WorkloadWorld, 'jobs' | 'clock' | 'location'>;

/** TerminateJob: ends a job in any state. */
export function createTerminateJobOperation(world: StopWorld): WorkloadOperation {
  return createStop(world, 'TerminateJob', terminatePlannedJob);
}

/** CancelJob: ends a job that has not started; it succeeds without effect on others. */
export function createCancelJobOperation(world: StopWorld): WorkloadOperation {
  return createStop(world, 'CancelJob', cancelPlannedJob);
}

/** Both take the same request. A job that has ended stays as it is, without an error (inferred). */
function createStop(
  world: StopWorld,
  name: 'TerminateJob' | 'CancelJob',
  stop: typeof terminatePlannedJob,
): WorkloadOperation {
  const { jobs, location } = world;
  return defineOperation({
    service: 'batch',
    name,
    request: structure({
      jobId: textMember({ min: 1 }),
      reason: textMember({ min: 1, max: 1_024 }),
    }),
    permissions: ({ jobId }) => [
      {
        action: `batch:${name}`,
        resource: toWorkloadArn('batch', location, `job/${jobId}`),
        tags: jobs.find(jobId)?.submitted.tags,
      },
    ],
    run({ jobId, reason }) {
      if (jobs.find(jobId) === undefined) throw toClientException(`Job ${jobId} not found`);
      stop(world, jobId, reason);
      return {};
    },
  });
}
