import type { WorkloadWorld } from './world.ts';

/** A planned run, for the judge of a test. */
export interface PlannedWorkload {
  readonly kind: 'execution' | 'batchJob';
  /** Execution ARN or Batch job id. */
  readonly run: string;
  /** Execution name or job name. */
  readonly runName: string;
  readonly status: string;
  /** Execution ARN of the parent, or job id of the array. @default - not started by another run */
  readonly startedBy: string | undefined;
  readonly redriveCount: number;
}

/** Every planned run, executions first. */
export function listPlannedWorkloads({
  executions,
  jobs,
}: Pick<WorkloadWorld, 'executions' | 'jobs'>): readonly PlannedWorkload[] {
  const ofExecutions = executions.list().map((record) => ({
    ...{ kind: 'execution' as const, run: record.executionArn, runName: record.executionName },
    ...{ status: record.status, startedBy: record.startedBy, redriveCount: record.redriveCount },
  }));
  const ofJobs = jobs.list().map(({ jobId, submitted, status, parentId }) => ({
    ...{ kind: 'batchJob' as const, run: jobId, runName: submitted.jobName, status },
    ...{ startedBy: parentId ?? submitted.startedBy, redriveCount: 0 },
  }));
  return [...ofExecutions, ...ofJobs];
}
