import { BatchClient, DescribeJobsCommand } from '@aws-sdk/client-batch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SFNClient, type SFNClientConfig } from '@aws-sdk/client-sfn';
import { createDescribeBatchJobs } from '../../lambda/aws/batch.ts';
import { createFindBatchJobs, createReadChildExits } from '../../lambda/aws/find-jobs.ts';
import type {
  ReadFailedChildren,
  ReadFailedMapChildren,
  ReadHistory,
  ReadJobLogs,
  ReadLog,
} from '../../lambda/aws/log-results.ts';
import {
  type FailedCall,
  type FindBatchJobs,
  type ReadChildExits,
  toFailedCall,
} from '../../lambda/aws/lookup.ts';
import { createReadHistory } from '../../lambda/aws/read-history.ts';
import { createReadFailedChildren, createReadJobLogs } from '../../lambda/aws/read-job-logs.ts';
import { createReadLog } from '../../lambda/aws/read-log.ts';
import { createReadFailedMapChildren } from '../../lambda/aws/read-map-children.ts';
import { createStartExecution } from '../../lambda/aws/start-execution.ts';
import type { StartExecution, SubmitJob } from '../../lambda/aws/start-result.ts';
import { createDescribeExecution } from '../../lambda/aws/step-functions.ts';
import { createExecutionStops } from '../../lambda/aws/stop-execution.ts';
import { createBatchStops } from '../../lambda/aws/stop-job.ts';
import { createSubmitJob } from '../../lambda/aws/submit-job.ts';
import type { StopCalls } from '../../lambda/launch/stop/stop-calls.ts';
import { createCallQueue } from './call-queue.ts';

/** The AWS calls of direct mode. None of them rejects, and each makes one request at a time. */
export interface DirectCalls {
  readonly startExecution: StartExecution;
  readonly submitJob: SubmitJob;
  readonly findJobs: FindBatchJobs;
  readonly readChildExits: ReadChildExits;
  readonly readTag: ReadJobTag;
  readonly stops: StopCalls;
  readonly logs: {
    readonly readJobLogs: ReadJobLogs;
    readonly readFailedChildren: ReadFailedChildren;
    readonly readFailedMapChildren: ReadFailedMapChildren;
    readonly readHistory: ReadHistory;
    readonly readLog: ReadLog;
  };
  /** Closes idle connections. */
  readonly close: () => void;
}

/** Reads one tag of a Batch job. Never rejects. */
export type ReadJobTag = (
  jobId: string,
  key: string,
  signal: AbortSignal,
) => Promise<{ readonly kind: 'found'; readonly value: string | undefined } | FailedCall>;

/** Settings that the clients of Step Functions, AWS Batch and CloudWatch Logs share. */
export type DirectClientConfig = Pick<
  SFNClientConfig,
  'region' | 'credentials' | 'maxAttempts' | 'requestHandler' | 'endpoint'
>;

/** Creates the calls. Each client makes one try, so that SubmitJob is never repeated by the SDK. */
export function createDirectCalls(config: DirectClientConfig, now: () => Date): DirectCalls {
  const once = { ...config, maxAttempts: 1 };
  const sfn = new SFNClient(once);
  const batch = new BatchClient(once);
  const logs = new CloudWatchLogsClient(once);
  const describeExecution = createDescribeExecution(() => once);
  return {
    startExecution: createStartExecution(sfn),
    submitJob: createSubmitJob({ now, client: batch }),
    findJobs: createFindBatchJobs(batch),
    readChildExits: createReadChildExits(batch),
    readTag: createReadTag(batch),
    stops: {
      ...createExecutionStops(sfn),
      ...createBatchStops(batch),
      describeExecution,
      describeBatchJobs: createDescribeBatchJobs(() => once),
    },
    logs: {
      readJobLogs: createReadJobLogs(batch),
      readFailedChildren: createReadFailedChildren(batch),
      readFailedMapChildren: createReadFailedMapChildren(toSerialClient(sfn)),
      readHistory: createReadHistory(sfn),
      readLog: createReadLog(logs),
    },
    close() {
      for (const client of [sfn, batch, logs]) client.destroy();
    },
  };
}

function createReadTag(client: BatchClient): ReadJobTag {
  return async function readTag(jobId, key, signal) {
    try {
      const command = new DescribeJobsCommand({ jobs: [jobId] });
      const { jobs = [] } = await client.send(command, { abortSignal: signal });
      return { kind: 'found', value: jobs[0]?.tags?.[key] };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}

/** The client with one request at a time, whatever its caller does. */
function toSerialClient(client: SFNClient): Pick<SFNClient, 'send'> {
  const queue = createCallQueue();
  const send = (...given: Parameters<SFNClient['send']>) =>
    queue.write(async () => client.send(...given));
  // Safe: the same arguments give the same answer, only later.
  return { send: send as SFNClient['send'] };
}
