import { BatchClient, ListJobsCommand, TerminateJobCommand } from '@aws-sdk/client-batch';
import { toClientSettings } from './client-timeouts.ts';
import { toFailedCall } from './lookup.ts';
import type { ListArrayChildren, TerminateBatchJob } from './stop-result.ts';

/** The calls of AWS Batch that a stop needs. */
export interface BatchStops {
  readonly terminateJob: TerminateBatchJob;
  readonly listArrayChildren: ListArrayChildren;
}

/** One try: the sweep repeats the step. */
const clientSettings = toClientSettings({ tries: 1, tryMs: 5_000 });

/** Creates the calls in the account and Region of the function. */
export function createBatchStops(
  client: Pick<BatchClient, 'send'> = new BatchClient(clientSettings),
): BatchStops {
  return {
    async terminateJob(jobId, reason, signal) {
      try {
        const command = new TerminateJobCommand({ jobId, reason });
        await client.send(command, { abortSignal: signal });
        return { kind: 'accepted' };
      } catch (error) {
        return toFailedCall(error);
      }
    },
    async listArrayChildren({ of, status, from }, signal) {
      try {
        const command = new ListJobsCommand({ arrayJobId: of, jobStatus: status, nextToken: from });
        const { jobSummaryList = [], nextToken } = await client.send(command, {
          abortSignal: signal,
        });
        const items = jobSummaryList.flatMap(({ jobId }) => jobId ?? []);
        return { kind: 'found', items, next: nextToken };
      } catch (error) {
        return toFailedCall(error);
      }
    },
  };
}
