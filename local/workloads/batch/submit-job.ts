import { defineOperation, type WorkloadOperation } from '../operation.ts';
import type { WorkloadWorld } from '../world.ts';
import { submitJobShape, toSubmittedJob } from './submit-request.ts';

/**
 * SubmitJob: submits a job. It is not idempotent: two calls make two jobs.
 *
 * IAM checks the job definition and the job queue, and `batch:TagResource` for tags; in real
 * refusals its resource is the job definition (wri/gfw-data-api#175).
 */
export function createSubmitJobOperation(
  world: Pick<WorkloadWorld, 'jobs' | 'batchResources'>,
): WorkloadOperation {
  const { batchResources, jobs } = world;
  return defineOperation({
    service: 'batch',
    name: 'SubmitJob',
    request: submitJobShape,
    notEmulated: [
      'shareIdentifier',
      'schedulingPriorityOverride',
      'nodeOverrides',
      'eksPropertiesOverride',
      'ecsPropertiesOverride',
      'consumableResourcePropertiesOverride',
    ],
    permissions({ jobQueue, jobDefinition, tags }) {
      const definition = batchResources.toDefinitionArn(jobDefinition);
      const submit = (resource: string) => ({ action: 'batch:SubmitJob', resource, tags });
      return [
        submit(definition),
        submit(batchResources.toQueueArn(jobQueue)),
        ...(tags ? [{ action: 'batch:TagResource', resource: definition, tags }] : []),
      ];
    },
    run: function submitJob(request) {
      const { jobId, jobArn } = jobs.submit(toSubmittedJob(world, request));
      return { jobArn, jobName: request.jobName, jobId };
    },
  });
}
