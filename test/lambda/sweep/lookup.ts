import type { DescribedBatchJob, DescribedExecution } from '../../../lambda/aws/lookup.ts';
import {
  aBatchJobEvent,
  anAttempt,
  anExecutionEvent,
  startedAtMs,
  stoppedAtMs,
} from '../../support/builders.ts';

/** Location of the runs of the builders, and a lookup one hour after their end. */
export const asking = {
  account: '111122223333',
  region: 'eu-west-1',
  askedAt: new Date(stoppedAtMs + 3_600_000),
} as const;

/** The execution of the event builders as DescribeExecution shows it. */
export function aDescribedExecution(over: Partial<DescribedExecution> = {}): DescribedExecution {
  const { executionArn, stateMachineArn, name, status, input, output, redriveStatus } =
    anExecutionEvent().detail as unknown as DescribedExecution;
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    input,
    output,
    redriveStatus,
    inputDetails: { included: true },
    outputDetails: { included: true },
    startDate: new Date(startedAtMs),
    stopDate: new Date(stoppedAtMs),
    redriveCount: 0,
    ...over,
  };
}

/** The Batch job of the event builders with the fields that the bridge uses. */
export function aDescribedBatchJob(over: Partial<DescribedBatchJob> = {}): DescribedBatchJob {
  const { jobId, jobName, jobQueue, jobDefinition, jobArn, status, statusReason, createdAt } =
    aBatchJobEvent().detail as unknown as DescribedBatchJob;
  return {
    jobId,
    jobName,
    jobQueue,
    jobDefinition,
    jobArn,
    status,
    statusReason,
    createdAt,
    startedAt: startedAtMs,
    stoppedAt: stoppedAtMs,
    attempts: [anAttempt(0)],
    container: { exitCode: 0, logStreamName: 'risk/default/0f3a' },
    ...over,
  };
}
